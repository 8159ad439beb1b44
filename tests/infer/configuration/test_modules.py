"""Loops and references of Terraform and Bicep over what the files write out."""

from __future__ import annotations

from textwrap import dedent

import pytest

from linter.infer.configuration.known_formats import configured
from tests.infer.making import catalogue
from tests.link.making import data_files

AZURE = """
resource "azurerm_cognitive_deployment" "chat" {
  %s
  model {
    name = %s
  }
}
"""


def models(files: dict[str, str]) -> list[str]:
    """Place, state and values of each model."""
    found = configured(data_files({name: dedent(text).lstrip("\n") for name, text in files.items()}), catalogue())
    assert found.gaps == frozenset()
    named = [site for site in found.sites if "model" in site.attributes]
    return [f"{s.place} {s.get('model').state.value} {'|'.join(map(str, s.get('model').values))}" for s in named]


LOCALS = ["locals.tf:3 known gpt-a", "locals.tf:4 known gpt-b"]
VARIABLES = ["vars.tf:3 partial m-1", "vars.tf:4 partial m-2"]


@pytest.mark.parametrize(
    ("loop", "name", "found"),
    [
        ('for_each = toset(["a-1", "b-2"])', "each.value", ["main.tf:2 known a-1|b-2"]),
        ('for_each = toset(["a-1", "b-2"])', "each.key", ["main.tf:4 known a-1|b-2"]),
        ('for_each = { x = "a-1", y = "b-2" }', "each.value", ["main.tf:2 known a-1|b-2"]),
        ('for_each = { x = { m = "a-1" } }', "each.value.m", ["main.tf:2 known a-1"]),
        ('for_each = { x = { m = "a-1" } }', 'each.value["m"]', ["main.tf:2 known a-1"]),
        ('for_each = { x = { m = "a-1" } }', '"org-${each.value.m}"', ["main.tf:4 known org-a-1"]),
        ("count = 2", "local.models[count.index]", LOCALS),
        ("count = length(local.models)", "local.models[count.index]", LOCALS),
        ("for_each = toset(local.models)", "each.value", LOCALS),
        ("for_each = local.same", "each.value", LOCALS),
        ("for_each = { for d in var.deployments : d.name => d }", "each.value.model", VARIABLES),
        ("for_each = { for i, d in var.deployments : d.name => d }", "each.value.model", VARIABLES),
        ("name = 1", "var.deployments[1].model", ["vars.tf:4 partial m-2"]),
        ("name = 1", "local.by_name.chat", ["locals.tf:7 known gpt-c"]),
    ],
)  # fmt: skip
def test_what_terraform_goes_over(loop: str, name: str, found: list[str]) -> None:
    variables = """
        variable "deployments" {
          default = [
            { name = "x", model = "m-1" },
            { name = "y", model = "m-2" },
          ]
        }
    """
    own = """
        locals {
          models = [
            "gpt-a",
            "gpt-b",
          ]
          by_name = {
            chat = "gpt-c"
          }
          same = local.models
        }
    """
    assert models({"main.tf": AZURE % (loop, name), "locals.tf": own, "vars.tf": variables}) == found


@pytest.mark.parametrize(
    ("loop", "name"),
    [
        ("for_each = var.models", "each.value"),
        ("for_each = data.x.y.models", "each.value.name"),
        ('for_each = var.on ? toset(["a"]) : toset([])', "each.value"),
        ('for_each = { for d in var.models : d.name => d if d.on }', "each.value.name"),
        ("count = var.many", "local.models[count.index]"),
        ("count = 3", "local.models[count.index]"),
        ("count = 1", "local.models[local.which]"),
        ("count = 1", 'lookup(local.models, "a", "b")'),
        ('for_each = { x = { m = "a" } }', "each.value.other"),
        ('for_each = { x = { m = { n = "a" } } }', "each.value.m"),
        ("for_each = local.circle", "each.value"),
        ("name = 1", "each.value"),
    ],
)  # fmt: skip
def test_what_is_not_written_out_is_unknown(loop: str, name: str) -> None:
    own = "locals {\n  models = []\n  circle = local.circle\n}\n"
    [*found] = models({"main.tf": AZURE % (loop, name), "locals.tf": own, "vars.tf": 'variable "models" {}\n'})
    assert found == ["main.tf:4 unknown "]


def test_a_module_that_is_taken_in_for_each() -> None:
    files = {
        "main.tf": """
            module "m" {
              for_each = {
                a = "gpt-a"
                b = "gpt-b"
              }
              source = "./m"
              model  = each.value
            }
        """,
        "m/main.tf": 'variable "model" {}\n' + AZURE % ("", "var.model"),
    }
    assert models(files) == ["main.tf:3 known gpt-a", "main.tf:4 known gpt-b"]


def test_a_loop_that_goes_on_and_on_is_cut() -> None:
    text = AZURE % ("count = 1000000000", '"model-${count.index}"')
    [found] = models({"main.tf": text})
    assert found.startswith("main.tf:4 known model-0|model-1|")


# -- Bicep


DEPLOYMENT = """
resource chat 'Microsoft.CognitiveServices/accounts/deployments@2023-05-01' = %s {
  parent: account
  name: 'a'
  properties: {
    model: {
      format: 'OpenAI'
      name: %s
    }
  }
}%s
"""


@pytest.mark.parametrize(
    ("loop", "name", "found"),
    [
        ("[for model in models:", "model", ["main.bicep:2 known gpt-a", "main.bicep:3 known gpt-b"]),
        ("[for (model, i) in models:", "models[i]", ["main.bicep:2 known gpt-a", "main.bicep:3 known gpt-b"]),
        ("[for model in deployments: ", "model.name", ["main.bicep:7 partial gpt-c"]),
        ("[for model in deployments: if (on) ", "model.name", ["main.bicep:7 partial gpt-c"]),
        ("[for model in [\n  'gpt-x'\n  'gpt-y'\n]: ", "model", ["main.bicep:14 known gpt-x", "main.bicep:15 known gpt-y"]),
        ("[for model in union(models, []): ", "model", ["main.bicep:19 unknown "]),
        ("[for i in range(0, 3): ", "models[i]", ["main.bicep:19 unknown "]),
    ],
)
def test_what_bicep_goes_over(loop: str, name: str, found: list[str]) -> None:
    start = """\
        var models = [
          'gpt-a'
          'gpt-b'
        ]
        param deployments array = [
          {
            name: 'gpt-c'
          }
        ]


    """
    text = dedent(start) + DEPLOYMENT % (loop, name, "]")
    assert models({"main.bicep": text}) == found


def test_a_bicep_module_that_is_taken_in_for_each() -> None:
    main = """
        param chat string = 'gpt-a'
        var deployments = [
          {
            model: chat
          }
          {
            model: 'gpt-b'
          }
        ]
        @batchSize(1)
        module made './m.bicep' = [for (deployment, i) in deployments: {
          name: 'x-${i}'
          params: {
            model: deployment.model
          }
        }]
    """
    files = {"main.bicep": main, "m.bicep": "param model string\n" + DEPLOYMENT % ("", "model", "")}
    assert models(files) == ["main.bicep:1 partial gpt-a", "main.bicep:7 known gpt-b"]


@pytest.mark.parametrize(
    "text",
    ["[for", "[for x in", "[for x in y", "[for x in y:", "[for x in y: {", "[for (a, b) in [1]: {", "[for x in y: if (",
     "[for x in y: z]"],
)  # fmt: skip
def test_a_loop_that_is_not_finished(text: str) -> None:
    models(
        {"main.bicep": f"param a string = 'x'\nresource b 'Microsoft.CognitiveServices/accounts/deployments@2023-05-01' = {text}"}
    )

"""What rules look at beside the sites: containers, regions, fallbacks, and what is fetched or left behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from linter.check.beside import KINDS, beside
from linter.model.architecture import Errand, Fallback, Implied
from linter.model.catalogue import ErrandKind
from linter.model.finding import CheckResult, Verdict
from linter.model.operations import AcceleratorRequest, BuildCommand, FallbackChoice, Operations, RegionChoice
from linter.model.source import Scope
from tests.check.making import architecture, at, client, known, manifest, only, site, unknown

Checked = Callable[..., CheckResult]


def download(name: str = "punkt", file: str = "app/text.py") -> Errand:
    attributes = {"hosting": known("in-process"), "model": known(name)}
    return Errand(ErrandKind.DOWNLOAD, at(file, 3), Scope.PRODUCT, "nltk.download", attributes)


def test_every_kind_is_made_of_something() -> None:
    fallback, implied = (
        Fallback(at("app/llm.py", 4), "spare", known("groq"), known("external")),
        Implied("model", known("openai"), known("external")),
    )
    operations = Operations(
        accelerators=(AcceleratorRequest(at("compose.yaml", 5), "nvidia.com/gpu"),),
        regions=(RegionChoice(at("main.tf", 2), "us-east-1"),),
    )
    upload = replace(download(), kind=ErrandKind.UPLOAD)
    made = replace(
        architecture(site(fallbacks=(fallback,), implied=(implied,))), errands=(download(), upload), operations=operations
    )
    assert {one.kind for one in beside(made)} == set(KINDS)


def test_a_build_that_fetches_it_leaves_nothing_to_fetch(checked: Checked) -> None:
    declared = manifest("deployment: {network: offline}")
    made = replace(architecture(), errands=(download(),))
    assert only(checked("runtime-model-download", made, declared)).place.file == "app/text.py"
    for command in ("python -m nltk.downloader punkt", "python text.py", "python app/text.py"):
        built = replace(made, operations=Operations(builds=(BuildCommand(at("Dockerfile", 3), command),)))
        assert checked("runtime-model-download", built, declared).findings == (), command
    for command in ("python -m nltk.downloader punkt_tab", "python context.py"):
        built = replace(made, operations=Operations(builds=(BuildCommand(at("Dockerfile", 3), command),)))
        assert len(checked("runtime-model-download", built, declared).findings) == 1, command


def test_what_stands_beside_the_code_belongs_to_the_nearest_system(checked: Checked) -> None:
    declared = manifest("""
        systems:
          - {name: search, paths: [search/**], deployment: {network: offline}}
          - {name: chat, paths: [chat/**]}
    """)
    made = replace(architecture(), errands=(download("a", "search/x.py"), download("b", "chat/x.py")))
    found = only(checked("runtime-model-download", made, declared))
    assert (found.system, found.place.file) == ("search", "search/x.py")


BOUNDARY = "privacy: {boundary: {regulated: [self-hosted, azure-openai], confidential: [external]}}"


def test_a_fallback_is_held_to_the_boundaries_that_the_first_model_keeps(checked: Checked) -> None:
    spare = Fallback(at("app/llm.py", 4), "spare", known("groq"), known("external"))
    kept = site(provider=known("azure-openai"), hosting=known("cloud-tenant"), fallbacks=(spare,))
    found = only(checked("fallback-outside-boundary", architecture(kept), manifest(BOUNDARY)))
    assert (
        "the prompt goes to spare (groq), outside of the boundary of regulated data (self-hosted, azure-openai)" in found.message
    )
    outside = site(fallbacks=(spare,))
    assert checked("fallback-outside-boundary", architecture(outside), manifest(BOUNDARY)).findings == ()


def test_a_fallback_that_is_not_known_is_a_question(checked: Checked) -> None:
    spare = Fallback(
        at("app/llm.py", 4), "spare", unknown("the environment variable SPARE"), unknown("the environment variable SPARE")
    )
    kept = site(provider=known("azure-openai"), hosting=known("cloud-tenant"), fallbacks=(spare,))
    found = only(checked("fallback-outside-boundary", architecture(kept), manifest(BOUNDARY)))
    assert (found.verdict, found.settle) == (Verdict.UNKNOWN, "the environment variable SPARE")


def test_the_fallbacks_of_a_gateway_are_those_that_its_file_describes(checked: Checked) -> None:
    first, second = at("litellm.yaml", 3), at("litellm.yaml", 6)
    sites = [
        replace(site("config", provider=known("azure-openai"), hosting=known("cloud-tenant")), place=first, id="a"),
        replace(site("config", provider=known("anthropic"), hosting=known("external")), place=second, id="b"),
    ]
    choice = FallbackChoice(at("litellm.yaml", 9), "main", ("spare",), (first,), (("spare", second),))
    made = replace(architecture(*sites), operations=Operations(fallbacks=(choice,)))
    found = only(checked("fallback-outside-boundary", made, manifest(BOUNDARY)))
    assert str(found.place) == "litellm.yaml:9"
    assert found.message.startswith("When main fails, the prompt goes to spare (anthropic)")


def test_a_vendor_that_a_framework_chose_is_reported_once(checked: Checked) -> None:
    implied = (Implied("embedding model", known("openai"), known("external")),)
    made = architecture(site("vector_store", line=10, implied=implied), site("ingest", line=20, implied=implied))
    found = only(checked("implicit-external-default", made, manifest()))
    assert [one.place.line for one in found.related] == [20]
    assert found.fix.startswith("Set the embedding model of openai.OpenAI.chat.completions.create")
    assert checked("implicit-external-default", made, manifest("privacy: {processors: [openai]}")).findings == ()


def test_a_model_that_a_framework_chose_is_no_second_finding(checked: Checked) -> None:
    implied = (Implied("model", known("openai"), known("external")),)
    made = architecture(site(implied=implied))
    assert checked("undeclared-processor", made, manifest("privacy: {processors: []}")).findings == ()
    assert checked("implicit-external-default", made, manifest("privacy: {processors: []}")).findings != ()


def test_all_that_one_provider_keeps_is_one_finding(checked: Checked) -> None:
    upload = Errand(
        ErrandKind.UPLOAD, at("app/files.py", 3), Scope.PRODUCT, "openai.OpenAI.files.create",
        {"provider": known("openai"), "hosting": known("external"), "store": known(True)},
    )  # fmt: skip
    made = replace(architecture(client(), site(store=known(True))), errands=(upload,))
    found = only(checked("provider-retention", made, manifest("privacy: {retention: none}")))
    assert found.message.startswith("openai keeps what openai.OpenAI.files.create sends")
    assert [str(one.place) for one in found.related] == ["app/llm.py:10"]

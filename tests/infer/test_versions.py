"""What an SDK does with what is left out depends on its version, and the repository says which one it is."""

from __future__ import annotations

from typing import Any

import pytest

from linter.extract.task import extract
from linter.extract.versions import Versions
from linter.infer.build import infer
from linter.link.apart import programs
from linter.model.architecture import Attribute, Site
from linter.model.catalogue import SiteKind
from tests.infer.making import catalogue, catalogue_of
from tests.notebooks import notebook

ACME = """
    provider: acme
    packages: {pypi: [acme-core, acme], import: [acme], versions: [acme, acme-core]}
    types:
      Base:
        kind: llm
        defaults:
          - {versions: "<1", model: acme-1, timeout: 60}
          - {versions: ">=1,<2", model: acme-2, timeout: 60, retries: 2}
          - {versions: ">=2", model: acme-3, timeout: null, retries: 2}
      Client: {new: [acme.Client], is: Base, site: client, args: {model: model, timeout: timeout, max_retries: retries}}
    """
OTHER = """
    provider: other
    packages: {pypi: [other], import: [other]}
    types:
      Client: {new: [other.Client], is: acme.Base, site: client, args: {model: model}}
    """
CALL = "import acme, other\nacme.Client()\n"


def client(files: dict[str, str | bytes], source: str | bytes = CALL, path: str = "app.py") -> Site:
    known = catalogue_of(acme=ACME, other=OTHER)
    data = {name: text.encode() if isinstance(text, str) else text for name, text in {**files, path: source}.items()}
    versions = Versions([*files, path], data.__getitem__)
    facts = [extract(path, data[path])]
    program, *beside = programs(facts, external=known.import_names, versions=versions)
    (site,) = (one for one in infer(program, known, beside=beside).sites if one.kind is SiteKind.CLIENT)
    return site


def model(files: dict[str, str | bytes], **more: Any) -> Attribute:
    return client(files, **more).get("model")


@pytest.mark.parametrize(
    ("requirement", "default"),
    [
        ("acme==0.9", ("acme-1",)),
        ("acme==1.5.2", ("acme-2",)),
        ("acme>=1.5", ("acme-2", "acme-3")),
        ("acme~=1.5", ("acme-2",)),
        ("acme", ("acme-1", "acme-2", "acme-3")),
        ("flask==1", ("acme-1", "acme-2", "acme-3")),
        ("acme @ git+https://example.com/acme", ("acme-1", "acme-2", "acme-3")),
    ],
)
def test_a_requirement_narrows_the_defaults(requirement: str, default: tuple[str, ...]) -> None:
    assert model({"requirements.txt": requirement}).default == default


def test_where_the_version_stands_is_evidence() -> None:
    found = model({"requirements.txt": "flask\nacme==1.5.2\n"})
    assert [(str(step.place), step.what) for step in found.evidence] == [("requirements.txt:2", "acme==1.5.2")]


def test_without_a_version_there_is_no_evidence() -> None:
    assert model({}).evidence == ()


def test_what_a_version_does_not_have_is_not_known() -> None:
    assert client({"requirements.txt": "acme==0.9"}).get("retries").default == ()


def test_no_limit_of_a_version_is_no_limit() -> None:
    assert client({"requirements.txt": "acme==2.1"}).get("timeout").default == (None,)


def test_an_argument_that_is_given_needs_no_version() -> None:
    found = model({"requirements.txt": "acme==1.5.2\n"}, source="import acme\nacme.Client(model='mine')\n")
    assert (found.values, found.default) == (("mine",), ())


def test_any_of_the_packages_with_that_version_tells_it() -> None:
    assert model({"requirements.txt": "acme-core==0.9"}).default == ("acme-1",)
    assert model({"requirements.txt": "acme_core==0.9\nacme==2.0"}).default == ("acme-3",)


def test_a_class_that_inherits_has_the_versions_of_where_its_defaults_come_from() -> None:
    files: dict[str, str | bytes] = {"requirements.txt": "other==0.1\nacme==2.0"}
    assert model(files, source="import other\nother.Client()\n").default == ("acme-3",)


def test_a_notebook_runs_with_what_it_installs() -> None:
    source = notebook("%pip install acme==0.9", CALL)
    found = model({"requirements.txt": "acme==2.0"}, source=source, path="lab.ipynb")
    assert found.default == ("acme-1",)
    assert [str(step.place) for step in found.evidence] == ["lab.ipynb[cell 0]:1"]


def test_a_file_that_cannot_be_read_is_a_gap() -> None:
    known = catalogue_of(acme=ACME, other=OTHER)
    versions = Versions(["pyproject.toml"], lambda _: b"[project")
    program, *_ = programs([extract("app.py", CALL.encode())], external=known.import_names, versions=versions)
    found = infer(program, known)
    assert [(gap.file, gap.reason.partition(":")[0]) for gap in found.gaps] == [("pyproject.toml", "not TOML")]


def test_the_packages_that_are_shipped_are_of_their_files() -> None:
    for provider in catalogue().providers.values():
        shapes = [*(one.shape for one in provider.types), *(one.shape for one in provider.calls)]
        for default in (default for shape in shapes for default in shape.defaults if default.versions):
            assert default.packages, provider.name

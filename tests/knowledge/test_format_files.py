"""A wrong format file is an error that says where, what and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from linter.errors import ProviderError
from linter.knowledge.catalogue import Catalogue
from linter.knowledge.load import load_catalogue
from linter.model.formats import Meaning

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "rules" / "formats" / "README.md").read_text(encoding="utf-8")
GOOD = 'files: [a.yaml]\nentries: {a.b: model}\nexamples: {a.yaml: "a: {b: c}"}\n'


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str, str], Catalogue]:
    def written(text: str, provider: str = "") -> Catalogue:
        for folder, name, content in (
            ("providers", "acme", f"provider: acme\npackages: {{}}\n{provider}"),
            ("formats", "one", text),
        ):
            path = tmp_path / "rules" / folder / f"{name}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(content), encoding="utf-8")
        return load_catalogue(tmp_path)

    return written


def problems(load: Callable[..., Catalogue], text: str, provider: str = "") -> list[str]:
    with pytest.raises(ProviderError) as caught:
        load(text, provider)
    return [str(one) for one in caught.value.problems]


def test_a_good_file_is_read(load: Callable[..., Catalogue]) -> None:
    [one] = load(GOOD).formats
    assert (one.name, one.entries[0].path, one.entries[0].meaning) == ("one", ("a", "b"), Meaning.MODEL)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD + "entires: {}\n", "rules/formats/one.yaml:4: 'entires' is no key of a format file (did you mean 'entries'?)"),
        (GOOD.replace("model", "modle"), "rules/formats/one.yaml:2: 'modle' is no meaning of an entry (did you mean 'model'?)"),
        (GOOD.replace("model", "timeout/h"), "rules/formats/one.yaml:2: 'h' is no unit (one of ms, min)"),
        (GOOD.replace("model", "{provider: x}"), "rules/formats/one.yaml:2: `is` is missing ({is: model, provider: …})"),
        (GOOD + "via: acmee\n", "rules/formats/one.yaml:4: there is no provider file 'acmee' (did you mean 'acme'?)"),
        (GOOD + "syntax: yml\n", "rules/formats/one.yaml:4: 'yml' is not a syntax (did you mean 'yaml'?)"),
        (GOOD + "commands: [{options: {}}]\n", "rules/formats/one.yaml:4: `program` is missing (program: [vllm serve])"),
        ("files: [a]\nexamples: {a: b}\n", "rules/formats/one.yaml:1: `entries` is missing (entries: {path.of.a.key: model})"),
    ],
)
def test_a_mistake_comes_with_file_line_and_remedy(load: Callable[..., Catalogue], text: str, expected: str) -> None:
    assert problems(load, text) == [expected]


def test_mistakes_of_provider_and_format_files_come_at_once(load: Callable[..., Catalogue]) -> None:
    found = problems(
        load, GOOD.replace("model", "modle"), "images: {acme/x: sometimes}\nresources: {acme_x: {entries: {a: modl}}}\n"
    )
    assert [one.partition(": ")[0] for one in found] == [
        "rules/formats/one.yaml:2", "rules/providers/acme.yaml:3", "rules/providers/acme.yaml:4",
    ]  # fmt: skip


def test_images_and_resources_of_a_vendor_are_found_by_name(load: Callable[..., Catalogue]) -> None:
    provider = (
        'images: {"acme/{a,b}": always, acme/c: {provider: other, counts: used}}\nresources: {acme_x: {hosting: external}}\n'
    )
    known = load(GOOD, provider)
    assert {name: (one.provider, one.used) for name, one in known.images.items()} == {
        "acme/a": ("acme", False), "acme/b": ("acme", False), "acme/c": ("other", True),
    }  # fmt: skip
    assert known.resources["acme_x"].provider == "acme"


@pytest.mark.parametrize("word", [one.value for one in Meaning])
def test_every_meaning_stands_in_the_readme(word: str) -> None:
    assert word in README

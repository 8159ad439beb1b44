"""The words of sensitive data are one file: each does what it is there for, and a mistake in it comes with its line."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from linter.errors import ProviderError
from linter.infer.personal_names import Recogniser
from linter.knowledge.personal_data import FILE, load_words
from linter.model.personal import Named, words_of
from linter.model.place import Place

ROOT = Path(__file__).resolve().parents[2]
WORDS = load_words(ROOT)
PLACE = Place("app.py", 1)
GOOD = """\
categories:
  health:
    reason: health
    class: regulated
    names: [diagnosis]
"""


@pytest.mark.parametrize("category", WORDS.categories, ids=lambda one: str(one.name))
def test_every_name_is_recognised_alone_and_in_one_category(category: object) -> None:
    recogniser = Recogniser(WORDS)
    for one in WORDS.categories:
        for words in one.names if one == category else ():
            held, fields = recogniser.held("Claim", [Named("_".join(words), PLACE)])
            assert [kind.name for kind in held] == [one.name], words
            assert [field.reason for field in fields] == [one.reason], words


def test_no_word_is_in_two_lists_of_one_category() -> None:
    for one in WORDS.categories:
        assert one.names & one.together == one.together & one.beside == one.names & one.beside == frozenset(), one.name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("date_of_birth", "date of birth"),
        ("dateOfBirth", "date of birth"),
        ("DateOfBirth", "date of birth"),
        ("HTTPAddress", "http address"),
        ("patientSSN", "patient ssn"),
        ("ssn_last4", "ssn last 4"),
        ("rodné_číslo", "rodné číslo"),
        ("__x__", "x"),
        ("", ""),
    ],
)
def test_names_are_read_word_by_word(name: str, words: str) -> None:
    assert " ".join(words_of(name)) == words


def load(root: Path, text: str) -> list[str]:
    """What is wrong with a file of that text."""
    path = root / FILE
    path.parent.mkdir(parents=True)
    path.write_text(dedent(text), encoding="utf-8")
    with pytest.raises(ProviderError) as told:
        load_words(root)
    return [str(one) for one in told.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD + "abuot: [is]\n", f"{FILE}:6: 'abuot' is no key of the file (did you mean 'about'?)"),
        (GOOD + "    nmaes: [x]\n", f"{FILE}:6: 'nmaes' is no key of a category (did you mean 'names'?)"),
        (GOOD.replace("regulated", "secret"), f"{FILE}:4: 'secret' is not a class of data"),
        (GOOD.replace("    reason: health\n", ""), f"{FILE}:2: `reason` is missing in health"),
        (GOOD.replace("[diagnosis]", "[Blood_type]"), f"{FILE}:5: 'Blood_type' in names is not written in small letters"),
        (GOOD + "about: [is a]\n", f"{FILE}:6: 'is a' in about is more than one word"),
        ("categories: [\n", f"{FILE}:2: "),
    ],
)
def test_a_mistake_comes_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    (problem,) = load(tmp_path, text)
    assert problem.startswith(expected)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="cannot be read: No such file or directory"):
        load_words(tmp_path)

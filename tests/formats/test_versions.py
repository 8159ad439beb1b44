"""Ranges of versions of every tool's spelling: what is in them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linter.formats.versions import ANY, exact, overlap, ranges


def holds(text: str, version: str) -> bool:
    return overlap(ranges(text), exact(version))


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("==1.2", "1.2.0", "1.2.1"),
        ("1.2.3", "1.2.3", "1.2.4"),
        ("==1.2.*", "1.2.9", "1.3"),
        ("=1.2", "1.2.9", "1.3"),
        ("1.2.x", "1.2.9", "1.3"),
        (">=1.2", "1.2", "1.1.9"),
        (">1.2", "1.2.1", "1.2"),
        ("<=1.2", "1.2", "1.2.1"),
        ("<1.2", "1.1.99", "1.2"),
        (">=1,<2", "1.99", "2.0"),
        (">=1 <2", "1.99", "2.0"),
        ("~=1.4", "1.99", "2.0"),
        ("~=1.4.2", "1.4.9", "1.5"),
        ("~1.4", "1.4.9", "1.5"),
        ("~1", "1.9", "2"),
        ("^1.4.2", "1.9", "2.0"),
        ("^0.4.2", "0.4.9", "0.5"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("<1 || >=3", "3.1", "2.0"),
        ("==1.0+cu118", "1.0", "1.1"),
        ("v1.2", "1.2", "1.3"),
        (">=2023.9", "2023.10", "2023.8"),
    ],
)
def test_what_is_in_a_range(text: str, inside: str, outside: str) -> None:
    assert holds(text, inside)
    assert not holds(text, outside)


@pytest.mark.parametrize("text", ["", "*", "latest", "!=1.2", "main", ">=x", ",,,"])
def test_what_says_nothing_limits_nothing(text: str) -> None:
    assert ranges(text) == ANY


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (">=1", "<1", False), (">=1", "<=1", True), (">1", "<=1", False), (">=0.60,<0.63", ">=0.63,<0.64", False),
        ("^0.28", ">=0.28.1,<1", True), ("<2||>=3", ">=2,<3", False),
    ],
)  # fmt: skip
def test_two_ranges_overlap_where_a_version_is_in_both(one: str, other: str, together: bool) -> None:
    assert overlap(ranges(one), ranges(other)) is together
    assert overlap(ranges(other), ranges(one)) is together


def test_a_version_before_the_release_comes_before_it() -> None:
    assert holds("<1.0", "1.0rc1")
    assert not holds(">=1.0", "1.0.dev3")
    assert holds(">1.0", "1.0.post1")


def test_a_range_in_which_nothing_is_limits_nothing() -> None:
    assert ranges(">=2,<1") == ANY


VERSIONS = st.lists(st.integers(0, 12), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))


@settings(max_examples=200)
@given(low=VERSIONS, high=VERSIONS, version=VERSIONS)
def test_both_ends_are_kept(low: str, high: str, version: str) -> None:
    as_tuple = {one: (*map(int, one.split(".")), 0, 0)[:3] for one in (low, high, version)}
    if as_tuple[low] < as_tuple[high]:
        assert holds(f">={low},<{high}", version) is (as_tuple[low] <= as_tuple[version] < as_tuple[high])


@settings(max_examples=300)
@given(text=st.text(max_size=40) | st.text(alphabet="<>=!~^|,.*0123456789abrcx ", max_size=40))
def test_any_text_is_a_range(text: str) -> None:
    assert ranges(text)
    assert overlap(ranges(text), ANY)


def test_a_long_text_takes_no_time() -> None:
    assert ranges(">=1," * 100_000 + "|" * 100_000)
    assert ranges("^" + "9" * 100_000)

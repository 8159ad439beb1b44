"""Quantities as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.declare.durations import parse_duration, parse_money, parse_parameters, parse_period
from linter.model.manifest import NEVER


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4s", 4),
        ("500ms", 0.5),
        ("24h", 86400),
        ("1d12h", 129600),
        ("90d", 7776000),
        ("1.5h", 5400),
        ("2w", 1209600),
        ("1m30s", 90),
        ("1s500ms", 1.5),
        ("PT24H", 86400),
        ("P1DT12H", 129600),
        ("PT0.5S", 0.5),
        ("PT5M", 300),
        ("P3M", 90 * 86400),
        ("P1Y", 365 * 86400),
        ("P2W", 1209600),
    ],
)
def test_a_duration(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("30", "write `30s` for seconds"),
        (30, "write `30s` for seconds"),
        (0.5, "write `0.5s` for seconds"),
        ("12:30", "can be read in two ways"),
        ("1:02:03", "can be read in two ways"),
        ("0s", "longer than zero"),
        ("PT0S", "longer than zero"),
        ("4 s", "write it like"),
        ("5min", "write it like"),
        ("-4s", "write it like"),
        ("1h1d", "write it like"),
        ("1h1h", "write it like"),
        ("h", "write it like"),
        ("", "write it like"),
        ("P", "write it like"),
        ("P1DT", "write it like"),
        ("٤s", "write it like"),
        ("9" * 400 + "d", "write it like"),
        (True, "true or false is no duration"),
        (["4s"], "a list is no duration"),
    ],
)
def test_what_is_no_duration(text: object, remedy: str) -> None:
    with pytest.raises(ValueError, match=r"unit|ways|zero|like|duration") as refused:
        parse_duration(text)
    assert remedy in str(refused.value)


@pytest.mark.parametrize(
    ("text", "days"), [("hourly", 1 / 24), ("daily", 1), ("weekly", 7), ("monthly", 30), ("36h", 1.5), ("never", NEVER)]
)
def test_a_period(text: str, days: float) -> None:
    assert parse_period(text) == days * 86400


def test_what_is_no_period() -> None:
    with pytest.raises(ValueError, match="`biweekly` is none of hourly, daily, weekly, monthly, quarterly, yearly, never"):
        parse_period("biweekly")
    with pytest.raises(ValueError, match="`7` has no unit"):
        parse_period(7)


@pytest.mark.parametrize(("text", "dollars"), [("0.02 USD", 0.02), ("3USD", 3), ("USD 3", 3), ("$0.02", 0.02), ("0 USD", 0)])
def test_money(text: str, dollars: float) -> None:
    assert parse_money(text) == dollars


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        (0.02, "write `0.02 USD`"),
        ("0.02", "write `0.02 USD`"),
        ("0.02 EUR", "in USD only"),
        ("€1", "in USD only"),
        ("-1 USD", "write it like"),
    ],
)
def test_what_is_no_money(text: object, remedy: str) -> None:
    with pytest.raises(ValueError, match="USD") as refused:
        parse_money(text)
    assert remedy in str(refused.value)


@pytest.mark.parametrize(
    ("text", "count"), [("8B", 8 * 10**9), ("1.5B", 15 * 10**8), ("350M", 350 * 10**6), ("1T", 10**12), (7, 7)]
)
def test_a_number_of_parameters(text: object, count: int) -> None:
    assert parse_parameters(text) == count


@pytest.mark.parametrize("text", ["8", "8b", "8x7B", "B", "0B", 0, -1, True, 1.5, None, [], "٨B"])
def test_what_is_no_number_of_parameters(text: object) -> None:
    with pytest.raises(ValueError, match="is no number of parameters; write it like `8B`"):
        parse_parameters(text)


@given(st.text() | st.integers() | st.floats() | st.none() | st.lists(st.text()))
def test_anything_else_is_refused_with_a_value_error(value: object) -> None:
    for parse in (parse_duration, parse_period, parse_money, parse_parameters):
        try:
            assert parse(value) >= 0
        except ValueError as refused:
            assert len(str(refused)) < 250

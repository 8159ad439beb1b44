"""Quantities as people write them: durations, periods, money, parameter counts. All functions raise ValueError with a remedy."""

from __future__ import annotations

import re

from linter.model.manifest import NEVER

DURATION = (
    r"(?=\d)(?:\d{1,9}(?:\.\d{1,6})?w)?(?:\d{1,9}(?:\.\d{1,6})?d)?(?:\d{1,9}(?:\.\d{1,6})?h)?"
    r"(?:\d{1,9}(?:\.\d{1,6})?m)?(?:\d{1,9}(?:\.\d{1,6})?s)?(?:\d{1,9}(?:\.\d{1,6})?ms)?"
)
"""`4s`, `500ms`, `24h`, `1d12h`; the larger unit first. Also the pattern in the JSON Schema, hence without names."""
ISO_DURATION = (
    r"P(?=\d|T\d)(?:\d{1,9}Y)?(?:\d{1,9}M)?(?:\d{1,9}W)?(?:\d{1,9}D)?"
    r"(?:T(?=\d)(?:\d{1,9}H)?(?:\d{1,9}M)?(?:\d{1,9}(?:\.\d{1,6})?S)?)?"
)
MONEY = r"\$ ?\d{1,12}(?:\.\d{1,9})?|\d{1,12}(?:\.\d{1,9})? ?USD|USD ?\d{1,12}(?:\.\d{1,9})?"
PARAMETERS = r"\d{1,6}(?:\.\d{1,3})? ?[KMBT]"

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_ISO_DATE = {"Y": 365 * 86400.0, "M": 30 * 86400.0, "W": 604800.0, "D": 86400.0}
_ISO_TIME = {"H": 3600.0, "M": 60.0, "S": 1.0}
_PART = re.compile(r"([\d.]+)([a-zA-Z]+)")

PERIODS = {
    "hourly": 3600.0,
    "daily": 86400.0,
    "weekly": 604800.0,
    "monthly": 30 * 86400.0,
    "quarterly": 91 * 86400.0,
    "yearly": 365 * 86400.0,
    "never": NEVER,
}
"""Seconds between two occurrences."""


def parse_duration(text: object) -> float:
    """`1d12h`, `500ms` or ISO 8601 (`PT24H`, `P3M` = 90 days) -> seconds, more than 0."""
    if isinstance(text, str) and (_matches(DURATION, text) or _matches(ISO_DURATION, text)):
        seconds = _iso_seconds(text[1:]) if text[0] == "P" else _sum(text, _SECONDS)
        if seconds > 0:
            return seconds
        raise ValueError(f"`{_short(text)}` is no time at all; a duration is longer than zero")
    if _is_number(text):
        raise ValueError(f"`{_short(text)}` has no unit; write `{_short(text)}s` for seconds, or use ms, m, h, d, w")
    if isinstance(text, str) and _matches(r"\d{1,3}(:\d\d){1,2}", text):
        raise ValueError(f"`{text}` can be read in two ways; write hours, minutes and seconds as in `12h30m` or `12m30s`")
    raise ValueError(f"{_shown(text)} is no duration; write it like `4s`, `500ms`, `24h`, `1d12h` or `PT24H`")


def parse_period(text: object) -> float:
    """`hourly` … `yearly`, `never` (infinite) or a duration -> seconds between two changes."""
    if isinstance(text, str) and text in PERIODS:
        return PERIODS[text]
    try:
        return parse_duration(text)
    except ValueError as error:
        if isinstance(text, str) and not text[:1].isdigit():
            raise ValueError(f"{_shown(text)} is none of {', '.join(PERIODS)}, and no duration like `36h`") from None
        raise error from None


def parse_money(text: object) -> float:
    """`0.02 USD` or `$0.02` -> USD, 0 or more."""
    if isinstance(text, str) and _matches(MONEY, text):
        return float(text.replace("USD", "").replace("$", "").strip())
    if _is_number(text):
        raise ValueError(f"`{_short(text)}` has no currency; write `{_short(text)} USD`")
    if isinstance(text, str) and re.fullmatch(r"[^\d\s]{1,3} ?[\d.]+|[\d.]+ ?(?!USD)[^\d\s]{1,3}", text):
        raise ValueError(f"`{_short(text)}` is not in USD; prices are known in USD only, so write `0.02 USD`")
    raise ValueError(f"{_shown(text)} is no amount of money; write it like `0.02 USD`")


def parse_parameters(text: object) -> int:
    """`8B`, `1.5B`, `350M` or a plain number -> number of parameters of a model, 1 or more."""
    if isinstance(text, int) and not isinstance(text, bool) and text > 0:
        return text
    if isinstance(text, str) and _matches(PARAMETERS, text):
        count = round(float(text[:-1]) * {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}[text[-1]])
        if count > 0:
            return count
    raise ValueError(f"{_shown(text)} is no number of parameters; write it like `8B`, `1.5B` or `350M`")


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text, re.ASCII) is not None  # no other scripts' digits, as in JSON Schema


def _iso_seconds(text: str) -> float:
    days, _, time = text.partition("T")
    return _sum(days, _ISO_DATE) + _sum(time, _ISO_TIME)


def _sum(text: str, units: dict[str, float]) -> float:
    return sum(float(number) * units[unit] for number, unit in _PART.findall(text))


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return _matches(r"\d{1,12}(\.\d{1,9})?", value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f"`{_short(value)}`"
    return {dict: "a mapping", list: "a list", bool: "true or false"}.get(type(value), f"`{_short(value)}`")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"

"""What a YAML scalar is under the YAML 1.2 core schema."""

from __future__ import annotations

import re

_TAG = "tag:yaml.org,2002:"
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_NUMBER_STARTS = frozenset("+-.0123456789")
_LONGEST_NUMBER = 400
"""Characters. Python refuses to read integers of more than 4,300 digits, and no configuration means one."""

Scalar = str | int | float | bool | None


def resolve(text: str, plain: bool, tag: str | None) -> Scalar:
    """The value of a scalar. `plain`: without quotes, not a block, without a tag; `tag`: the explicit tag in full, or None."""
    if plain or tag in (_TAG + "int", _TAG + "float", _TAG + "bool", _TAG + "null"):
        return _core(text)
    return text


def _core(text: str) -> Scalar:
    if text in _NULL:
        return None
    if text[0] in _NUMBER_STARTS:
        return _number(text)
    if text in _TRUE:
        return True
    return False if text in _FALSE else text


def _number(text: str) -> Scalar:
    if len(text) > _LONGEST_NUMBER:
        return text
    if _INT.fullmatch(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text, base)
    if not _FLOAT.fullmatch(text):
        return text
    return float(text if text[-1].isdigit() or text[-1] == "." else text.replace(".", ""))  # .inf and .nan

"""Unambiguous JSON: duplicate members are rejected, and the depth is limited.

Ordinary parsers keep one of two members of the same name, and not always the same one. A signed
token that two programs read differently enables attacks (RFC 8725 section 2.4).
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

MAX_DEPTH = 32
"""The maximum depth of nesting."""

_INTEGER_MIN = -(2**63)
_INTEGER_MAX = 2**63 - 1
_UNSIGNED_MAX = 2**64 - 1


class AmbiguousJson(ValueError):
    """A text that is not unambiguous JSON."""


def parse_object(data: bytes) -> dict[str, Any]:
    """Parses one JSON object; rejects duplicate members and every extension of JSON.

    Integers beyond 64 bits become floating-point numbers, so that no claim holds one.
    """
    try:
        value = _DECODER.decode(data.decode("utf-8"))
        _check(value, MAX_DEPTH)
    except (ValueError, RecursionError, OverflowError) as error:
        raise AmbiguousJson("not an unambiguous JSON object") from error
    if not isinstance(value, dict):
        raise AmbiguousJson("not an object")
    return value


def as_integer(value: object) -> int | None:
    """Returns a whole number of 64 bits, and None for anything else."""
    # A bool is an int in Python, but not in JSON.
    if type(value) is int and _INTEGER_MIN <= value <= _INTEGER_MAX:
        return value
    return None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise AmbiguousJson("a member comes twice")
    return members


def _integer(text: str) -> int | float:
    if text == "-0":
        return -0.0
    # Longer ones are no integers of 64 bits; int() has a cost that grows with their length.
    value = int(text) if len(text) <= 20 else None
    if value is not None and _INTEGER_MIN <= value <= _UNSIGNED_MAX:
        return value
    return _float(text)


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise AmbiguousJson("a number is out of range")
    return value


def _constant(_: str) -> NoReturn:
    raise AmbiguousJson("no JSON value")


def _check(value: object, levels: int) -> None:
    """Checks the depth, and that no text holds half a surrogate pair."""
    if isinstance(value, str):
        value.encode("utf-8")
    elif isinstance(value, (dict, list)):
        if levels == 0:
            raise AmbiguousJson("nested too deeply")
        if isinstance(value, dict):
            for name in value:
                name.encode("utf-8")
        for inner in value.values() if isinstance(value, dict) else value:
            _check(inner, levels - 1)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_constant,
)

"""Paths and header fields of requests whose server has already decoded them."""

from __future__ import annotations

import re
from urllib.parse import quote

_SECOND = re.compile(r",\s*(?=(?:Bearer|DPoP)\s)", re.IGNORECASE)


def raw_path(path: str) -> str:
    """Encodes a decoded path as clients do. An encoded slash cannot be restored: a proof for such
    a path is rejected."""
    return quote(path, safe="/:@!$&'()*+,;=~")


def split_authorization(value: str) -> list[str]:
    """Returns the fields that a server joined by a comma; no token has one."""
    return _SECOND.split(value)

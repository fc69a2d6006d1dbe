"""URLs as DPoP proofs name them (RFC 9449 section 4.3), normalized by RFC 3986 section 6.2.

A host that is an IPv4 address in an unusual form, such as `0x7f.1`, is not accepted.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote_to_bytes

_URL = re.compile(r"(https?):/*([^/?#]*)([^?#]*)", re.IGNORECASE | re.ASCII)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::([0-9]*))?", re.ASCII)
_HOST = re.compile(r"[a-z0-9!$&'()*+,;=~_.-]+", re.ASCII)
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?", re.ASCII)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_DOT = re.compile(r"\.|%2e", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]", re.ASCII)
_UNFIT_IN_PATHS = str.maketrans({char: f"%{ord(char):02X}" for char in '"<>`{}'})


def origin(url: str) -> str | None:
    """Returns the origin of an http or https URL, and None for anything else."""
    parsed = _parse(url)
    return None if parsed is None else parsed[0]


def target(url: str) -> str | None:
    """Returns a normalized URL without query and fragment."""
    parsed = _parse(url)
    return None if parsed is None else "".join(parsed)


def _parse(url: str) -> tuple[str, str] | None:
    if not all("!" <= char <= "~" for char in url) or "\\" in url:
        return None
    match = _URL.match(url)
    if match is None:
        return None
    scheme, authority, path = match[1].lower(), match[2], match[3]
    user, _, place = authority.rpartition("@")
    parts = _AUTHORITY.fullmatch(place)
    if user.strip(":") or parts is None:
        return None
    host = _host(parts[1])
    # int() raises an error for thousands of digits.
    digits = (parts[2] or "").lstrip("0") or "0"
    if host is None or len(digits) > 5 or int(digits) > 65535:
        return None
    port = int(digits) if parts[2] else _DEFAULT_PORTS[scheme]
    written = "" if port == _DEFAULT_PORTS[scheme] else f":{port}"
    return f"{scheme}://{host}{written}", _path(path)


def _host(text: str) -> str | None:
    try:
        if text.startswith("["):
            return f"[{ipaddress.IPv6Address(text[1:-1]).exploded}]"
        host = unquote_to_bytes(text).decode("ascii").lower()
        if _ENDS_IN_NUMBER.fullmatch(host):
            return str(ipaddress.IPv4Address(host))
    except ValueError:
        return None
    return host if _HOST.fullmatch(host) else None


def _path(path: str) -> str:
    segments = path.removeprefix("/").split("/")
    kept: list[str] = []
    for position, segment in enumerate(segments):
        is_last = position == len(segments) - 1
        plain = _DOT.sub(".", segment)
        if plain == "..":
            del kept[-1:]
        elif plain != ".":
            kept.append(segment)
            continue
        if is_last:
            kept.append("")
    joined = "/" + "/".join(kept)
    return _ESCAPE.sub(_escape, joined.translate(_UNFIT_IN_PATHS))


def _escape(match: re.Match[str]) -> str:
    """Writes an escape in upper case, and an unreserved character without one."""
    char = chr(int(match[1], 16))
    return char if _UNRESERVED.fullmatch(char) else f"%{match[1].upper()}"

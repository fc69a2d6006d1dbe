"""A request, and the access token in its header."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import _jws
from .errors import TokenRejected
from .principal import Principal

BEARER = "Bearer"
DPOP = "DPoP"

REFERENCE_PREFIX = "dwa_"
"""The start of the issuer's reference tokens."""

_B64TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*", re.ASCII)


@dataclass(frozen=True)
class HttpRequest:
    """The parts of a request that decide about its caller."""

    method: str
    """The method, as sent."""
    path: str
    """The path as sent, percent-encoded, without the query."""
    headers: Sequence[tuple[str, str]]
    """All header fields; a field that was sent twice is here twice."""
    certificate: str | None = None
    """The thumbprint (`x5t#S256`) of the client's certificate, if a trusted proxy verified one."""
    address: str | None = None
    """The address of the caller, from a forwarded header only if a trusted proxy wrote it."""
    state: MutableMapping[str, Any] = field(default_factory=dict, compare=False)
    """Memory of this request, so that its proof is checked only once."""

    def fields(self, name: str) -> list[str]:
        """Returns all values of a header field."""
        return [value for own, value in self.headers if own.lower() == name]


class Malformed(Exception):
    """The header has no token that can be read."""


class OtherScheme(Exception):
    """The header belongs to another scheme."""


def access_token(header: str) -> tuple[str, str]:
    """Returns the scheme and the token of an `Authorization` header (RFC 6750 section 2.1)."""
    if not is_visible(header):
        raise Malformed("the bearer token is malformed")
    name, _, rest = header.partition(" ")
    scheme = {"bearer": BEARER, "dpop": DPOP}.get(name.lower())
    if scheme is None:
        raise OtherScheme
    token = rest.strip(" ")
    if len(token) > _jws.MAX_TOKEN_BYTES:
        raise Malformed("the bearer token is too long")
    if not _B64TOKEN.fullmatch(token):
        raise Malformed("the bearer token is malformed")
    return scheme, token


def is_visible(value: str) -> bool:
    return all(" " <= char <= "~" or char == "\t" for char in value)


def scheme_of(principal: Principal) -> str:
    """Returns the scheme of the principal's access token."""
    # A certificate-bound token uses the Bearer scheme (RFC 8705 section 3).
    bound_to = principal.confirmation
    return BEARER if bound_to is None or bound_to.jkt is None else DPOP


def is_foreign(request: HttpRequest, issuer: str) -> bool:
    """Returns true if the request has one bearer token, and that token is of another issuer.

    Nothing is verified: the answer only says who verifies the token. A token that names this
    issuer, or is bound to a key, is never foreign.
    """
    authorization = request.fields("authorization")
    if len(authorization) != 1:
        return False
    try:
        scheme, token = access_token(authorization[0])
    except (OtherScheme, Malformed):
        return False
    if scheme != BEARER or token.startswith(REFERENCE_PREFIX):
        return False
    try:
        named = _jws.decode_json(_jws.Compact.split(token).payload).get("iss")
    except TokenRejected:
        return True
    return bool(named != issuer)

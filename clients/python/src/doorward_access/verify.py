"""Verification of access tokens against known attacks (RFC 8725, RFC 9068 section 4)."""

from __future__ import annotations

from dataclasses import dataclass

from . import _claims, _jws
from ._jws import MAX_TOKEN_BYTES, REFUSED_PARAMETERS, Compact, is_type
from ._strict_json import as_integer
from .errors import TokenRejected
from .keys import KeySet
from .principal import Principal

__all__ = ["MAX_LEEWAY", "MAX_TOKEN_BYTES", "Expected", "verify_access_token"]

MAX_LEEWAY = 60
"""The maximum leeway in seconds."""

ALGORITHMS = tuple(_jws.ALGORITHMS)
"""The accepted algorithms by default: asymmetric ones only. A key verifies only its own."""

TYPE = "at+jwt"
"""The `typ` of an access token (RFC 9068 section 2.1)."""


@dataclass(frozen=True)
class Expected:
    """The expected claims of an access token."""

    issuer: str
    """The issuer, compared byte by byte."""
    audience: str
    """The recipient that `aud` must contain, compared byte by byte."""
    leeway: int = MAX_LEEWAY
    """The accepted clock difference in seconds, at most `MAX_LEEWAY`."""
    plain_jwt: bool = False
    """True to accept the type `JWT` in addition, for a resource that is registered so."""
    algorithms: tuple[str, ...] = ALGORITHMS
    """The accepted algorithms; a key verifies only its own."""

    @property
    def seconds(self) -> int:
        """The leeway within its bounds."""
        return min(max(self.leeway, 0), MAX_LEEWAY)

    @property
    def types(self) -> tuple[str, ...]:
        """The accepted types."""
        return (TYPE, "JWT") if self.plain_jwt else (TYPE,)


def verify_access_token(token: str, keys: KeySet, expected: Expected, now: int) -> Principal:
    """Returns the caller of a valid token; raises `TokenRejected` for the first failed check.

    `exp` is exclusive: at `exp + leeway` the token is expired. `now` is in Unix seconds.
    """
    claims = verify_claims(token, keys, expected, now)
    if not _claims.is_whole(claims.overage):
        raise TokenRejected("overage")
    return claims.principal


def verify_claims(
    token: str, keys: KeySet, expected: Expected, now: int
) -> _claims.AccessTokenClaims:
    """Verifies a token whose lists may be incomplete: the caller checks `overage`."""
    jws = Compact.split(token)
    algorithm, kid = _check_header(_jws.decode_json(jws.header), expected)
    key = keys.get(kid)
    # RFC 8725 section 3.1: the key decides on the algorithm; the header is only compared with it.
    if key is not None and key.algorithm != algorithm:
        raise TokenRejected("algorithm")
    signature = _jws.decode(jws.signature)
    if key is None:
        raise TokenRejected("unknown_key", kid=kid)
    if not _jws.is_signature(key.algorithm, key.key, jws.signed, signature):
        raise TokenRejected("signature")
    # The payload is parsed only after verification: the parser never sees unsigned data.
    payload = _jws.decode_json(jws.payload)
    not_before = as_integer(payload.get("nbf", now))
    if not_before is None:
        raise TokenRejected("claims")
    try:
        claims = _claims.read(payload)
    except _claims.WrongClaim as error:
        raise TokenRejected("claims") from error
    _check_claims(claims, expected, now)
    if not_before > now + expected.seconds:
        raise TokenRejected("not_yet_valid")
    return claims


def _check_header(header: dict[str, object], expected: Expected) -> tuple[str, str]:
    algorithm = header.get("alg")
    is_known = isinstance(algorithm, str) and algorithm in ALGORITHMS
    if not is_known or algorithm not in expected.algorithms:
        raise TokenRejected("algorithm")
    if REFUSED_PARAMETERS & header.keys():
        raise TokenRejected("header")
    typ = header.get("typ")
    if not isinstance(typ, str) or not any(is_type(typ, one) for one in expected.types):
        raise TokenRejected("type")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise TokenRejected("malformed", "it does not name its key")
    return str(algorithm), kid


def _check_claims(claims: _claims.AccessTokenClaims, expected: Expected, now: int) -> None:
    principal = claims.principal
    if not all((claims.iss, principal.subject, principal.client_id, principal.jti)):
        raise TokenRejected("claims")
    if claims.iss != expected.issuer:
        raise TokenRejected("issuer")
    if not expected.audience or expected.audience not in claims.audience:
        raise TokenRejected("audience")
    if claims.exp + expected.seconds <= now:
        raise TokenRejected("expired")
    if claims.iat > now + expected.seconds:
        raise TokenRejected("not_yet_valid")

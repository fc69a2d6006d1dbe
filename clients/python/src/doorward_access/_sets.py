"""Security Event Tokens (RFC 8417), and the revocations that they report (CAEP 1.0, RISC 1.0)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import _claims, _jws
from ._jws import REFUSED_PARAMETERS, Compact, is_type
from .errors import EventRejected, TokenRejected
from .keys import KeySet

_CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
_RISC = "https://schemas.openid.net/secevent/risc/event-type/"
_SESSION_REVOKED = frozenset((f"{_CAEP}session-revoked", f"{_RISC}sessions-revoked"))
_CLAIMS_CHANGE = f"{_CAEP}token-claims-change"
_ACCOUNTS = {
    f"{_RISC}account-disabled": "the account was disabled",
    f"{_RISC}account-purged": "the account was deleted",
}
EVENTS = (*sorted(_SESSION_REVOKED), _CLAIMS_CHANGE, *_ACCOUNTS)
"""The events that have an effect on tokens."""
ALL_REVOKED = "all tokens up to a time were revoked"
"""The reason for a token of an issuer that revoked all of them."""
_SESSIONS_ENDED = "the sessions of the user were ended"
_REASONS = {
    "session": "the session was ended",
    "grant": "the grant was revoked",
    "client": "the tokens of the client were revoked",
}
MAX_TIME = 2**32 - 1
"""The latest time of an event."""


@dataclass(frozen=True)
class Lists:
    """The lists of a subject after a change.

    An absent list is empty: the unknown permits nothing.
    """

    roles: frozenset[str]
    groups: frozenset[str]
    entitlements: frozenset[str]

    def __and__(self, other: Lists) -> Lists:
        return Lists(
            self.roles & other.roles,
            self.groups & other.groups,
            self.entitlements & other.entitlements,
        )

    @property
    def size(self) -> int:
        """The length of all texts, with a part for each."""
        lists = (self.roles, self.groups, self.entitlements)
        return 64 + sum(64 + len(text) for texts in lists for text in texts)


@dataclass(frozen=True)
class Revocation:
    """Tokens that were issued up to a time are rejected."""

    kind: str
    """What names the tokens: `session`, `subject`, `grant`, `client`, `role`, `group`,
    `permission`, `tenant`, or `all`."""
    name: tuple[str, ...]
    """The value or values of the claims."""
    at: int
    """The time of the event in Unix seconds. Tokens of this second are rejected too."""
    because: str
    """The reason for the holder."""
    kept: Lists | None = None
    """Tokens of the second `at` with no more than these lists are kept."""


@dataclass(frozen=True)
class SignedEvent:
    """A verified event."""

    jti: str
    """The identifier, for its acknowledgement."""
    revocation: Revocation | None
    """The revocation; None if the event has no effect on tokens of this issuer."""


class _Foreign(Exception):
    """A user of another issuer."""


def verify(token: str, keys: KeySet, issuer: str, receiver: str) -> SignedEvent:
    """Verifies an event; raises `EventRejected`. It has no expiry: a late revocation counts.

    `receiver` is the client ID of this service.
    """
    try:
        claims = _verified(token, keys)
    except TokenRejected as rejected:
        is_key = rejected.code in ("unknown_key", "signature")
        code = "invalid_key" if is_key else "invalid_request"
        raise EventRejected(code, str(rejected), kid=rejected.kid) from rejected
    if _text(claims, "iss") != issuer:
        raise EventRejected("invalid_issuer", "the event is from another issuer")
    try:
        audience = _claims.audience(claims.get("aud"))
    except _claims.WrongClaim:
        raise _malformed() from None
    if not receiver or receiver not in audience:
        raise EventRejected("invalid_audience", "the event is for another receiver")
    # They would let the token pass for another kind (SSF 1.0 section 4.1; RFC 8417 section 2.2).
    if "sub" in claims or "exp" in claims:
        raise EventRejected("invalid_request", "the event has a claim of other tokens")
    jti, issued_at = _text(claims, "jti"), _time(claims.get("iat"))
    events = claims.get("events")
    if not isinstance(events, dict) or len(events) != 1:
        raise EventRejected("invalid_request", "the token does not have exactly one event")
    name, event = next(iter(events.items()))
    if not isinstance(event, dict):
        raise EventRejected("invalid_request", "the token does not have exactly one event")
    if name not in EVENTS:
        return SignedEvent(jti, None)
    at = _time(event["event_timestamp"]) if "event_timestamp" in event else issued_at
    subject = claims.get("sub_id")
    if not isinstance(subject, dict):
        raise _not_understood()
    try:
        kind, values = _target(subject, issuer)
    except _Foreign:
        return SignedEvent(jti, None)
    return SignedEvent(jti, _revocation(name, event, kind, values, at))


def _verified(token: str, keys: KeySet) -> dict[str, Any]:
    jws = Compact.split(token)
    header = _jws.decode_json(jws.header)
    algorithm, typ, kid = header.get("alg"), header.get("typ"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in _jws.ALGORITHMS:
        raise TokenRejected("algorithm")
    if REFUSED_PARAMETERS & header.keys():
        raise TokenRejected("header")
    if not isinstance(typ, str) or not is_type(typ, "secevent+jwt"):
        raise TokenRejected("type")
    if not isinstance(kid, str) or not kid:
        raise TokenRejected("malformed", "it does not name its key")
    key = keys.get(kid)
    if key is None:
        raise TokenRejected("unknown_key", kid=kid)
    if key.algorithm != algorithm:
        raise TokenRejected("algorithm")
    if not _jws.is_signature(key.algorithm, key.key, jws.signed, _jws.decode(jws.signature)):
        raise TokenRejected("signature")
    return _jws.decode_json(jws.payload)


def _revocation(
    name: str, event: dict[str, Any], kind: str, values: tuple[str, ...], at: int
) -> Revocation:
    kept = None
    if name == _CLAIMS_CHANGE:
        kept = _lists(event.get("claims"))
    if kind == "all":
        return Revocation(kind, values, at, ALL_REVOKED)
    if name == _CLAIMS_CHANGE:
        return Revocation(kind, values, at, "roles were reduced", kept)
    because = _ACCOUNTS.get(name) or _REASONS.get(kind, _SESSIONS_ENDED)
    return Revocation(kind, values, at, because)


def _lists(claims: object) -> Lists:
    if not isinstance(claims, dict):
        raise _malformed()
    try:
        members = _claims.Members(claims)
        roles, groups, rest = map(members.listed, ("roles", "groups", "entitlements"))
    except _claims.WrongClaim:
        raise _malformed() from None
    return Lists(frozenset(roles), frozenset(groups), frozenset(rest))


def _target(subject: dict[str, Any], issuer: str) -> tuple[str, tuple[str, ...]]:
    """Reads a subject identifier (RFC 9493 section 3; SSF 1.0 section 3.3 for complex ones)."""
    form = _member(subject, "format")
    if form == "iss_sub":
        return "subject", (_user(subject, issuer),)
    if form == "uri" and _member(subject, "uri") == issuer:
        return "all", ()
    if form != "complex":
        raise _not_understood()
    return _complex(subject, issuer)


def _complex(subject: dict[str, Any], issuer: str) -> tuple[str, tuple[str, ...]]:
    def user() -> str:
        return _user(_of_format(subject, "user", "iss_sub"), issuer)

    def identifier(name: str) -> str:
        return _member(_of_format(subject, name, "opaque"), "id")

    found: tuple[str, tuple[str, ...]]
    match sorted(subject.keys() - {"format"}):
        case ["user"]:
            found = "subject", (user(),)
        case ["session"]:
            found = "session", (identifier("session"),)
        case ["session", "user"]:
            user()
            found = "session", (identifier("session"),)
        case ["application", "user"]:
            found = "grant", (user(), identifier("application"))
        case ["application"]:
            found = "client", (identifier("application"),)
        case ["group"]:
            kind, _, name = identifier("group").partition(":")
            if kind not in ("role", "group", "permission") or not name:
                raise _not_understood()
            found = kind, (name,)
        case ["tenant"]:
            found = "tenant", (identifier("tenant"),)
        case _:
            raise _not_understood()
    return found


def _of_format(subject: dict[str, Any], name: str, form: str) -> dict[str, Any]:
    member = subject.get(name)
    if not isinstance(member, dict) or _member(member, "format") != form:
        raise _not_understood()
    return member


def _user(subject: dict[str, Any], issuer: str) -> str:
    iss, sub = _member(subject, "iss"), _member(subject, "sub")
    if iss != issuer:
        raise _Foreign
    return sub


def _member(subject: Mapping[str, Any], name: str) -> str:
    value = subject.get(name)
    if not isinstance(value, str) or not value:
        raise _not_understood()
    return value


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise _malformed()
    return value


def _time(value: object) -> int:
    """Reads a time; a part of a second counts as a whole one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _malformed()
    if not 0 <= value <= MAX_TIME:
        raise _malformed()
    return math.ceil(value)


def _not_understood() -> EventRejected:
    return EventRejected("invalid_request", "the event's subject is not understood")


def _malformed() -> EventRejected:
    detail = "the event is incomplete or has a member of the wrong type"
    return EventRejected("invalid_request", detail)

"""The claims of access tokens (RFC 9068 section 2.2).

Types are strict: a claim of the wrong type is an error, never an absent claim.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ._strict_json import as_integer
from .principal import Confirmation, Principal

MAX_SCOPE_BYTES = 2048
"""The maximum length of a scope."""

T = TypeVar("T")


class WrongClaim(ValueError):
    """A missing required claim, or a claim of the wrong type."""


@dataclass(frozen=True)
class AccessTokenClaims:
    """The claims that this package checks, and the caller that the others describe."""

    iss: str
    audience: tuple[str, ...]
    exp: int
    iat: int
    overage: tuple[str, ...]
    principal: Principal


def read(payload: dict[str, Any]) -> AccessTokenClaims:
    """Reads the claims of a verified token; raises `WrongClaim`."""
    own = Members(payload)
    for name, kind in _ALSO_CHECKED.items():
        own.optional(name, kind)
    caller = principal(
        own,
        subject=own.required("sub", text),
        client_id=own.required("client_id", text),
        jti=own.required("jti", text),
        expires_at=own.required("exp", time),
        confirmation=own.optional("cnf", confirmation),
    )
    return AccessTokenClaims(
        iss=own.required("iss", text),
        audience=own.required("aud", audience),
        exp=caller.expires_at,
        iat=own.required("iat", time),
        overage=own.listed("overage"),
        principal=caller,
    )


class Members:
    """The members of an object that describes a caller."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self.payload = payload

    def required(self, name: str, kind: Callable[[Any], T]) -> T:
        """Reads a member that must be there."""
        if name not in self.payload:
            raise WrongClaim(name)
        return kind(self.payload[name])

    def optional(self, name: str, kind: Callable[[Any], T]) -> T | None:
        """Reads a member that may be missing or null."""
        value = self.payload.get(name)
        return None if value is None else kind(value)

    def listed(self, name: str) -> tuple[str, ...]:
        """Reads a list of texts, an empty one if it is missing."""
        return _texts(self.payload[name]) if name in self.payload else ()


def principal(own: Members, **identity: Any) -> Principal:
    """Builds a caller of an identity and the members that may be missing."""
    payload = own.payload
    return Principal(
        scope=_scope(payload["scope"]) if "scope" in payload else (),
        roles=own.listed("roles"),
        groups=own.listed("groups"),
        managed_groups=own.listed("managed_groups"),
        entitlements=frozenset(own.listed("entitlements")),
        org=own.optional("org", text),
        email_verified=own.optional("email_verified", boolean) or False,
        acr=own.optional("acr", text),
        amr=own.listed("amr"),
        auth_time=own.optional("auth_time", time),
        sid=own.optional("sid", text),
        authorization_details=_details(payload.get("authorization_details", [])),
        claims=payload,
        **identity,
    )


def is_whole(overage: tuple[str, ...]) -> bool:
    """Returns true if `overage` names neither roles nor groups.

    Incomplete ones must never be read as "no rule forbids it". Incomplete entitlements and managed
    groups are safe, because they only grant access.
    """
    return {"entitlements", "managed_groups"}.issuperset(overage)


def text(value: object) -> str:
    if not isinstance(value, str):
        raise WrongClaim
    return value


def time(value: object) -> int:
    seconds = as_integer(value)
    if seconds is None:
        raise WrongClaim
    return seconds


def boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongClaim
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise WrongClaim
    return tuple(map(text, value))


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongClaim
    return value


def audience(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else _texts(value)


def _scope(value: object) -> tuple[str, ...]:
    names = text(value)
    # RFC 6749 section 3.3: %x21 / %x23-5B / %x5D-7E, separated by spaces.
    is_clean = all(" " <= char <= "~" and char not in '"\\' for char in names)
    if len(names) > MAX_SCOPE_BYTES or not is_clean:
        raise WrongClaim
    return tuple(dict.fromkeys(name for name in names.split(" ") if name))


def _actor(value: object) -> None:
    actor = _object(value)
    text(actor.get("sub"))
    if actor.get("act") is not None:
        _actor(actor["act"])


def confirmation(value: object) -> Confirmation:
    members = dict(_object(value))

    def thumbprint(name: str) -> str | None:
        value = members.pop(name, None)
        return None if value is None else text(value)

    jkt, x5t_s256 = thumbprint("jkt"), thumbprint("x5t#S256")
    return Confirmation(jkt, x5t_s256, members)


def _details(value: object) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list):
        raise WrongClaim
    details = tuple(map(_object, value))
    for detail in details:
        if not text(detail.get("type")):
            raise WrongClaim
    return details


_ALSO_CHECKED: dict[str, Callable[[Any], object]] = {
    "username": text,
    "email": text,
    "is_staff": boolean,
    "act": _actor,
    "may_act": _object,
}

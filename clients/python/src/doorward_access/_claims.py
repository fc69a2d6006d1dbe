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

    def required(name: str, kind: Callable[[Any], T]) -> T:
        if name not in payload:
            raise WrongClaim(name)
        return kind(payload[name])

    def optional(name: str, kind: Callable[[Any], T]) -> T | None:
        value = payload.get(name)
        return None if value is None else kind(value)

    def listed(name: str) -> tuple[str, ...]:
        return _texts(payload[name]) if name in payload else ()

    for name, kind in _ALSO_CHECKED.items():
        optional(name, kind)
    details = payload.get("authorization_details", [])
    principal = Principal(
        subject=required("sub", _text),
        client_id=required("client_id", _text),
        jti=required("jti", _text),
        expires_at=required("exp", _time),
        scope=_scope(payload["scope"]) if "scope" in payload else (),
        roles=listed("roles"),
        groups=listed("groups"),
        managed_groups=listed("managed_groups"),
        entitlements=frozenset(listed("entitlements")),
        org=optional("org", _text),
        email_verified=optional("email_verified", _bool) or False,
        acr=optional("acr", _text),
        amr=listed("amr"),
        auth_time=optional("auth_time", _time),
        sid=optional("sid", _text),
        confirmation=optional("cnf", _confirmation),
        authorization_details=_details(details),
        claims=payload,
    )
    return AccessTokenClaims(
        iss=required("iss", _text),
        audience=required("aud", _audience),
        exp=principal.expires_at,
        iat=required("iat", _time),
        overage=listed("overage"),
        principal=principal,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise WrongClaim
    return value


def _time(value: object) -> int:
    time = as_integer(value)
    if time is None:
        raise WrongClaim
    return time


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongClaim
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise WrongClaim
    return tuple(map(_text, value))


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongClaim
    return value


def _audience(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else _texts(value)


def _scope(value: object) -> tuple[str, ...]:
    text = _text(value)
    # RFC 6749 section 3.3: %x21 / %x23-5B / %x5D-7E, separated by spaces.
    if len(text) > MAX_SCOPE_BYTES or any(not " " <= char <= "~" or char in '"\\' for char in text):
        raise WrongClaim
    return tuple(dict.fromkeys(name for name in text.split(" ") if name))


def _actor(value: object) -> None:
    actor = _object(value)
    _text(actor.get("sub"))
    if actor.get("act") is not None:
        _actor(actor["act"])


def _confirmation(value: object) -> Confirmation:
    members = dict(_object(value))

    def thumbprint(name: str) -> str | None:
        text = members.pop(name, None)
        return None if text is None else _text(text)

    jkt, x5t_s256 = thumbprint("jkt"), thumbprint("x5t#S256")
    return Confirmation(jkt, x5t_s256, members)


def _details(value: object) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list):
        raise WrongClaim
    details = tuple(map(_object, value))
    for detail in details:
        if not _text(detail.get("type")):
            raise WrongClaim
    return details


_ALSO_CHECKED: dict[str, Callable[[Any], object]] = {
    "username": _text,
    "email": _text,
    "is_staff": _bool,
    "act": _actor,
    "may_act": _object,
}

"""Decisions whether a caller may perform an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .errors import Reason
from .principal import API_KEY, Principal


@dataclass(frozen=True)
class Requirement:
    """The permission and the scope that an operation requires."""

    permission: str
    """The permission that the user must have, such as `tasks:read_all`."""
    scope: str
    """The scope that covers it. A scope with the permission's own name is also accepted."""

    @classmethod
    def of(cls, permission: str, covered_by: str | None = None) -> Requirement:
        """Creates a requirement; without `covered_by`, the scope has the permission's name."""
        return cls(permission, permission if covered_by is None else covered_by)


@dataclass(frozen=True)
class Assurance:
    """The required strength and age of the sign-in (RFC 9470), in addition to the permission."""

    acr_values: tuple[str, ...] = ()
    """The accepted `acr` values, compared literally; any if empty."""
    max_age: int | None = None
    """The maximum age of the sign-in in seconds; any if None."""


ANY_SIGN_IN = Assurance()
"""Accepts any valid token."""


def decide(principal: Principal, requirement: Requirement) -> list[Reason]:
    """Returns the missing parts of a requirement; none if the operation is allowed.

    Allowed if and only if the entitlements contain the permission, and the scope contains the
    permission or the scope that covers it. Role names are ignored: the issuer resolves roles to
    entitlements.
    """
    reasons = []
    if not principal.has_entitlement(requirement.permission):
        reasons.append(missing_entitlement(requirement.permission))
    if not principal.has_scope(requirement.scope) and not principal.has_scope(
        requirement.permission
    ):
        reasons.append(missing_scope(requirement.scope))
    return reasons


def lacks(principal: Principal, wanted: Assurance, now: int) -> list[Reason]:
    """Returns the unmet sign-in requirements of a token.

    A token without `acr` or `auth_time` does not meet the corresponding requirement (RFC 9470
    section 6). A client that acts for itself and an API key meet none, and can never meet one.
    """
    if wanted != ANY_SIGN_IN and (not principal.is_user or principal.credential == API_KEY):
        return [user_required()]
    reasons = []
    if wanted.acr_values and principal.acr not in wanted.acr_values:
        values = list(wanted.acr_values)
        detail = (
            "the sign-in was not strong enough; the application must ask for acr_values "
            + " ".join(values)
        )
        reasons.append(Reason("sign_in_too_weak", detail, {"acr_values": values}))
    # A sign-in slightly in the future comes from a clock that is ahead.
    is_recent = principal.auth_time is not None and (
        wanted.max_age is None or max(now - principal.auth_time, 0) <= wanted.max_age
    )
    if wanted.max_age is not None and not is_recent:
        detail = (
            f"the sign-in was too long ago; the application must ask for max_age {wanted.max_age}"
        )
        reasons.append(Reason("sign_in_too_old", detail, {"max_age": wanted.max_age}))
    return reasons


Condition = Callable[[Principal], "list[Reason]"]
"""A check of the caller: returns the reasons against it, none if it is met."""


def has_permission(permission: str, covered_by: str | None = None) -> Condition:
    """Requires a permission of the user and the scope that covers it."""
    requirement = Requirement.of(permission, covered_by)
    return lambda principal: decide(principal, requirement)


def has_scope(*names: str) -> Condition:
    """Requires all these scopes."""
    return _all(names, lambda principal: principal.scope, missing_scope)


def has_entitlement(*names: str) -> Condition:
    """Requires all these permissions of the user, whatever the scope."""
    return _all(names, lambda principal: principal.entitlements, missing_entitlement)


def has_role(*names: str) -> Condition:
    """Requires all these roles.

    A token has the roles with a permission of the resource, and every role if the resource asks for
    `roles`.
    """
    if not names:
        raise ValueError("name at least one")

    def check(principal: Principal) -> list[Reason]:
        missing = missing_role if principal.roles else no_roles
        return [missing(name) for name in names if name not in principal.roles]

    return check


def is_user(principal: Principal) -> list[Reason]:
    """Requires a user: no client that acts for itself."""
    return [] if principal.is_user else [user_required()]


def is_machine(principal: Principal) -> list[Reason]:
    """Requires a client that acts for itself."""
    detail = "only a client that acts for itself may do this"
    return [] if principal.is_service else [Reason("machine_required", detail)]


def is_verified_user(principal: Principal) -> list[Reason]:
    """Requires a user with a verified e-mail address."""
    detail = (
        "the caller must be a user with a verified e-mail address; "
        "the user can verify it on the account page"
    )
    return [] if principal.is_verified_user else [Reason("unverified", detail)]


def any_of(*conditions: Condition) -> Condition:
    """Requires at least one of the conditions."""

    def check(principal: Principal) -> list[Reason]:
        found = [condition(principal) for condition in conditions]
        return [] if any(not one for one in found) else [one for part in found for one in part]

    if not conditions:
        raise ValueError("any_of needs a condition")
    return check


def user_required() -> Reason:
    """Builds the reason for a caller that cannot sign in."""
    detail = "a user must sign in; a client that acts for itself, or an API key, may not do this"
    return Reason("user_required", detail)


def missing_entitlement(permission: str) -> Reason:
    """Builds the reason for a permission that the user lacks."""
    detail = (
        f"the account does not have the permission {permission}; "
        "an administrator can assign a role that has it"
    )
    return Reason("missing_entitlement", detail, {"permission": permission})


def missing_scope(scope: str) -> Reason:
    """Builds the reason for a scope that the user did not grant to the client."""
    detail = f"the token does not have the scope {scope}; the application must ask for it"
    return Reason("missing_scope", detail, {"scope": scope})


_WHY_NO_ROLE = (
    "either an administrator has to assign the role to the account, or the resource has to ask for "
    "`roles` in its tokens (`doorward resource update URI --token-claims roles`)"
)


def missing_role(role: str) -> Reason:
    """Builds the reason for a role that the token lacks."""
    detail = f"the token does not have the role {role}; {_WHY_NO_ROLE}"
    return Reason("missing_role", detail, {"role": role})


def no_roles(role: str) -> Reason:
    """Builds the reason for a role if the token has none at all."""
    detail = f"the token has no roles; {_WHY_NO_ROLE}"
    return Reason("missing_role", detail, {"role": role})


def _all(
    names: tuple[str, ...],
    of: Callable[[Principal], Iterable[str]],
    missing: Callable[[str], Reason],
) -> Condition:
    if not names:
        raise ValueError("name at least one")

    def check(principal: Principal) -> list[Reason]:
        own = of(principal)
        return [missing(name) for name in names if name not in own]

    return check

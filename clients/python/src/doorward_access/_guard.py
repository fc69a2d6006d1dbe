"""The requirements of a guard, which the guards of the frameworks share."""

from __future__ import annotations

import copy
from typing import TypeVar

from . import decision
from .access import Access
from .credentials import AcceptedCredentials
from .decision import ANY_SIGN_IN, Assurance, Condition
from .principal import Principal
from .request import HttpRequest

R = TypeVar("R", bound="Requirements")


class Requirements:
    """The requirements of a guard. Each method returns a guard of the same class with others."""

    _conditions: tuple[Condition, ...] = ()
    _assurance: Assurance = ANY_SIGN_IN
    _accepts: AcceptedCredentials | None = None

    def requires(self: R, *conditions: Condition) -> R:
        """Returns a guard with further conditions, such as `has_role("editor")`."""
        guard = copy.copy(self)
        guard._conditions = (*self._conditions, *conditions)
        return guard

    def permission(self: R, name: str, covered_by: str | None = None) -> R:
        """Returns a guard that requires a permission of the user and the scope that covers it."""
        return self.requires(decision.has_permission(name, covered_by))

    def recent(
        self: R, max_age: int | None = None, *, acr_values: tuple[str, ...] | list[str] = ()
    ) -> R:
        """Returns a guard that requires a recent or strong sign-in (RFC 9470)."""
        guard = copy.copy(self)
        guard._assurance = Assurance(tuple(acr_values), max_age)
        return guard

    def accepting(self: R, accepts: AcceptedCredentials) -> R:
        """Returns a guard that accepts other credentials than `access`, such as API keys."""
        guard = copy.copy(self)
        guard._accepts = accepts
        return guard

    def _admit(
        self, access: Access, described: HttpRequest, further: tuple[Condition, ...] = ()
    ) -> Principal:
        """Returns the caller of a request; raises `Denied`."""
        principal = access.authenticate(described, self._accepts)
        access.require(principal, *self._conditions, *further)
        access.require_sign_in(principal, self._assurance)
        return principal

"""The caller that a verified access token identifies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SIGNED_TOKEN = "signed_token"  # noqa: S105
"""A signed access token (RFC 9068)."""
REFERENCE_TOKEN = "reference_token"  # noqa: S105
"""An access token that is validated by introspection (RFC 7662)."""
API_KEY = "api_key"
"""An API key of `X-API-Key`, also validated by introspection."""


@dataclass(frozen=True)
class Confirmation:
    """The key or certificate that a token is bound to (`cnf`, RFC 7800)."""

    jkt: str | None = None
    """The thumbprint of the key that signs DPoP proofs (RFC 9449 section 6.1)."""
    x5t_s256: str | None = None
    """The thumbprint of the client's certificate (RFC 8705 section 3.1)."""
    others: dict[str, Any] = field(default_factory=dict, hash=False)
    """Other methods, which are not supported: a token with one is never accepted."""

    @property
    def is_understood(self) -> bool:
        """True if there is a known confirmation and no unknown one."""
        return not self.others and (self.jkt is not None or self.x5t_s256 is not None)


@dataclass(frozen=True)
class Principal:
    """The caller of a request. Times are Unix seconds."""

    subject: str
    """The user, or the client itself if it acts on its own behalf."""
    client_id: str
    """The client that holds the token."""
    jti: str
    """The identifier of the token."""
    expires_at: int
    """The expiry of the token."""
    scope: tuple[str, ...] = ()
    """The scope that the user granted to the client."""
    roles: tuple[str, ...] = ()
    """Names of roles."""
    groups: tuple[str, ...] = ()
    """Names of groups."""
    managed_groups: tuple[str, ...] = ()
    """Paths of the groups that the user manages, and of their subgroups."""
    entitlements: frozenset[str] = frozenset()
    """Permissions of the user at this resource, such as `tasks:write`."""
    org: str | None = None
    """The organization in which the user acts. Filter every query by it."""
    email_verified: bool = False
    """True if the user's e-mail address is verified; false if the token does not say."""
    acr: str | None = None
    """The authentication context class of the sign-in."""
    amr: tuple[str, ...] = ()
    """The authentication methods of the sign-in."""
    auth_time: int | None = None
    """The time of the sign-in."""
    sid: str | None = None
    """The session in which the token was issued."""
    confirmation: Confirmation | None = None
    """The key that the sender must prove; None for a bearer token."""
    authorization_details: tuple[dict[str, Any], ...] = field(default=(), hash=False)
    """Authorization details that the user granted (RFC 9396). Your service checks them."""
    credential: str = SIGNED_TOKEN
    """What the caller presented: `SIGNED_TOKEN`, `REFERENCE_TOKEN` or `API_KEY`. The ID of a key is
    the `jti`."""
    claims: dict[str, Any] = field(default_factory=dict, hash=False, compare=False, repr=False)
    """All claims of the token, or of the response to its introspection, for custom ones."""

    @property
    def is_service(self) -> bool:
        """True for a machine: a client that acts on its own behalf (RFC 9068 section 2.2)."""
        return self.subject == self.client_id

    @property
    def is_user(self) -> bool:
        """True for a user: some client acts on behalf of the subject."""
        return not self.is_service

    @property
    def is_verified_user(self) -> bool:
        """True for a user with a verified e-mail address."""
        return self.is_user and self.email_verified

    def has_scope(self, *names: str) -> bool:
        """Returns true if the scope has all these names."""
        return all(name in self.scope for name in names)

    def has_role(self, *names: str) -> bool:
        """Returns true if the caller has all these roles."""
        return all(name in self.roles for name in names)

    def has_entitlement(self, *names: str) -> bool:
        """Returns true if the caller has all these permissions."""
        return all(name in self.entitlements for name in names)

"""Errors of this package."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .challenge import Challenge


class TokenRejected(Exception):
    """A token that is not accepted. The message contains nothing that its holder must not know."""

    def __init__(self, code: str, detail: str | None = None, *, kid: str | None = None) -> None:
        message = TOKEN_REJECTIONS[code]
        if code == "revoked":
            super().__init__(detail or message)
        else:
            super().__init__(message if detail is None else f"{message}: {detail}")
        self.code = code
        """The stable name of the reason, a key of `TOKEN_REJECTIONS`."""
        self.kid = kid
        """The key ID of the token, if its key is unknown."""


TOKEN_REJECTIONS = {
    "too_long": "the token is too long",
    "malformed": "the token is malformed",
    "algorithm": "the token's algorithm is not accepted",
    "header": "the token's header has a parameter that is not accepted",
    "type": "this is another type of token",
    "unknown_key": "the token was signed with an unknown key",
    "signature": "the token's signature is wrong",
    "claims": "the token's claims are incomplete or of the wrong type",
    "issuer": "the token is from another issuer",
    "audience": "the token is for another audience",
    "expired": "the token has expired",
    "not_yet_valid": "the token is not valid yet",
    "overage": (
        "the token could not carry all roles and groups, and this service does not ask the issuer "
        "for them: its operator has to configure token introspection"
    ),
    "inactive": "the token is not valid for this resource",
    "revoked": "the token was revoked",
    "too_many_groups": (
        "the subject has more roles and groups than the issuer lists: an administrator has to "
        "remove some"
    ),
}
"""The reasons why a token is rejected, and their messages."""


class EventRejected(Exception):
    """A Security Event Token that is not accepted."""

    def __init__(self, code: str, message: str, *, kid: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        """The error code for the issuer (RFC 8935 section 2.4)."""
        self.kid = kid
        """The key ID of the token, if its key is unknown."""


class SignalsCut(Exception):
    """A service that may not have heard of all revocations, and rejects tokens then: 503."""

    retry_after = 1
    """Seconds until another attempt makes sense."""


class ProofRejected(Exception):
    """A DPoP proof that is not accepted (RFC 9449 section 4.3)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        """The stable name of the reason."""


class KeysUnavailable(Exception):
    """An outage of the issuer without usable keys: 503, not 401."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("the issuer's keys are not available")
        self.retry_after = retry_after
        """Seconds until another attempt makes sense."""


class IntrospectionUnavailable(Exception):
    """An outage of the issuer without a cached response: 503, never access and never a 401."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("the issuer does not introspect")
        self.retry_after = retry_after
        """Seconds until another attempt makes sense."""


class FetchError(Exception):
    """The reason why the issuer could not be asked. For logs only."""


class JwksError(ValueError):
    """An invalid JWK Set (RFC 7517 section 5)."""


class ReplayStoreUnavailable(Exception):
    """An outage of the store of used proofs: 503."""


class Misconfigured(Exception):
    """A setting of the service that is missing or contradicts another one."""


@dataclass(frozen=True)
class Reason:
    """A missing requirement."""

    code: str
    """The stable name: `missing_scope`, `missing_entitlement`, `missing_role`, `unverified`,
    `user_required`, `machine_required`, `object_denied`, `sign_in_too_weak`, `sign_in_too_old`."""
    detail: str
    """A sentence that says how to resolve it."""
    extra: dict[str, Any] = field(default_factory=dict)
    """The missing value."""

    def to_json(self) -> dict[str, Any]:
        """Returns the object of the response."""
        return {"code": self.code, **self.extra, "detail": self.detail}


class Denied(Exception):
    """A rejected request, with everything that the response needs."""

    def __init__(
        self,
        status: int,
        problem: str,
        title: str,
        detail: str,
        *,
        challenges: Sequence[Challenge] = (),
        reasons: Sequence[Reason] = (),
        retry_after: int | None = None,
        dpop_nonce: str | None = None,
        has_id: bool = True,
    ) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        """The HTTP status."""
        self.problem = f"urn:doorward:problem:{problem}"
        """The type of the problem (RFC 9457)."""
        self.title = title
        self.detail = detail
        self.challenges = tuple(challenges)
        """The challenges of `WWW-Authenticate`."""
        self.reasons = tuple(reasons)
        """The missing requirements."""
        self.retry_after = retry_after
        self.dpop_nonce = dpop_nonce
        self.decision_id = str(uuid.uuid4()) if has_id else None
        """The ID of the denial in the response and in the log."""

    @property
    def error(self) -> str | None:
        """The error code of the first challenge (RFC 6750 section 3.1), if it has one."""
        return self.challenges[0].get("error") if self.challenges else None

    def headers(self) -> list[tuple[str, str]]:
        """Returns the header fields of the response; each challenge is one field."""
        fields = [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")]
        fields += [("WWW-Authenticate", str(challenge)) for challenge in self.challenges]
        if self.decision_id is not None:
            fields.append(("X-Decision-Id", self.decision_id))
        if self.retry_after is not None:
            fields.append(("Retry-After", str(self.retry_after)))
        if self.dpop_nonce is not None:
            fields.append(("DPoP-Nonce", self.dpop_nonce))
        return fields

    def body(self) -> dict[str, Any]:
        """Returns the problem of the response (RFC 9457)."""
        body: dict[str, Any] = {
            "type": self.problem,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.reasons:
            body["reasons"] = [reason.to_json() for reason in self.reasons]
        if self.decision_id is not None:
            body["decision_id"] = self.decision_id
        return body

"""Denials of requests, and their line in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from .errors import Denied, Reason
from .principal import Principal

log = logging.getLogger("doorward_access")


def joined(reasons: Iterable[Reason]) -> str:
    return "; ".join(reason.detail for reason in reasons)


def service_unavailable(retry_after: int) -> Denied:
    return Denied(
        503,
        "unavailable",
        "Temporarily unavailable",
        "The identity server is not available. Try again in a few seconds.",
        retry_after=max(retry_after, 1),
        has_id=False,
    )


def misconfigured() -> Denied:
    detail = "An internal error occurred. Try again later."
    return Denied(500, "fault", "Internal server error", detail, has_id=False)


def noted(denied: Denied, principal: Principal | None = None) -> Denied:
    """Logs a denial with its ID, so that an administrator can find it. Programs that configure no
    logging print warnings, and drop what is below."""
    log.warning(
        "denied: decision_id=%s status=%d subject=%r client_id=%r reason=%r",
        denied.decision_id,
        denied.status,
        principal.subject if principal else None,
        principal.client_id if principal else None,
        denied.detail,
    )
    return denied

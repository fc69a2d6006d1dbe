"""Revocations that an issuer reports while its tokens are still valid (OpenID Shared Signals
Framework 1.0, CAEP 1.0, RISC 1.0).

A service with `Signals` and a running `Listener` rejects the tokens of an ended session, a locked
user or a lost role within a second, without asking the issuer about each request.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from ._memory import Memory
from ._sets import Lists, Revocation, SignedEvent
from .errors import Misconfigured
from .principal import Principal

__all__ = ["Lists", "Revocation", "Signals", "SignalsClient", "SignedEvent", "WhenCut"]

MAX_AGE = 30
"""The default limit of the age of the knowledge: a poll is answered within 20 seconds."""
LONGEST_LIFE = 3600
"""The default longest life of a token, which is that of the issuer."""

_log = logging.getLogger("doorward_access")


@dataclass(frozen=True)
class SignalsClient:
    """The credentials of a service that listens: a confidential client that the issuer knows as a
    receiver of signals."""

    client_id: str
    client_secret: str = field(repr=False)


class WhenCut(Enum):
    """The choice for signed tokens while the service has not heard from the issuer for too long."""

    CONTINUE = "continue"
    """Accepts them, as a service that does not listen: an outage of the issuer must not stop every
    service. The default."""
    INTROSPECT = "introspect"
    """Asks the issuer about each, with a cache of 30 seconds; 503 if it does not respond."""
    REJECT = "reject"
    """Rejects them with 503."""


class Signals:
    """Revocations that the issuer reported, in bounded memory; safe for threads."""

    def __init__(
        self,
        client: SignalsClient,
        *,
        when_cut: WhenCut = WhenCut.CONTINUE,
        max_age: int = MAX_AGE,
        longest_life: int = LONGEST_LIFE,
    ) -> None:
        """Creates an empty memory.

        `when_cut`: the choice after `max_age` seconds without an answer of the issuer.
        `longest_life`: the longest life of a token in seconds. Older tokens are rejected, because
        their revocations may have been forgotten.
        """
        if longest_life < 1 or max_age < 1:
            raise Misconfigured("max_age and longest_life must be positive")
        self.client = client
        self.when_cut = when_cut
        self.max_age = max_age
        self.is_offered = True
        """False while the issuer does not offer signals."""
        self._memory = Memory(longest_life)
        self._lock = threading.Lock()
        self._heard: int | None = None

    def __len__(self) -> int:
        return len(self._memory)

    def age(self, now: int) -> int | None:
        """Returns the seconds since all revocations were known; None if they never were."""
        heard = self._heard
        return None if heard is None else max(now - heard, 0)

    def is_current(self, now: int) -> bool:
        """Returns true if the knowledge is not older than the limit."""
        age = self.age(now)
        return age is not None and age <= self.max_age

    def record(self, revocation: Revocation, now: int) -> None:
        """Remembers a revocation."""
        if not self._memory.record(revocation, now):
            _log.error("too many revocations to remember: all tokens until now are revoked")

    def find(self, principal: Principal, issued_at: int, now: int) -> str | None:
        """Returns the reason if a token is revoked, or older than what is remembered."""
        return self._memory.find(principal, issued_at, now)

    def note_heard(self, clock: Callable[[], int]) -> None:
        """Notes that all revocations until now are known."""
        with self._lock:
            now = clock()
            self._heard = now if self._heard is None else max(now, self._heard)
        self._memory.clean(now)

    def note_gap(self) -> None:
        """Notes that some may be missing, until `note_heard`."""
        with self._lock:
            self._heard = None

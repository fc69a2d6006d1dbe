"""Detection of replayed proofs (RFC 9449 section 11.1)."""

from __future__ import annotations

import threading
from typing import Protocol

from .errors import ReplayStoreUnavailable

MAX_PROOFS = 200_000
"""The maximum number of proofs that one process stores: each for at most two minutes."""


class ReplayStore(Protocol):
    """A store of used proofs. A service of several processes needs a shared one."""

    def claim(self, name: bytes, expires_at: int, now: int) -> bool:
        """Consumes a proof: exactly one of any number of callers with the same name gets true.

        The name must be stored until `expires_at`. Raises `ReplayStoreUnavailable` in an outage.
        """
        ...


class InMemoryReplayStore:
    """A store for a single process, in bounded memory.

    If it is full, no proof is accepted until an entry expires: entries are never dropped early.
    """

    def __init__(self, size: int = MAX_PROOFS) -> None:
        self._size = size
        self._used: dict[bytes, int] = {}
        self._lock = threading.Lock()

    def claim(self, name: bytes, expires_at: int, now: int) -> bool:
        """Consumes a proof."""
        with self._lock:
            if len(self._used) >= self._size:
                self._used = {key: end for key, end in self._used.items() if end > now}
            if name in self._used:
                return False
            if len(self._used) >= self._size:
                raise ReplayStoreUnavailable("too many proofs within two minutes")
            self._used[name] = expires_at
            return True

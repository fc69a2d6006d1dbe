"""Lockout of addresses that present many invalid API keys."""

from __future__ import annotations

import ipaddress
import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass

WINDOW = 600
"""The counting window in seconds, from the first invalid key."""
WAIT = 900
"""The duration of a lockout in seconds."""
REMEMBERED = 10_000
"""The maximum number of addresses, of which the oldest is dropped first."""

_log = logging.getLogger("doorward_access")

TOLERATED_KEYS = 10
"""The default number of invalid API keys of an address before its lockout."""


@dataclass
class _Attempts:
    count: int = 0
    since: int = 0
    """The start of the counting window."""
    until: int = 0
    """The end of the lockout."""


class Lockout:
    """A counter of invalid API keys by address, in bounded memory."""

    def __init__(self, tolerated: int) -> None:
        self._tolerated = max(tolerated, 1)
        self._addresses: OrderedDict[str, _Attempts] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str, now: int) -> int:
        """Returns the remaining lockout of an address in seconds, 0 if there is none."""
        with self._lock:
            attempts = self._addresses.get(_network(address))
            return 0 if attempts is None else max(attempts.until - now, 0)

    def count(self, address: str, now: int) -> None:
        """Counts an invalid key."""
        with self._lock:
            attempts = self._addresses.setdefault(_network(address), _Attempts())
            if len(self._addresses) > REMEMBERED:
                self._addresses.popitem(last=False)
            if now < attempts.until:
                return
            if attempts.count == 0 or now >= attempts.since + WINDOW:
                attempts.count, attempts.since = 0, now
            attempts.count += 1
            if attempts.count >= self._tolerated:
                attempts.count, attempts.until = 0, now + WAIT
                _log.warning("too many bad API keys from %s", address)


def canonical(address: str | None) -> str | None:
    """Returns an IP address in its usual form, and None for anything else."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)


def _network(address: str) -> str:
    """Returns the /64 network of an IPv6 address, which usually belongs to one user."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))

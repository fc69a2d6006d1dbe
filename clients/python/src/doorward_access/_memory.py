"""The bounded memory of revocations."""

from __future__ import annotations

import hashlib
import os
import threading
from array import array
from collections.abc import Iterator

from ._sets import ALL_REVOKED, MAX_TIME, Lists, Revocation
from .principal import Principal
from .verify import MAX_LEEWAY

CAPACITY = 1_000_000
"""The maximum number of remembered revocations: 42 MB."""
SHARDS = 64
"""The number of parts, so that growth and cleanup touch a small part at a time."""
MAX_LISTS = 1024 * 1024
"""The maximum size of the lists after changes of claims, in bytes."""
TOO_OLD = "the token is older than this service accepts"
"""The reason for a token whose revocation may have been forgotten."""

_KINDS = tuple("session subject claims grant client tenant role group permission".split())


class _Shard:
    """Keys with times in arrays: open addressing, at most half full. No key is 0."""

    def __init__(self, slots: int = 16) -> None:
        self.keys = array("Q", bytes(8 * slots))
        # Tokens that were issued up to this time are revoked; the entry ends at another one.
        self.until = array("I", bytes(4 * slots))
        self.end = array("I", bytes(4 * slots))
        # The kind and the number of the reason.
        self.what = array("H", bytes(2 * slots))
        self.count = 0

    def slot(self, key: int) -> int:
        """Returns the slot of a key, or the empty one in which it belongs."""
        keys, mask = self.keys, len(self.keys) - 1
        slot = (key >> 6) & mask
        while keys[slot] not in (0, key):
            slot = (slot + 1) & mask
        return slot

    def put(self, key: int, until: int, end: int, what: int) -> _Shard:
        """Puts an entry that is not there; returns a larger part if this one is half full."""
        shard = self if 2 * self.count < len(self.keys) else self.copied(0, 2 * len(self.keys))
        slot = shard.slot(key)
        shard.keys[slot], shard.until[slot] = key, until
        shard.end[slot], shard.what[slot] = end, what
        shard.count += 1
        return shard

    def entries(self) -> Iterator[tuple[int, int, int, int]]:
        """Returns all entries."""
        for row in zip(self.keys, self.until, self.end, self.what, strict=True):
            if row[0]:
                yield row

    def copied(self, now: int, slots: int) -> _Shard:
        """Returns the entries that have not ended."""
        shard = _Shard(slots)
        for key, until, end, what in self.entries():
            if end >= now:
                shard = shard.put(key, until, end, what)
        return shard


class Memory:
    """Revocations of the longest life of a token; safe for threads.

    It never forgets one earlier: if it is full, all tokens that were issued until then are revoked
    instead.
    """

    def __init__(self, longest_life: int, capacity: int = CAPACITY) -> None:
        self._secret = os.urandom(32)
        self._lock = threading.Lock()
        self._life = longest_life + MAX_LEEWAY
        self._capacity = capacity
        self._shards = [_Shard() for _ in range(SHARDS)]
        self._counts = dict.fromkeys(_KINDS, 0)
        self._reasons: list[str] = []
        self._all: int | None = None
        self._newest = 0
        self._kept: dict[int, tuple[int, Lists]] = {}
        self._kept_size = 0
        self._cleaned = (0, 0)
        self._cleaned_whole = 0

    def __len__(self) -> int:
        return sum(self._counts.values())

    def record(self, revocation: Revocation, now: int) -> bool:
        """Remembers a revocation.

        Returns False if the memory was full, and all tokens issued until now are revoked instead.
        """
        with self._lock:
            return self._record(revocation, now)

    def _record(self, revocation: Revocation, now: int) -> bool:
        self._newest = max(self._newest, revocation.at)
        self._clean(now)
        if revocation.kind == "all":
            self._all = max(self._all or 0, revocation.at)
            return True
        kind = revocation.kind
        if kind == "subject" and revocation.kept is not None:
            kind = "claims"
        key = self._key(kind, *revocation.name)
        part = key % SHARDS
        shard = self._shards[part]
        slot = shard.slot(key)
        former = shard.until[slot] if shard.keys[slot] else None
        if former is None and len(self) >= self._capacity and not self._make_room(now):
            self._overflow(now)
            return False
        self._keep_lists(key, former, revocation)
        end = min(max(revocation.at, now) + self._life, MAX_TIME)
        what = _KINDS.index(kind) | self._number(revocation.because) << 4
        shard = self._shards[part]
        if former is None:
            self._shards[part] = shard.put(key, revocation.at, end, what)
            self._counts[kind] += 1
            return True
        slot = shard.slot(key)
        shard.end[slot] = max(shard.end[slot], end)
        if revocation.at >= former:
            shard.until[slot], shard.what[slot] = revocation.at, what
        return True

    def find(self, principal: Principal, issued_at: int, now: int) -> str | None:
        """Returns the reason if a token is revoked, or older than what is remembered."""
        with self._lock:
            if self._all is not None and issued_at <= self._all:
                return ALL_REVOKED
            for kind, names in _names(principal):
                if self._counts[kind]:
                    because = self._because(self._key(kind, *names), principal, issued_at)
                    if because is not None:
                        return because
        return TOO_OLD if now - issued_at > self._life else None

    def _because(self, key: int, principal: Principal, issued_at: int) -> str | None:
        shard = self._shards[key % SHARDS]
        slot = shard.slot(key)
        if not shard.keys[slot] or issued_at > shard.until[slot]:
            return None
        at, lists = self._kept.get(key, (None, None))
        if lists is not None and at == issued_at and _is_within(principal, lists):
            return None
        return self._reasons[shard.what[slot] >> 4]

    def clean(self, now: int) -> None:
        """Forgets revocations of tokens that have expired, in a part of the memory at a time."""
        with self._lock:
            self._clean(now)

    def _clean(self, now: int) -> None:
        part, at = self._cleaned
        if now == at:
            return
        part = (part + 1) % SHARDS
        self._cleaned = (part, now)
        self._clean_shard(part, now)
        if part == 0:
            kept = self._kept.items()
            self._kept = {key: one for key, one in kept if one[0] + self._life >= now}
            self._kept_size = sum(lists.size for _, lists in self._kept.values())

    def _clean_shard(self, part: int, now: int) -> None:
        former = self._shards[part]
        if not former.count or min(end for _, _, end, _ in former.entries()) >= now:
            return
        self._shards[part] = former.copied(now, 16)
        kinds = [_KINDS[what & 15] for _, _, end, what in former.entries() if end < now]
        for kind in kinds:
            self._counts[kind] -= 1

    def _make_room(self, now: int) -> bool:
        # At most once in a minute, because a cleanup of all takes long.
        if abs(now - self._cleaned_whole) >= 60:
            self._cleaned_whole = now
            for part in range(SHARDS):
                self._clean_shard(part, now)
        return len(self) < self._capacity

    def _overflow(self, now: int) -> None:
        self._all = max(self._all or 0, self._newest, now)
        self._shards = [_Shard() for _ in range(SHARDS)]
        self._counts = dict.fromkeys(_KINDS, 0)
        self._kept, self._kept_size = {}, 0

    def _keep_lists(self, key: int, former: int | None, revocation: Revocation) -> None:
        """Remembers the lists after a change of claims, or that no token of this second is kept."""
        at = revocation.at
        if former is not None and former > at:
            return
        _, before = self._kept.pop(key, (None, None))
        self._kept_size -= 0 if before is None else before.size
        lists = revocation.kept
        if lists is not None and former == at:
            # Another event of this second keeps no token, or only those within its lists.
            lists = None if before is None else lists & before
        # Without the lists, the tokens of this second are rejected.
        if lists is not None and self._kept_size + lists.size <= MAX_LISTS:
            self._kept_size += lists.size
            self._kept[key] = (at, lists)

    def _key(self, kind: str, *names: str) -> int:
        """Returns a hash of 64 bits with a secret of this process, and never 0."""
        text = "\0".join((kind, str(len(names[0])), *names)).encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(text, digest_size=8, key=self._secret).digest()
        return int.from_bytes(digest, "big") or 1

    def _number(self, because: str) -> int:
        if because not in self._reasons:
            self._reasons.append(because)
        return self._reasons.index(because)


def _names(principal: Principal) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Returns what can name the tokens of a caller."""
    if principal.sid is not None:
        yield "session", (principal.sid,)
    yield "subject", (principal.subject,)
    yield "claims", (principal.subject,)
    yield "grant", (principal.subject, principal.client_id)
    yield "client", (principal.client_id,)
    if principal.org is not None:
        yield "tenant", (principal.org,)
    for role in principal.roles:
        yield "role", (role,)
    for group in principal.groups:
        yield "group", (group,)
    for permission in principal.entitlements:
        yield "permission", (permission,)


def _is_within(principal: Principal, lists: Lists) -> bool:
    return (
        lists.roles.issuperset(principal.roles)
        and lists.groups.issuperset(principal.groups)
        and lists.entitlements.issuperset(principal.entitlements)
    )

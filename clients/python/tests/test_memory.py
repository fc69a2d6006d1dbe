"""The memory of revocations."""

import time
from typing import Any

import pytest

from conftest import NOW
from doorward_access import Principal
from doorward_access._memory import MAX_LISTS, TOO_OLD, Memory
from doorward_access._sets import ALL_REVOKED, Lists, Revocation
from doorward_access.verify import MAX_LEEWAY

LIFE = 300
BECAUSE = "the session was ended"


def revocation(kind: str, *name: str, at: int = NOW, kept: Lists | None = None) -> Revocation:
    return Revocation(kind, name, at, BECAUSE, kept)


def caller(**changes: Any) -> Principal:
    values = {
        "subject": "alice",
        "client_id": "web",
        "jti": "t1",
        "expires_at": NOW + 300,
        "roles": ("developer",),
        "groups": ("staff",),
        "entitlements": frozenset(("tasks:read",)),
        "org": "acme",
        "sid": "s1",
    }
    return Principal(**{**values, **changes})


def lists(*roles: str) -> Lists:
    return Lists(frozenset(roles), frozenset(), frozenset())


@pytest.mark.parametrize(
    ("named", "other"),
    [
        (("session", "s1"), ("session", "s2")),
        (("subject", "alice"), ("subject", "bob")),
        (("grant", "alice", "web"), ("grant", "alice", "other")),
        (("grant", "alice", "web"), ("grant", "web", "alice")),
        (("client", "web"), ("client", "alice")),
        (("role", "developer"), ("role", "staff")),
        (("group", "staff"), ("group", "developer")),
        (("permission", "tasks:read"), ("permission", "developer")),
        (("tenant", "acme"), ("tenant", "other")),
    ],
)
def test_revokes_what_it_names(named: tuple[str, ...], other: tuple[str, ...]) -> None:
    memory = Memory(LIFE)
    memory.record(revocation(*other), NOW)
    assert memory.find(caller(), NOW, NOW) is None
    memory.record(revocation(*named), NOW)
    found = [memory.find(caller(), NOW + after, NOW) for after in (-1, 0, 1)]
    assert found == [BECAUSE, BECAUSE, None]


def test_latest_event_counts() -> None:
    for order in ((NOW, NOW - 5), (NOW - 5, NOW), (NOW, NOW)):
        memory = Memory(LIFE)
        for at in order:
            memory.record(revocation("subject", "alice", at=at), NOW)
        assert memory.find(caller(), NOW, NOW) == BECAUSE
        assert memory.find(caller(), NOW + 1, NOW + 1) is None
        assert len(memory) == 1


def test_full_memory_revokes_all_until_now() -> None:
    memory = Memory(LIFE, capacity=3)
    for name in ("a", "b", "c", "a"):
        assert memory.record(revocation("subject", name), NOW)
    assert memory.find(caller(), NOW, NOW) is None
    assert not memory.record(revocation("subject", "d"), NOW + 1)
    assert memory.find(caller(), NOW + 1, NOW + 1) == ALL_REVOKED
    assert memory.find(caller(subject="a"), NOW + 2, NOW + 2) is None
    assert len(memory) == 0


def test_expired_entries_are_forgotten() -> None:
    memory = Memory(LIFE, capacity=3)
    for name in ("a", "b", "alice"):
        memory.record(revocation("subject", name), NOW)
    end = NOW + LIFE + MAX_LEEWAY
    for now in range(NOW, end + 1):
        memory.clean(now)
        assert memory.find(caller(), NOW, now) == BECAUSE
    later = end + 200
    assert memory.record(revocation("subject", "d", at=later), later)
    # Only if the first cleanup did not make room.
    assert len(memory) in (1, 3)
    assert memory.find(caller(subject="a"), NOW, later) == TOO_OLD


def test_lists_are_bounded() -> None:
    memory = Memory(LIFE)
    long = "r" * (MAX_LISTS // 3)
    for name in "abcd":
        memory.record(revocation("subject", name, kept=lists(long)), NOW)
    plain = {"roles": (), "groups": (), "entitlements": frozenset()}
    found = [memory.find(caller(subject=name, **plain), NOW, NOW) for name in "abcd"]
    assert found == [None, None, BECAUSE, BECAUSE]
    for now in range(NOW + LIFE + 100, NOW + LIFE + 300):
        memory.clean(now)
    assert (memory._kept, memory._kept_size) == ({}, 0)


def test_many_entries_are_small_and_found_fast() -> None:
    memory = Memory(LIFE)
    for number in range(50_000):
        memory.record(revocation("session", f"0190c1f0-0000-7000-8000-{number:012}"), NOW)
    assert len(memory) == 50_000
    size = sum(
        len(one) * one.itemsize
        for shard in memory._shards
        for one in (shard.keys, shard.until, shard.end, shard.what)
    )
    # A million have at most four slots each at this rate: below 64 MB.
    assert size / 50_000 <= 64
    assert memory.find(caller(sid=f"0190c1f0-0000-7000-8000-{7:012}"), NOW, NOW) == BECAUSE
    begun = time.perf_counter()
    for _ in range(1000):
        assert memory.find(caller(), NOW, NOW) is None
    assert (time.perf_counter() - begun) / 1000 < 0.001

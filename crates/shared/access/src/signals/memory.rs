//! The bounded memory of revocations.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::key::{Domain, HashedState, Key, Keys, Marks};
use super::revocation::{Lists, Revocation, RevokedBecause, Target};
use crate::jwt::verify::MAX_LEEWAY;
use crate::principal::Principal;

/// Maximum number of remembered revocations: 52 MB.
pub const CAPACITY: usize = 1_000_000;
/// Number of parts, so that growth and cleanup touch a small part at a time.
const SHARDS: usize = 64;
/// Granularity of the end of an entry in seconds.
const TICK: u32 = 128;
/// Maximum size of the lists after changes of claims, in bytes.
const MAX_LISTS: usize = 1024 * 1024;
/// Estimated cost of a text in a list, beside its bytes.
const TEXT: usize = 64;

/// Revocations of the longest life of a token. It never forgets one earlier: if it is full, all tokens that
/// were issued until then are revoked instead.
#[derive(Debug)]
pub struct Memory {
    keys: Keys,
    shards: Vec<HashMap<Key, Entry, HashedState>>,
    /// Number of entries of each domain.
    counts: [usize; Domain::COUNT],
    capacity: usize,
    /// Longest life of a token, with the clock difference.
    life: u32,
    /// Tokens that were issued up to this time are revoked.
    all: Option<u32>,
    /// Latest time of an event.
    newest: u32,
    /// Lists after changes of claims, for tokens that were issued in the same second.
    kept: HashMap<Key, (u32, Lists), HashedState>,
    kept_bytes: usize,
    /// Shard that was cleaned last, and the time of that.
    cleaned: (usize, u32),
    cleaned_whole: u32,
}

/// A remembered revocation, in eight bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    /// Tokens that were issued up to this time are revoked.
    until: u32,
    /// End in ticks (25 bits), reason (3 bits), domain (4 bits).
    rest: u32,
}

impl Entry {
    const fn new(until: u32, end: u32, because: RevokedBecause, domain: Domain) -> Self {
        let ticks = end.div_ceil(TICK);
        let rest = (ticks << 7) | ((because as u32) << 4) | domain as u32;
        Self { until, rest }
    }

    const fn end_ticks(self) -> u32 {
        self.rest >> 7
    }

    const fn is_over(self, now: u32) -> bool {
        self.end_ticks() < now / TICK
    }

    fn because(self) -> RevokedBecause {
        RevokedBecause::of((self.rest >> 4) & 7)
    }

    const fn domain(self) -> usize {
        (self.rest & 15) as usize
    }

    /// Returns an entry that revokes what either does.
    fn merged(self, other: Self) -> Self {
        let (reason, ticks) = if other.until >= self.until {
            (other, self.end_ticks().max(other.end_ticks()))
        } else {
            (self, self.end_ticks().max(other.end_ticks()))
        };
        Self {
            until: reason.until,
            rest: (ticks << 7) | (reason.rest & 127),
        }
    }
}

impl Memory {
    /// Creates a memory for tokens of at most this life in seconds.
    pub fn new(longest_life: u32) -> Self {
        Self::with_capacity(longest_life, CAPACITY)
    }

    pub(super) fn with_capacity(longest_life: u32, capacity: usize) -> Self {
        Self {
            keys: Keys::default(),
            shards: (0..SHARDS).map(|_| HashMap::default()).collect(),
            counts: [0; Domain::COUNT],
            capacity,
            life: longest_life.saturating_add(time(MAX_LEEWAY)),
            all: None,
            newest: 0,
            kept: HashMap::default(),
            kept_bytes: 0,
            cleaned: (0, 0),
            cleaned_whole: 0,
        }
    }

    /// Returns the number of remembered revocations.
    pub fn len(&self) -> usize {
        self.counts.iter().sum()
    }

    /// Returns true if nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && self.all.is_none()
    }

    /// Remembers a revocation. Returns false if the memory was full, and all tokens issued until now are
    /// revoked instead.
    pub fn record(&mut self, revocation: &Revocation, now: i64) -> bool {
        let (now, at) = (time(now), revocation.at);
        self.newest = self.newest.max(at);
        self.clean_part(now);
        let Some((domain, key)) = self.key_of(revocation) else {
            self.all = self.all.max(Some(at));
            return true;
        };
        let end = at.max(now).saturating_add(self.life);
        let entry = Entry::new(at, end, revocation.because, domain);
        let shard = key.shard(SHARDS);
        let former = self.shards[shard].get(&key).copied();
        if former.is_none() && self.len() >= self.capacity {
            // At most once in a tick, because a cleanup of all takes some milliseconds.
            if now.abs_diff(self.cleaned_whole) >= TICK {
                self.cleaned_whole = now;
                (0..SHARDS).for_each(|shard| self.clean_shard(shard, now));
            }
            if self.len() >= self.capacity {
                self.overflow(now);
                return false;
            }
        }
        self.keep_lists(key, former, revocation);
        match self.shards[shard].entry(key) {
            Slot::Occupied(mut slot) => {
                let merged = slot.get().merged(entry);
                slot.insert(merged);
            }
            Slot::Vacant(slot) => {
                slot.insert(entry);
                self.counts[entry.domain()] += 1;
            }
        }
        true
    }

    /// Returns the reason if a token is revoked, or older than what is remembered.
    pub(crate) fn find(
        &self,
        marks: &Marks,
        principal: &Principal,
        now: i64,
    ) -> Option<RevokedBecause> {
        let issued_at = marks.issued_at;
        if self.all.is_some_and(|all| issued_at <= all) {
            return Some(RevokedBecause::AllRevoked);
        }
        let one = |domain: Domain, key: Option<&Key>| {
            let key = key.filter(|_| self.counts[domain as usize] > 0)?;
            let entry = self.shards[key.shard(SHARDS)].get(key)?;
            let is_kept = || self.is_kept(key, issued_at, principal);
            (issued_at <= entry.until && !is_kept()).then(|| entry.because())
        };
        let many = |domain, keys: &[Key]| keys.iter().find_map(|key| one(domain, Some(key)));
        one(Domain::Session, marks.session.as_ref())
            .or_else(|| one(Domain::Subject, Some(&marks.subject)))
            .or_else(|| one(Domain::Claims, Some(&marks.claims)))
            .or_else(|| one(Domain::Grant, Some(&marks.grant)))
            .or_else(|| one(Domain::Client, Some(&marks.client)))
            .or_else(|| one(Domain::Tenant, marks.tenant.as_ref()))
            .or_else(|| many(Domain::Role, &marks.roles))
            .or_else(|| many(Domain::Group, &marks.groups))
            .or_else(|| many(Domain::Permission, &marks.permissions))
            .or_else(|| {
                let age = time(now).saturating_sub(issued_at);
                (age > self.life).then_some(RevokedBecause::TooOld)
            })
    }

    pub(crate) fn marks(&self, principal: &Principal, issued_at: i64) -> Marks {
        self.keys.marks(principal, issued_at)
    }

    /// Forgets revocations of tokens that have expired, in a part of the memory at a time.
    pub(crate) fn clean(&mut self, now: i64) {
        self.clean_part(time(now));
    }

    fn clean_part(&mut self, now: u32) {
        let (shard, at) = self.cleaned;
        if now == at {
            return;
        }
        let shard = (shard + 1) % SHARDS;
        self.cleaned = (shard, now);
        self.clean_shard(shard, now);
        if shard == 0 {
            let life = self.life;
            self.kept
                .retain(|_, (at, _)| at.saturating_add(life) >= now);
            self.kept_bytes = self.kept.values().map(|(_, lists)| cost(lists)).sum();
        }
    }

    fn clean_shard(&mut self, shard: usize, now: u32) {
        let (entries, counts) = (&mut self.shards[shard], &mut self.counts);
        entries.retain(|_, entry| {
            let is_over = entry.is_over(now);
            if is_over {
                counts[entry.domain()] -= 1;
            }
            !is_over
        });
        if entries.capacity() > 4 * entries.len().max(64) {
            entries.shrink_to(2 * entries.len());
        }
    }

    /// Revokes all tokens until now instead of single ones.
    fn overflow(&mut self, now: u32) {
        self.all = self.all.max(Some(self.newest.max(now)));
        self.shards.fill_with(HashMap::default);
        self.counts = [0; Domain::COUNT];
        self.kept = HashMap::default();
        self.kept_bytes = 0;
    }

    /// Returns the key of the tokens of a revocation; `None` if it concerns all of them.
    fn key_of(&self, revocation: &Revocation) -> Option<(Domain, Key)> {
        let has_lists = revocation.kept.is_some();
        let (domain, text, other) = match &revocation.target {
            Target::All => return None,
            Target::Session(sid) => (Domain::Session, sid, ""),
            Target::Subject(sub) if has_lists => (Domain::Claims, sub, ""),
            Target::Subject(sub) => (Domain::Subject, sub, ""),
            Target::Grant { subject, client_id } => (Domain::Grant, subject, &**client_id),
            Target::Client(client_id) => (Domain::Client, client_id, ""),
            Target::Role(name) => (Domain::Role, name, ""),
            Target::Group(name) => (Domain::Group, name, ""),
            Target::Permission(name) => (Domain::Permission, name, ""),
            Target::Tenant(org) => (Domain::Tenant, org, ""),
        };
        Some((domain, self.keys.key(domain, text, other)))
    }

    /// Remembers the lists after a change of claims, or that no token of this second is kept.
    fn keep_lists(&mut self, key: Key, former: Option<Entry>, revocation: &Revocation) {
        let at = revocation.at;
        if former.is_some_and(|former| former.until > at) {
            return;
        }
        let is_same = former.is_some_and(|former| former.until == at);
        let before = self.kept.remove(&key);
        self.kept_bytes -= before.as_ref().map_or(0, |(_, lists)| cost(lists));
        let lists = match (&revocation.kept, before) {
            // Another event of this second keeps no token, or only those within its lists.
            (Some(lists), Some((_, before))) if is_same => lists.common(&before),
            (Some(lists), _) if !is_same => lists.clone(),
            _ => return,
        };
        let bytes = cost(&lists);
        // Without the lists, the tokens of this second are rejected.
        if self.kept_bytes + bytes <= MAX_LISTS {
            self.kept_bytes += bytes;
            self.kept.insert(key, (at, lists));
        }
    }

    /// Returns true for a token that was issued in the second of a change of claims, if it has no more
    /// than the claims after the change.
    fn is_kept(&self, key: &Key, issued_at: u32, principal: &Principal) -> bool {
        let found = self.kept.get(key).filter(|(at, _)| *at == issued_at);
        found.is_some_and(|(_, lists)| lists.contain(principal))
    }

    /// Returns the allocated bytes.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let bucket = size_of::<(Key, Entry)>() + 1;
        let buckets = |capacity: usize| (capacity * 8 / 7).next_power_of_two();
        let shards = self.shards.iter().map(HashMap::capacity);
        shards.map(|capacity| bucket * buckets(capacity)).sum()
    }
}

/// Returns the memory that lists need, in bytes.
fn cost(lists: &Lists) -> usize {
    lists.bytes() + TEXT * (1 + lists.len())
}

/// Returns a time within 1970 and 2106.
fn time(seconds: i64) -> u32 {
    u32::try_from(seconds.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;

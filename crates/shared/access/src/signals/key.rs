//! Keys of the memory: hashes, so that a million of them have a fixed size.

use std::hash::{BuildHasher as _, BuildHasherDefault, Hash, Hasher, RandomState};

use crate::principal::Principal;

/// The kinds of tokens that a revocation can name, each with its own part of the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(super) enum Domain {
    Session,
    Subject,
    /// Subjects whose claims changed.
    Claims,
    Grant,
    Client,
    Role,
    Group,
    Permission,
    Tenant,
}

impl Domain {
    pub(super) const COUNT: usize = 9;
}

/// A hash of 128 bits with keys of this process, so that no text can be chosen for a given hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key([u64; 2]);

impl Key {
    pub(super) const fn shard(self, shards: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "any bits serve")]
        let bits = self.0[1] as usize;
        bits % shards
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0[0]);
    }
}

/// A hasher of keys, which are hashes already.
#[derive(Debug, Default)]
pub(super) struct Hashed(u64);

pub(super) type HashedState = BuildHasherDefault<Hashed>;

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The secret of the hashes of one memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys([RandomState; 2]);

impl Keys {
    pub(super) fn key(&self, domain: Domain, text: &str, other: &str) -> Key {
        Key([&self.0[0], &self.0[1]].map(|state| state.hash_one((domain, text, other))))
    }

    /// Returns what the memory must know of a token that was issued at this time.
    pub(super) fn marks(&self, principal: &Principal, issued_at: i64) -> Marks {
        let subject = &*principal.subject;
        let one = |domain, text: &str| self.key(domain, text, "");
        let all = |domain, texts: &[String]| texts.iter().map(|text| one(domain, text)).collect();
        let permissions = principal.entitlements.iter();
        Marks {
            // A time before 1970 is before each revocation, one after 2106 after each.
            issued_at: u32::try_from(issued_at.max(0)).unwrap_or(u32::MAX),
            session: principal
                .sid
                .as_deref()
                .map(|sid| one(Domain::Session, sid)),
            subject: one(Domain::Subject, subject),
            claims: one(Domain::Claims, subject),
            grant: self.key(Domain::Grant, subject, &principal.client_id),
            client: one(Domain::Client, &principal.client_id),
            tenant: principal.org.as_deref().map(|org| one(Domain::Tenant, org)),
            roles: all(Domain::Role, &principal.roles),
            groups: all(Domain::Group, &principal.groups),
            permissions: permissions
                .map(|text| one(Domain::Permission, text))
                .collect(),
        }
    }
}

/// The keys of a verified token, hashed once and kept with it.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    pub(super) issued_at: u32,
    pub(super) session: Option<Key>,
    pub(super) subject: Key,
    pub(super) claims: Key,
    pub(super) grant: Key,
    pub(super) client: Key,
    pub(super) tenant: Option<Key>,
    pub(super) roles: Box<[Key]>,
    pub(super) groups: Box<[Key]>,
    pub(super) permissions: Box<[Key]>,
}

//! The audit chain. Each link has a keyed hash over the hash of the link before it and one event,
//! so that a changed, removed, inserted or moved event no longer matches. Each day begins with a
//! link without an event, whose hash covers all links before it.

use std::fmt;

use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use doorward_domain::model::{AuditId, AuditRecord};

use crate::prelude::*;

mod canonical;
mod chain_key;

use canonical::canonical;
pub use chain_key::ChainKey;

/// The maximum number of violations in a report, and of mismatches that are compared with one
/// another.
const MAX_VIOLATIONS: usize = 100;
const DAY: i64 = 24 * 60 * 60;

#[derive(Clone, Copy)]
pub struct LinkHash([u8; 32]);

impl LinkHash {
    /// The hash before the first link.
    pub const START: Self = Self([0; 32]);

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub const fn from_array(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads a stored hash; returns `None` unless it has 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Reads the hexadecimal form; returns `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl PartialEq for LinkHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for LinkHash {}

impl fmt::Display for LinkHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LinkHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChainLink {
    /// The position: 1, 2, 3 and so on without a gap.
    pub seq: i64,
    /// The first second of the day (UTC) of its creation.
    pub day: UnixSeconds,
    /// The event that it covers; none for the first link of a day.
    pub event: Option<AuditId>,
    /// Random bytes that are hashed with the address of the event, and erased with it; none for an
    /// event without an address, and for a link of an earlier release.
    pub address_salt: Option<[u8; 32]>,
    /// The hash of the erased address.
    pub address_hash: Option<LinkHash>,
    /// The hash, which the next link includes.
    pub hash: LinkHash,
}

impl ChainLink {
    /// Returns the link without an event.
    pub const fn without_event(seq: i64, day: UnixSeconds, hash: LinkHash) -> Self {
        Self {
            seq,
            day,
            event: None,
            address_salt: None,
            address_hash: None,
            hash,
        }
    }

    /// Returns the hash that replaces the address of this event when it is erased; `None` if the link
    /// does not allow that.
    pub fn erased_address(&self, event: &AuditRecord) -> Option<LinkHash> {
        let (salt, ip) = (self.address_salt.as_ref()?, event.ip.as_ref()?);
        Some(address_hash(salt, ip))
    }

    /// Returns what the link covers of the address; an error if the event does not fit.
    fn covered_address(&self, event: &AuditRecord) -> Result<Option<LinkHash>, AddressMismatch> {
        match (&self.address_salt, &self.address_hash, &event.ip) {
            (None, None, _) => Ok(None),
            (Some(_), None, Some(_)) => Ok(self.erased_address(event)),
            (None, Some(hash), None) => Ok(Some(*hash)),
            _ => Err(AddressMismatch),
        }
    }
}

/// An event whose address was changed or erased without its link.
struct AddressMismatch;

/// Hashes an address with random bytes, so that it cannot be guessed from the hash without them.
fn address_hash(salt: &[u8; 32], ip: &str) -> LinkHash {
    let hash = Sha256::new().chain_update(salt).chain_update(ip.as_bytes());
    LinkHash(hash.finalize().into())
}

/// Appends links for these events, in this order, to the chain that ends with `last`.
pub fn seal(
    key: &ChainKey,
    last: Option<&ChainLink>,
    events: &[AuditRecord],
    now: UnixSeconds,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Vec<ChainLink> {
    // If the clock was set back, the day of the last link continues.
    let today = now.div_euclid(DAY) * DAY;
    let day = last.map_or(today, |last| last.day.max(today));
    let mut seals = Vec::with_capacity(events.len() + 1);
    let (mut seq, mut hash) = last.map_or((0, LinkHash::START), |last| (last.seq, last.hash));
    let begins = last.is_none_or(|last| last.day < day) && !events.is_empty();
    let links = begins.then_some(None).into_iter();
    for event in links.chain(events.iter().map(Some)) {
        seq += 1;
        let mut seal = ChainLink::without_event(seq, day, hash);
        let address = event.and_then(|event| {
            seal.event = Some(event.id);
            let ip = event.ip.as_ref()?;
            let mut salt = [0; 32];
            rng.fill_bytes(&mut salt);
            seal.address_salt = Some(salt);
            Some(address_hash(&salt, ip))
        });
        hash = link(key, &hash, &seal, event, address.as_ref());
        seal.hash = hash;
        seals.push(seal);
    }
    seals
}

/// Computes the hash of a link over its position, its day and the event, with the address of the event
/// as text or as a hash.
fn link(
    key: &ChainKey,
    before: &LinkHash,
    seal: &ChainLink,
    event: Option<&AuditRecord>,
    address: Option<&LinkHash>,
) -> LinkHash {
    let mut mac = key.mac(seal.seq);
    mac.update(before.as_bytes());
    mac.update(&seal.seq.to_be_bytes());
    mac.update(&seal.day.to_be_bytes());
    match (event, address) {
        (None, _) => mac.update(b"day"),
        (Some(event), None) => {
            mac.update(b"event");
            mac.update(&canonical(event, event.ip.as_ref()));
        }
        (Some(event), Some(address)) => {
            mac.update(b"event/2");
            mac.update(address.as_bytes());
            mac.update(&canonical(event, None));
        }
    }
    LinkHash(mac.finalize().into_bytes().into())
}

/// Returns true if the hash of the link is that over this event.
fn fits(key: &ChainKey, before: &LinkHash, seal: &ChainLink, event: Option<&AuditRecord>) -> bool {
    let address = event.map_or(Ok(None), |event| seal.covered_address(event));
    address.is_ok_and(|address| link(key, before, seal, event, address.as_ref()) == seal.hash)
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChainViolation {
    Changed {
        seq: i64,
        event: AuditId,
    },
    Removed {
        /// The position in the chain; none if it was not linked yet.
        seq: Option<i64>,
        event: AuditId,
    },
    Moved {
        seq: i64,
        /// The event that is there now.
        event: AuditId,
        /// The event that was linked there.
        belongs: AuditId,
    },
    /// An event that is neither in the chain nor waiting for its link.
    Inserted {
        event: AuditId,
    },
    Gap {
        from: i64,
        to: i64,
    },
    DayChanged {
        seq: i64,
    },
    /// A recorded head that is not in the chain: the end of the chain was cut off or rewritten.
    HeadMissing {
        head: LinkHash,
    },
    /// The record of an archive that no holder of the key has made: its links were deleted.
    ArchiveForged {
        from: i64,
        to: i64,
    },
    /// An archive whose file is missing or was changed.
    ArchiveUnreadable {
        file: String,
        from: i64,
        to: i64,
        problem: String,
    },
}

impl fmt::Display for ChainViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { seq, event } => {
                write!(
                    f,
                    "event {event} was changed after it was sealed as link {seq}"
                )
            }
            Self::Removed {
                seq: Some(seq),
                event,
            } => {
                write!(f, "event {event}, sealed as link {seq}, was removed")
            }
            Self::Removed { seq: None, event } => {
                write!(f, "event {event} was removed before it was sealed")
            }
            Self::Moved {
                seq,
                event,
                belongs,
            } => write!(
                f,
                "link {seq} names event {event}, but event {belongs} was sealed there: reordered"
            ),
            Self::Inserted { event } => write!(
                f,
                "event {event} is not in the chain: it was inserted, or its link was removed"
            ),
            Self::Gap { from, to } if from == to => write!(f, "link {from} was removed"),
            Self::Gap { from, to } => write!(f, "links {from} to {to} were removed"),
            Self::DayChanged { seq } => write!(f, "link {seq}, which begins a day, was changed"),
            Self::ArchiveForged { from, to } => write!(
                f,
                "links {from} to {to} were removed: the record of their archive is forged"
            ),
            Self::ArchiveUnreadable {
                file,
                from,
                to,
                problem,
            } => write!(
                f,
                "links {from} to {to} cannot be read from the archive {file}: {problem}"
            ),
            Self::HeadMissing { head } => write!(
                f,
                "the head {head} is not in the chain: its end was cut off or rewritten"
            ),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChainReport {
    pub links: u64,
    /// The number of events among them.
    pub events: u64,
    /// The number of events that wait for their link.
    pub waiting: u64,
    /// The last link, to be recorded elsewhere; none for an empty chain.
    pub head: Option<ChainLink>,
    /// The violations, at most a hundred.
    pub findings: Vec<ChainViolation>,
}

impl ChainReport {
    pub fn is_intact(&self) -> bool {
        self.findings.is_empty()
    }
}

/// A link and its event that do not match.
struct Misfit {
    before: LinkHash,
    seal: ChainLink,
    record: AuditRecord,
}

/// A verifier that reads the chain from its first link.
pub struct ChainVerifier<'a> {
    key: &'a ChainKey,
    /// The recorded heads that were not found yet.
    heads: Vec<LinkHash>,
    last: Option<ChainLink>,
    links: u64,
    events: u64,
    misfits: Vec<Misfit>,
    findings: Vec<ChainViolation>,
}

impl<'a> ChainVerifier<'a> {
    /// Creates a verifier; `heads` are the heads recorded earlier.
    pub fn new(key: &'a ChainKey, heads: impl IntoIterator<Item = LinkHash>) -> Self {
        Self {
            key,
            heads: heads.into_iter().collect(),
            last: None,
            links: 0,
            events: 0,
            misfits: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Verifies the next link, with its event as stored now.
    pub fn push(&mut self, seal: &ChainLink, record: Option<&AuditRecord>) {
        let (place, before) = self
            .last
            .as_ref()
            .map_or((0, LinkHash::START), |last| (last.seq, last.hash));
        if seal.seq < 1 {
            if let Some(event) = seal.event {
                self.find(ChainViolation::Inserted { event });
            }
            return;
        }
        self.links += 1;
        self.events += u64::from(seal.event.is_some());
        self.heads.retain(|head| *head != seal.hash);
        self.last = Some(seal.clone());
        if seal.seq != place + 1 {
            // The previous hash is missing with the gap, so this link cannot be verified.
            self.find(ChainViolation::Gap {
                from: place + 1,
                to: seal.seq - 1,
            });
            if let (Some(event), None) = (seal.event, record) {
                let seq = Some(seal.seq);
                self.find(ChainViolation::Removed { seq, event });
            }
            return;
        }
        let fits = |record| fits(self.key, &before, seal, record);
        match (seal.event, record) {
            (Some(event), None) => {
                let seq = Some(seal.seq);
                self.find(ChainViolation::Removed { seq, event });
            }
            (Some(_), Some(record)) if !fits(Some(record)) => self.misfits.push(Misfit {
                before,
                seal: seal.clone(),
                record: record.clone(),
            }),
            (None, _) if !fits(None) => self.find(ChainViolation::DayChanged { seq: seal.seq }),
            _ => {}
        }
        if self.misfits.len() > MAX_VIOLATIONS {
            self.explain();
        }
    }

    /// Continues after links that are not read: those of an archive.
    pub fn resume(&mut self, last: ChainLink) {
        self.heads.retain(|head| *head != last.hash);
        self.last = Some(last);
    }

    /// Reports a violation that was found elsewhere.
    pub fn report(&mut self, violation: ChainViolation) {
        self.find(violation);
    }

    /// Reports an event that is neither in the chain nor waiting for its link.
    pub fn stray(&mut self, event: AuditId) {
        self.find(ChainViolation::Inserted { event });
    }

    /// Reports an event that waits for its link but is missing.
    pub fn report_missing(&mut self, event: AuditId) {
        self.find(ChainViolation::Removed { seq: None, event });
    }

    /// Ends the verification; `waiting` is the number of events that wait for their link.
    pub fn finish(mut self, waiting: u64) -> ChainReport {
        self.explain();
        for head in std::mem::take(&mut self.heads) {
            self.find(ChainViolation::HeadMissing { head });
        }
        ChainReport {
            links: self.links,
            events: self.events,
            waiting,
            head: self.last,
            findings: self.findings,
        }
    }

    /// Decides whether each mismatch is a moved event or a changed one.
    fn explain(&mut self) {
        let misfits = std::mem::take(&mut self.misfits);
        // Each mismatch is compared with each other one: not for findings that are not reported.
        if self.findings.len() >= MAX_VIOLATIONS {
            return;
        }
        for (number, misfit) in misfits.iter().enumerate() {
            let seal = &misfit.seal;
            let belongs = misfits.iter().enumerate().find(|(other, candidate)| {
                let event = Some(&candidate.record);
                *other != number && fits(self.key, &misfit.before, seal, event)
            });
            let (seq, event) = (seal.seq, misfit.record.id);
            self.find(match belongs {
                Some((_, candidate)) => ChainViolation::Moved {
                    seq,
                    event,
                    belongs: candidate.record.id,
                },
                None => ChainViolation::Changed { seq, event },
            });
        }
    }

    fn find(&mut self, finding: ChainViolation) {
        if self.findings.len() < MAX_VIOLATIONS {
            self.findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests;

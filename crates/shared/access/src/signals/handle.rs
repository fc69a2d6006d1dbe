//! Knowledge of revocations that the guards and the listener of a process share.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::key::Marks;
use super::memory::Memory;
use super::revocation::{Revocation, RevokedBecause};
use crate::client_credentials::ClientCredentials;
use crate::principal::Principal;

/// Default limit of [`Signals::max_age`] in seconds: a request of the listener is answered within 20.
const MAX_AGE: i64 = 30;
/// Default of the longest life of a token in seconds, which is that of the issuer.
const LONGEST_LIFE: u32 = 3600;
/// The time of an unknown age.
const NEVER: i64 = i64::MIN;

/// The credentials of a service that listens: a confidential client that the issuer knows as a receiver.
pub type SignalsClient = ClientCredentials;

doorward_protocol::words! {
    /// The choice for signed tokens while the service has not heard from the issuer for longer than
    /// [`Signals::max_age`].
    #[derive(Default)]
    pub enum WhenCut {
        /// Accepts them, as a service does that does not listen: a revocation then takes effect when
        /// the token expires. The default, because an outage of the issuer must not stop every service.
        #[default]
        Continue = "continue",
        /// Asks the issuer about each, with a cache of 30 seconds
        /// ([`crate::introspection::CACHE_TTL`]). The service needs an introspection client. 503 if
        /// the issuer does not respond.
        Introspect = "introspect",
        /// Rejects them with 503.
        Reject = "reject",
    }
}

/// The knowledge about a token that is not known as revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knowledge {
    /// The service has heard of all revocations.
    Current,
    /// The service may have missed some.
    Cut(WhenCut),
}

/// Revocations that the issuer reported, in bounded memory. Cheap to clone: the authenticators of one
/// process and issuer share it, and one of them listens (`Access::listen`).
#[derive(Debug, Clone)]
pub struct Signals(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    client: SignalsClient,
    when_cut: WhenCut,
    max_age: i64,
    memory: RwLock<Memory>,
    /// Time at which all revocations were known.
    heard: AtomicI64,
    /// Set while the issuer does not offer signals.
    is_absent: AtomicBool,
}

impl Signals {
    /// Creates an empty memory. Until the listener has read what the issuer reported, the age of the
    /// knowledge is unknown.
    pub fn new(client: SignalsClient) -> Self {
        Self::with(client, WhenCut::default(), MAX_AGE, LONGEST_LIFE)
    }

    /// Creates an empty memory with another choice after `max_age` seconds without an answer of the
    /// issuer, and for tokens of at most `longest_life` seconds. Older tokens are rejected, because
    /// their revocations may have been forgotten.
    pub fn with(client: SignalsClient, when_cut: WhenCut, max_age: i64, longest_life: u32) -> Self {
        Self(Arc::new(Shared {
            client,
            when_cut,
            max_age,
            memory: RwLock::new(Memory::new(longest_life)),
            heard: AtomicI64::new(NEVER),
            is_absent: AtomicBool::new(false),
        }))
    }

    /// Returns the seconds since all revocations were known; `None` if they never were.
    pub fn age(&self, now: i64) -> Option<i64> {
        let heard = self.0.heard.load(Ordering::Acquire);
        (heard != NEVER).then(|| now.saturating_sub(heard).max(0))
    }

    /// Returns true if the knowledge is not older than the limit.
    pub fn is_current(&self, now: i64) -> bool {
        self.age(now).is_some_and(|age| age <= self.0.max_age)
    }

    /// Returns the limit of the age, in seconds.
    pub fn max_age(&self) -> i64 {
        self.0.max_age
    }

    /// Returns the number of remembered revocations.
    pub fn len(&self) -> usize {
        self.read(Memory::len)
    }

    /// Returns true if no revocation is remembered.
    pub fn is_empty(&self) -> bool {
        self.read(Memory::is_empty)
    }

    /// Remembers a revocation.
    pub fn record(&self, revocation: &Revocation, now: i64) {
        if !self.write(|memory| memory.record(revocation, now)) {
            tracing::error!(
                "too many revocations to remember: all tokens until now are revoked, and clients refresh \
                 theirs"
            );
        }
    }

    /// Returns false while the issuer does not offer signals.
    pub fn is_offered(&self) -> bool {
        !self.0.is_absent.load(Ordering::Relaxed)
    }

    /// Notes whether the issuer offers signals. Returns true if that is new.
    pub(super) fn note_offer(&self, is_offered: bool) -> bool {
        self.0.is_absent.swap(!is_offered, Ordering::Relaxed) == is_offered
    }

    /// Notes that all revocations up to this time are known.
    pub(super) fn note_heard(&self, at: i64) {
        self.0.heard.fetch_max(at, Ordering::AcqRel);
        self.write(|memory| memory.clean(at));
    }

    /// Notes that some may be missing, until [`Self::note_heard`].
    pub(super) fn note_gap(&self) {
        self.0.heard.store(NEVER, Ordering::Release);
    }

    pub(super) fn client(&self) -> &SignalsClient {
        &self.0.client
    }

    pub(crate) fn knowledge(&self, now: i64) -> Knowledge {
        if self.is_current(now) {
            Knowledge::Current
        } else {
            Knowledge::Cut(self.0.when_cut)
        }
    }

    pub(crate) fn marks(&self, principal: &Principal, issued_at: i64) -> Marks {
        self.read(|memory| memory.marks(principal, issued_at))
    }

    pub(crate) fn find(
        &self,
        marks: &Marks,
        principal: &Principal,
        now: i64,
    ) -> Option<RevokedBecause> {
        self.read(|memory| memory.find(marks, principal, now))
    }

    fn read<T>(&self, f: impl FnOnce(&Memory) -> T) -> T {
        f(&self.0.memory.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, f: impl FnOnce(&mut Memory) -> T) -> T {
        let mut memory = self
            .0
            .memory
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        f(&mut memory)
    }
}

//! Signals to receivers (OpenID Shared Signals Framework 1.0), and the streams that deliver them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::id::SignalId;
use super::{ClientId, SessionId, UserId};
use crate::time::UnixSeconds;

doorward_protocol::words! {
    /// The type of the event that a security event token reports.
    pub enum SignalEvent {
        /// A session or a grant was revoked.
        SessionRevoked = "https://schemas.openid.net/secevent/caep/event-type/session-revoked",
        /// Roles, groups or permissions in tokens were reduced.
        ClaimsChanged = "https://schemas.openid.net/secevent/caep/event-type/token-claims-change",
        CredentialChanged = "https://schemas.openid.net/secevent/caep/event-type/credential-change",
        AssuranceChanged = "https://schemas.openid.net/secevent/caep/event-type/assurance-level-change",
        AccountDisabled = "https://schemas.openid.net/secevent/risc/event-type/account-disabled",
        AccountEnabled = "https://schemas.openid.net/secevent/risc/event-type/account-enabled",
        AccountPurged = "https://schemas.openid.net/secevent/risc/event-type/account-purged",
        SessionsRevoked = "https://schemas.openid.net/secevent/risc/event-type/sessions-revoked",
        /// A receiver checks its stream (§8.1.4).
        Verification = "https://schemas.openid.net/secevent/ssf/event-type/verification",
    }
}

impl SignalEvent {
    /// Returns the events that receivers choose from.
    pub fn offered() -> impl Iterator<Item = Self> {
        let all = Self::ALL.into_iter();
        all.filter(|event| *event != Self::Verification)
    }
}

/// A user as tokens name them: by the ID, by that of a merged user, or by a pairwise subject of a sector.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct KnownUser {
    pub id: UserId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
}

impl From<UserId> for KnownUser {
    fn from(id: UserId) -> Self {
        Self { id, sector: None }
    }
}

/// The subject of a signal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalSubject {
    User(KnownUser),
    Session {
        user: KnownUser,
        session: SessionId,
    },
    /// The tokens that a client has for a user.
    Grant {
        user: KnownUser,
        client: ClientId,
    },
    /// The tokens of a client, for itself and for all users.
    Client(ClientId),
    /// The tokens that contain a name in a claim: `role:editor`, `group:/sales`, `permission:tasks:read`.
    Claim(String),
    Organization(String),
    /// Every token.
    Everything,
    /// The stream itself.
    Stream(String),
    /// Every token, for this stream alone, whose queue was full.
    Overflow(String),
}

impl SignalSubject {
    pub const fn user(&self) -> Option<&KnownUser> {
        match self {
            Self::User(user) | Self::Session { user, .. } | Self::Grant { user, .. } => Some(user),
            _ => None,
        }
    }

    /// Returns the only stream that gets the signal.
    pub fn stream(&self) -> Option<&str> {
        match self {
            Self::Stream(id) | Self::Overflow(id) => Some(id),
            _ => None,
        }
    }
}

#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
pub struct SignalDetail {
    /// Members of the event beside its time.
    pub members: Map<String, Value>,
    /// Request of the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub txn: Option<String>,
}

/// A signal of a change that is about to be committed.
#[derive(Clone, PartialEq, Debug)]
pub struct NewSignal {
    pub id: SignalId,
    pub event: SignalEvent,
    pub subject: SignalSubject,
    pub detail: SignalDetail,
}

/// A signal with its place in the order of all.
#[derive(Clone, PartialEq, Debug)]
pub struct Signal {
    pub id: SignalId,
    /// Grows with the order; it may have gaps.
    pub position: i64,
    /// The time at which it got its position: never before the commit of its change.
    pub at: UnixSeconds,
    pub event: SignalEvent,
    pub subject: SignalSubject,
    pub detail: SignalDetail,
}

doorward_protocol::words! {
    /// The status of a stream (§8.1.2).
    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum StreamStatus {
        #[default]
        Enabled = "enabled",
        /// Signals wait.
        Paused = "paused",
        /// Signals are dropped.
        Disabled = "disabled",
    }
}

/// The choices of a receiver for a stream.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StreamSettings {
    /// URIs of events, also unknown ones.
    pub requested: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Address to which signals are pushed; the receiver polls without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push_url: Option<String>,
    pub status: StreamStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Subjects of users about whom it gets nothing.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub removed: BTreeSet<String>,
}

/// A stream of a receiver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignalStream {
    pub id: String,
    pub client_id: ClientId,
    pub settings: StreamSettings,
    /// `Authorization` header of pushes, encrypted.
    pub authorization_sealed: Option<Vec<u8>>,
    /// Position of the last signal that the receiver has acknowledged.
    pub position: i64,
    pub created_at: UnixSeconds,
    /// The last poll, or the last push that the receiver has acknowledged.
    pub used_at: UnixSeconds,
    /// Number of failed pushes since the last one that the receiver has acknowledged.
    pub failures: u32,
    pub retry_at: Option<UnixSeconds>,
    pub last_error: Option<String>,
}

impl SignalStream {
    /// Returns true if signals are pushed to an address of the receiver, which does not poll.
    pub const fn is_push(&self) -> bool {
        self.settings.push_url.is_some()
    }

    /// Returns the events that it delivers.
    pub fn delivered(&self) -> impl Iterator<Item = SignalEvent> {
        SignalEvent::offered().filter(|event| self.settings.requested.contains(event.as_str()))
    }

    /// Returns true if the receiver gets the signal.
    pub fn takes(&self, signal: &Signal) -> bool {
        match signal.subject.stream() {
            Some(id) => id == self.id,
            None => self.settings.requested.contains(signal.event.as_str()),
        }
    }
}

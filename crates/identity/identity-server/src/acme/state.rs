//! The state of ACME in the database: one value of the settings, which all replicas read and the one
//! with the lease writes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_https::CertificateFacts;
use doorward_https::acme::{Challenge, Order, Schedule, Window, may_attempt};
use doorward_store::WriteTx;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::prelude::*;

pub(super) const DAY: i64 = 24 * 60 * 60;
/// Seconds after which a time to ask was written by a clock that was ahead.
const LONGEST_ASK: i64 = 2 * DAY;

/// An encrypted key, in base64.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sealed(pub Vec<u8>);

impl Serialize for Sealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = STANDARD.decode(text).map_err(serde::de::Error::custom)?;
        Ok(Self(bytes))
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Certificate {
    /// In PEM.
    pub chain: String,
    pub private_key: Sealed,
}

/// The last failed attempt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub at: UnixSeconds,
    /// Number of failures in a row.
    pub count: u32,
    pub next_attempt: UnixSeconds,
    pub text: String,
    pub remediation: String,
}

/// A challenge that every replica answers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct OpenChallenge {
    kind: String,
    host: String,
    token: String,
    key_authorization: String,
}

impl OpenChallenge {
    pub(super) fn of(challenge: &Challenge) -> Self {
        Self {
            kind: challenge.kind.as_str().to_owned(),
            host: challenge.host.clone(),
            token: challenge.token.clone(),
            key_authorization: challenge.key_authorization.clone(),
        }
    }

    /// Returns the challenge; `None` for a kind of a newer release.
    pub(super) fn read(&self) -> Option<Challenge> {
        Some(Challenge {
            kind: self.kind.parse().ok()?,
            host: self.host.clone(),
            token: self.token.clone(),
            key_authorization: self.key_authorization.clone(),
        })
    }
}

#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// Number of issued certificates.
    pub number: u64,
    pub certificate: Option<Certificate>,
    /// Directory of the authority that issued the certificate.
    pub issuer: Option<String>,
    /// Directory of the account, its URL and its key.
    pub directory: String,
    pub account: Option<String>,
    pub account_key: Option<Sealed>,
    pub challenges: Vec<OpenChallenge>,
    /// Times in which the authority suggests to renew, and the time to ask again.
    pub window: Option<(UnixSeconds, UnixSeconds)>,
    pub ask_at: UnixSeconds,
    /// Fingerprint of the last request: a changed configuration is tried at once.
    pub requested: String,
    pub failure: Option<Failure>,
}

impl State {
    /// Returns true if a certificate is needed and an attempt is allowed. A changed configuration
    /// causes only the first attempt of a process.
    pub(super) fn is_due(
        &self,
        order: &Order,
        facts: Option<&CertificateFacts>,
        seed: u8,
        is_first: bool,
        now: UnixSeconds,
    ) -> bool {
        let next = self.failure.as_ref().map(|failure| failure.next_attempt);
        let is_changed = is_first && self.requested != fingerprint(order);
        if !is_changed && !may_attempt(now, next) {
            return false;
        }
        let Some(facts) = facts else { return true };
        let is_other = self.issuer.as_ref() != Some(&order.directory);
        let lacks_host = order.hosts.iter().any(|host| !facts.covers(host));
        let is_unsuitable = is_first && (is_other || lacks_host);
        is_unsuitable || self.schedule(facts, seed).is_due(now)
    }

    /// Returns the schedule of the certificate.
    pub fn schedule(&self, facts: &CertificateFacts, seed: u8) -> Schedule {
        Schedule {
            not_before: facts.not_before,
            not_after: facts.not_after,
            window: self.window.map(|(start, end)| Window { start, end }),
            seed,
        }
    }

    /// Returns true if the authority is asked when to renew.
    pub(super) fn asks_at(&self, now: UnixSeconds) -> bool {
        let is_ahead = self.ask_at > now.saturating_add(LONGEST_ASK);
        self.certificate.is_some() && (now >= self.ask_at || is_ahead)
    }
}

/// Returns the parts of a request that decide whether it can succeed.
pub(super) fn fingerprint(order: &Order) -> String {
    let external = order.external.as_ref().map(|it| it.key_id.as_str());
    let hosts = order.hosts.join(" ");
    let (directory, kind) = (&order.directory, order.kind);
    format!("{directory} {kind} {} {hosts}", external.unwrap_or("-"))
}

/// Returns the state; the default one if there is none yet.
pub(crate) async fn find(db: &Db) -> Result<State> {
    match repo::settings::get(db.read_reserved(), repo::settings::ACME).await? {
        Some(text) => serde_json::from_str(&text).map_err(ServerError::internal),
        None => Ok(State::default()),
    }
}

/// Stores the state, in a transaction that extends the lease.
pub(super) async fn put(tx: &WriteTx, state: &State) -> Result<()> {
    let text = serde_json::to_string(state).map_err(ServerError::internal)?;
    repo::settings::put(tx, repo::settings::ACME, &text).await?;
    Ok(())
}

/// Stores the renewal information, if the certificate is still the same: another replica may obtain
/// one meanwhile.
pub(super) async fn put_window(db: &Db, asked: &State) -> Result<()> {
    let tx = db.begin_write().await?;
    let Some(text) = repo::settings::get(&tx, repo::settings::ACME).await? else {
        return Ok(());
    };
    let mut state: State = serde_json::from_str(&text).map_err(ServerError::internal)?;
    if state.number != asked.number {
        return Ok(());
    }
    (state.window, state.ask_at) = (asked.window, asked.ask_at);
    let text = serde_json::to_string(&state).map_err(ServerError::internal)?;
    repo::settings::put(&tx, repo::settings::ACME, &text).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests;

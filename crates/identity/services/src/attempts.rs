//! The log of sign-in attempts and rejected OAuth requests, with their reasons. Users see one uniform
//! message; administrators find the reason here.
//!
//! Attempts wait in memory, and the task that seals the audit log writes them in batches, so that a
//! sign-in has no additional write. A crash loses those of the last two seconds.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use doorward_domain::model::{
    AttemptOutcome, AttemptRule, AttemptStep, FirstFactor, Interaction, SignInAttempt,
    SignInAttemptId,
};
use doorward_protocol::error::ErrorCode;
use doorward_rules::limits::attempt_quota::AttemptQuotas;
use doorward_rules::limits::rate_limit;
use doorward_rules::rejection;
use doorward_store::{Db, StoreError, WriteTx};

use crate::caller::Caller;
use crate::keyed_hash::KeyedHash;
use crate::prelude::*;

/// The retention of attempts, in seconds.
pub const RETENTION: i64 = 30 * DAY;
/// Maximum number of attempts that one transaction writes.
const BATCH: usize = 500;
/// Maximum number of attempts that wait in memory.
const MAX_WAITING: usize = 10_000;
/// Maximum length of a client id or request id, in bytes. Longer ones are left out.
const MAX_ID: usize = 255;
const DAY: i64 = 24 * 60 * 60;
/// The label of the keyed hash of typed login identifiers.
const NAME: &str = "attempt-name";

#[derive(Debug)]
pub struct AttemptLog {
    keyed: KeyedHash,
    waiting: Mutex<Waiting>,
    metrics: Arc<Metrics>,
}

#[derive(Debug, Default)]
struct Waiting {
    attempts: VecDeque<SignInAttempt>,
    quotas: AttemptQuotas,
}

impl Waiting {
    /// Returns true if an attempt is kept. Rejected requests take at most half of the queue.
    fn admits(&mut self, attempt: &SignInAttempt) -> bool {
        let room = match attempt.outcome {
            AttemptOutcome::Rejected => MAX_WAITING / 2,
            _ => MAX_WAITING,
        };
        self.attempts.len() < room && self.quotas.admits(attempt)
    }
}

#[derive(Clone, Debug)]
pub struct EndedAttempt<'a> {
    step: AttemptStep,
    outcome: AttemptOutcome,
    rule: &'a str,
    reason: &'a str,
    user: Option<UserId>,
    typed: Option<&'a str>,
    client: Option<&'a str>,
    detail: Map<String, Value>,
}

impl<'a> EndedAttempt<'a> {
    pub fn new(step: AttemptStep, outcome: AttemptOutcome, rule: AttemptRule) -> Self {
        Self::by_rule(step, outcome, rule.as_str(), rule.sentence())
    }

    fn by_rule(step: AttemptStep, outcome: AttemptOutcome, rule: &'a str, reason: &'a str) -> Self {
        Self {
            step,
            outcome,
            rule,
            reason,
            user: None,
            typed: None,
            client: None,
            detail: Map::new(),
        }
    }

    pub fn success(step: AttemptStep, user: UserId) -> Self {
        let done = Self::new(step, AttemptOutcome::Succeeded, AttemptRule::Completed);
        done.by(Some(user))
    }

    pub fn failure(step: AttemptStep, rule: AttemptRule) -> Self {
        Self::new(step, AttemptOutcome::Failed, rule)
    }

    /// Describes a rejected request of a client; `None` if it belongs to no sign-in, or if the client only
    /// checked whether the user is signed in (`prompt=none`).
    pub fn rejection(path: &str, rejection: &'a Rejection) -> Option<Self> {
        let is_check =
            Rejection::is_about_user(rejection.code) && rejection.code != ErrorCode::AccessDenied;
        let step = step(path).filter(|_| !is_check)?;
        let code = rejection.code.as_str();
        let rule = rejection.reason.map_or(code, |reason| reason.as_str());
        let reason = rejection.because.as_str();
        let mut rejected =
            Self::by_rule(step, AttemptOutcome::Rejected, rule, reason).with("error", code);
        for (name, value) in [
            ("expected", &rejection.expected),
            ("received", &rejection.received),
        ] {
            if let Some(value) = value {
                rejected = rejected.with(name, value.as_str());
            }
        }
        Some(rejected)
    }

    #[must_use]
    pub fn by(self, user: Option<UserId>) -> Self {
        Self { user, ..self }
    }

    /// Sets the typed login identifier, which is stored as a keyed hash if the user is unknown.
    #[must_use]
    pub fn typed(self, typed: &'a str) -> Self {
        Self {
            typed: Some(typed),
            ..self
        }
    }

    #[must_use]
    pub fn within(self, interaction: Option<&'a Interaction>) -> Self {
        self.through(interaction.map(|interaction| interaction.client_id.as_str()))
    }

    /// Sets the client, if known. By default it is the first-party client of the caller.
    #[must_use]
    pub fn through(self, client: Option<&'a str>) -> Self {
        Self { client, ..self }
    }

    /// Adds a detail, which must not be a secret.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }
}

/// Returns the step of a request that ends with an OAuth error; `None` for endpoints outside of
/// sign-ins.
fn step(path: &str) -> Option<AttemptStep> {
    match path.trim_end_matches('/') {
        "/oauth2/token" => Some(AttemptStep::Token),
        "/consent" => Some(AttemptStep::Consent),
        "/api/auth/login" | "/api/auth/login/mfa" => Some(AttemptStep::FirstParty),
        _ if path.starts_with("/api/") => None,
        _ if !path.starts_with("/oauth2/") => Some(AttemptStep::Authorize),
        "/oauth2/authorize"
        | "/oauth2/par"
        | "/oauth2/device_authorization"
        | "/oauth2/bc-authorize" => Some(AttemptStep::Authorize),
        _ => None,
    }
}

impl AttemptLog {
    /// Creates an empty log with the key of the hashed names.
    pub fn new(master: &MasterKey, metrics: Arc<Metrics>) -> Self {
        Self {
            keyed: KeyedHash::new(master.derive(KeyPurpose::Throttle)),
            waiting: Mutex::default(),
            metrics,
        }
    }

    /// Returns the metrics of the process.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Returns the keyed hash of a login identifier that names no user.
    pub fn name_hash(&self, typed: &str) -> [u8; 32] {
        let key = rate_limit::account_key(None, typed);
        self.keyed.digest(NAME, &[key.as_bytes()])
    }

    /// Queues an attempt. Beyond the limits it is counted and dropped.
    pub fn record(&self, now: UnixSeconds, ended: EndedAttempt<'_>, caller: &Caller) {
        let short = |id: &&str| !id.is_empty() && id.len() <= MAX_ID;
        let client = ended.client.or(caller.client.as_deref());
        // Hashed for known users too, so that the work is the same (ASVS 5.0 §6.3.8).
        let hash = ended.typed.map(|typed| self.name_hash(typed));
        let attempt = SignInAttempt {
            id: SignInAttemptId::generate(now, &mut caller.random.rng()),
            at: now,
            step: ended.step,
            outcome: ended.outcome,
            rule: ended.rule.to_owned(),
            reason: ended.reason.to_owned(),
            user_id: ended.user,
            name_hash: hash.filter(|_| ended.user.is_none()),
            client_id: client.filter(short).map(str::to_owned),
            request_id: Some(caller.request_id.as_str())
                .filter(short)
                .map(rejection::escaped),
            address: caller.ip.map(|ip| rate_limit::address_key(Some(ip))),
            detail: ended.detail,
        };
        self.push(attempt);
    }

    fn push(&self, attempt: SignInAttempt) {
        let mut waiting = self.lock();
        if waiting.admits(&attempt) {
            waiting.attempts.push_back(attempt);
        } else {
            self.metrics.attempts_dropped(1);
        }
    }

    fn take(&self) -> Vec<SignInAttempt> {
        let mut waiting = self.lock();
        let count = waiting.attempts.len().min(BATCH);
        waiting.attempts.drain(..count).collect()
    }

    /// Puts attempts that could not be written back into the queue, or drops them if it is full.
    fn put_back(&self, batch: Vec<SignInAttempt>) {
        let mut waiting = self.lock();
        if waiting.attempts.len() + batch.len() > MAX_WAITING {
            self.metrics.attempts_dropped(batch.len());
            return;
        }
        for attempt in batch.into_iter().rev() {
            waiting.attempts.push_front(attempt);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes the waiting attempts in batches. Returns their number. If the store is unavailable, they
/// wait for the next run.
pub async fn write(db: &Db, log: &AttemptLog) -> Result<u64, StoreError> {
    let mut written = 0;
    loop {
        let batch = log.take();
        if batch.is_empty() {
            return Ok(written);
        }
        if let Err(error) = insert(db, &batch).await {
            if error.is_unavailable() {
                log.put_back(batch);
            } else {
                // Another attempt would fail in the same way.
                log.metrics.attempts_dropped(batch.len());
            }
            return Err(error);
        }
        written += batch.len() as u64;
    }
}

/// Removes up to `limit` sign-ins whose second factor was not given in time, and records them as
/// abandoned. Returns their number.
#[boxed]
pub async fn record_abandoned(
    tx: &WriteTx,
    now: UnixSeconds,
    random: &Random,
    limit: u64,
) -> Result<u64, StoreError> {
    let pending = repo::pending_sign_ins::remove_unfinished(tx, now, limit).await?;
    let mut abandoned = Vec::new();
    for pending in &pending {
        // The user of a step-up remains signed in.
        if matches!(pending.first, FirstFactor::Session(_)) {
            continue;
        }
        let interaction = match &pending.interaction_id {
            Some(id) => repo::interactions::find(tx, id).await?,
            None => None,
        };
        let rule = AttemptRule::FactorMissing;
        abandoned.push(SignInAttempt {
            id: SignInAttemptId::generate(pending.expires_at, &mut random.rng()),
            at: pending.expires_at,
            step: AttemptStep::SecondFactor,
            outcome: AttemptOutcome::Abandoned,
            rule: rule.as_str().to_owned(),
            reason: rule.sentence().to_owned(),
            user_id: Some(pending.user_id),
            name_hash: None,
            client_id: interaction.map(|interaction| interaction.client_id.to_string()),
            request_id: None,
            address: None,
            detail: Map::new(),
        });
    }
    repo::attempts::insert_all(tx, &abandoned).await?;
    Ok(pending.len() as u64)
}

async fn insert(db: &Db, batch: &[SignInAttempt]) -> Result<(), StoreError> {
    let tx = db.begin_write().await?;
    repo::attempts::insert_all(&tx, batch).await?;
    repo::stats::count_attempts(&tx, batch).await?;
    tx.commit().await
}

/// Returns the client of an interaction, for an attempt that did not read it. Without it, only this
/// detail is missing.
#[boxed]
pub async fn client_of(db: &Db, id: Option<&InteractionId>) -> Option<String> {
    let found = repo::interactions::find(db.read(), id?).await;
    let interaction = found.ok().flatten()?;
    Some(interaction.client_id.to_string())
}

#[cfg(test)]
mod tests;

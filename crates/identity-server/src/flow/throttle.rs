//! Counting tries before anything is tried (SECURITY RL-1..3).
//!
//! Short windows are counted in the ephemeral store, before a password is hashed. Failed sign-ins
//! are counted in the database, in the transaction of their audit line; the waits that follow from
//! them survive a restart and a lost Redis.

mod registration;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_domain::model::{Client, ClientKind, SessionId, User, UserId};
use doorward_domain::rules::person;
use doorward_domain::rules::throttle::{
    self as rule, ADDRESS, BACKCHANNEL, DEVICE, DOCUMENT, DOCUMENT_ALL, DOCUMENT_HOST, FAILED,
    FIRST_CODE, Failures, Hourly, INTERACTION, Limit, MAIL, PROOF, PUSH, PUSH_UNPROVED, Requester,
    SIGN_IN, USER_CODE, USER_CODE_ADDRESS,
};
use doorward_domain::secret::{MasterKey, Purpose};
use doorward_domain::time::UnixSeconds;
use doorward_store::ephemeral::MemoryEphemeral;
use doorward_store::{Ephemeral, Key, StoreError, WriteTx, repo};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::caller::Caller;
use super::known_device::KnownDevice;
use crate::config::limits::Limits;
use crate::fault::{Fault, FlowError};
use crate::metrics::Metrics;
use crate::state::State;

pub use registration::{
    RegistrationPass, admit_registration, admit_update_from, admit_update_of, forgive_registration,
};
pub(crate) use registration::{admit_fetch, admit_unknown_key};

/// Counts tries, shared with the other replicas where there is a Redis.
#[derive(Debug)]
pub struct Throttle {
    shared: Arc<dyn Ephemeral>,
    /// Counts when the shared store cannot: this process alone, half as much (RL-3).
    own: MemoryEphemeral,
    key: [u8; 32],
    multiplier: f64,
    hourly: Hourly,
    metrics: Arc<Metrics>,
}

/// What is left of a limit, for the `RateLimit` header fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// The limit.
    pub limit: Limit,
    /// How many more tries are within it.
    pub remaining: u64,
    /// Seconds until there are more; at most that, while tries are left.
    pub reset: i64,
    /// Whether this try was one too many.
    pub is_spent: bool,
}

/// The permission to check one password. It is made here only, so that no password is checked that
/// was not counted.
#[derive(Debug)]
pub struct Pass {
    /// What is left.
    pub budget: Budget,
    failures: [u8; 32],
    /// The counts that are given back if the password is right.
    forgiven: Vec<(Limit, Key)>,
}

impl Throttle {
    /// Counts in `shared`; every limit is multiplied.
    pub fn new(
        shared: Arc<dyn Ephemeral>,
        master: &MasterKey,
        limits: &Limits,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            shared,
            own: MemoryEphemeral::new(),
            key: master.derive(Purpose::Throttle),
            multiplier: limits.multiplier,
            hourly: limits.hourly(),
            metrics,
        }
    }

    /// A keyed hash: what is counted is not to be read from Redis, a row or a cookie.
    pub(crate) fn keyed(&self, label: &str, parts: &[&[u8]]) -> [u8; 32] {
        // RFC 2104 §2: a key shorter than a block is filled up with zeros.
        let mut block = [0_u8; 64];
        block[..self.key.len()].copy_from_slice(&self.key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        let label = label.as_bytes();
        for part in std::iter::once(&label).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Counts one more try; an error tells that it was one too many.
    async fn count(&self, limit: Limit, subject: &[&str]) -> Result<Budget, Budget> {
        let key = self.name_of(limit, subject);
        let (limit, count) = self.tally(limit, &key).await;
        self.verdict(limit, count)
    }

    fn name_of(&self, limit: Limit, subject: &[&str]) -> Key {
        let parts: Vec<&[u8]> = subject.iter().map(|part| part.as_bytes()).collect();
        Key::new(
            "limit",
            URL_SAFE_NO_PAD.encode(self.keyed(limit.name, &parts)),
        )
    }

    /// Counts one more; the count with the limit that it is held against.
    async fn tally(&self, limit: Limit, key: &Key) -> (Limit, u64) {
        let limit = limit.scaled(self.multiplier);
        let window = Duration::from_secs(limit.window);
        match self.shared.bump(key, window).await {
            Ok(count) => (limit, count),
            Err(error) => {
                tracing::warn!(%error, "limits are counted by this process alone");
                // Memory cannot fail; if it did, nothing would be admitted.
                let count = self.own.bump(key, window).await.unwrap_or(u64::MAX);
                (limit.halved(), count)
            }
        }
    }

    /// What was counted under a name.
    async fn counted(&self, key: &Key) -> u64 {
        let found = match self.shared.get(key).await {
            Ok(found) => found,
            Err(_) => self.own.get(key).await.unwrap_or_default(),
        };
        let text = found.and_then(|bytes| String::from_utf8(bytes).ok());
        text.and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    /// Counts a try of this address as a failure before it is made; a right password gives it back
    /// ([`forgive`]). A minute of the clock is the window, so that both counts end together.
    async fn admit_address(&self, address: &str, now: UnixSeconds) -> Result<Key, Budget> {
        let (key, _) = self.admit_failing(FAILED, address, now).await?;
        Ok(key)
    }

    /// The same for any limit on failures of one subject.
    async fn admit_failing(
        &self,
        limit: Limit,
        subject: &str,
        now: UnixSeconds,
    ) -> Result<(Key, Budget), Budget> {
        let window = i64::try_from(limit.window).unwrap_or(i64::MAX);
        let turn = now.div_euclid(window).to_string();
        let tries = self.name_of(limit, &["tries", subject, &turn]);
        let forgiven = self.name_of(limit, &["forgiven", subject, &turn]);
        let (limit, count) = self.tally(limit, &tries).await;
        let failed = count.saturating_sub(self.counted(&forgiven).await);
        match self.verdict(limit, failed) {
            Ok(budget) => Ok((forgiven, budget)),
            Err(spent) => Err(Budget {
                reset: window - now.rem_euclid(window),
                ..spent
            }),
        }
    }

    /// What a count means, and one more on the operator's list where it means no.
    fn verdict(&self, limit: Limit, count: u64) -> Result<Budget, Budget> {
        let is_spent = !limit.admits(count);
        let budget = Budget {
            limit,
            remaining: limit.remaining(count),
            reset: i64::try_from(limit.window).unwrap_or(i64::MAX),
            is_spent,
        };
        if is_spent {
            self.metrics.limited(limit.name);
            Err(budget)
        } else {
            Ok(budget)
        }
    }
}

/// Counts one more try of this caller's address.
async fn count_address(state: &State, limit: Limit, caller: &Caller) -> Result<Budget, Budget> {
    let address = rule::address_key(caller.ip);
    state.throttle.count(limit, &[&address]).await
}

/// Counts a form with a password or a new account from this address.
pub async fn admit_form(state: &State, caller: &Caller) -> Result<Budget, Budget> {
    count_address(state, ADDRESS, caller).await
}

/// Counts a form that causes a mail from this address (RC-3).
pub async fn admit_mail(state: &State, caller: &Caller) -> Result<Budget, Budget> {
    count_address(state, MAIL, caller).await
}

/// Counts an authorization request from this address that a person has to answer (DS-3).
pub async fn admit_interaction(state: &State, caller: &Caller) -> Result<Budget, Budget> {
    count_address(state, INTERACTION, caller).await
}

/// Counts a request of a device from this address (DS-3).
pub async fn admit_device(state: &State, caller: &Caller) -> Result<Budget, Budget> {
    count_address(state, DEVICE, caller).await
}

/// Counts a client that asks for this person: each time is a mail to them.
pub async fn admit_backchannel(state: &State, user: UserId) -> Result<Budget, Budget> {
    state
        .throttle
        .count(BACKCHANNEL, &[&user.to_string()])
        .await
}

/// Counts the document of an unknown client that is to be fetched because a request names it: for
/// the address that asks, for the host that is asked, and for all together (SS-3).
pub(crate) async fn admit_document(
    state: &State,
    host: &str,
    caller: &Caller,
) -> Result<Budget, Budget> {
    count_address(state, DOCUMENT, caller).await?;
    state.throttle.count(DOCUMENT_HOST, &[host]).await?;
    state.throttle.count(DOCUMENT_ALL, &["all"]).await
}

/// Counts an app that registers itself with nothing in its hands (OA-25).
pub async fn admit_client(state: &State, caller: &Caller) -> Result<Budget, Budget> {
    let limit = Limit {
        name: "client-registration",
        quota: state.config.client_registration.per_hour,
        window: 60 * 60,
    };
    count_address(state, limit, caller).await
}

/// The permission to look one typed code of a device up.
#[derive(Debug)]
pub struct CodePass {
    forgiven: Key,
}

/// Counts a typed code of a device before it is looked up, for the session and the address (OA-21).
pub async fn admit_user_code(
    state: &State,
    session: SessionId,
    caller: &Caller,
) -> Result<CodePass, Budget> {
    let throttle = &state.throttle;
    count_address(state, USER_CODE_ADDRESS, caller).await?;
    let session = session.to_string();
    let admitted = throttle.admit_failing(USER_CODE, &session, state.now());
    let (forgiven, _) = admitted.await?;
    Ok(CodePass { forgiven })
}

/// The code was right: the try does not count as a wrong one of its session.
pub async fn forgive_user_code(state: &State, pass: &CodePass) {
    state.throttle.tally(USER_CODE, &pass.forgiven).await;
}

/// Counts an authorization request that a client pushes from this address (RFC 9126 §2.3).
pub async fn admit_push(state: &State, client: &Client, caller: &Caller) -> Result<Budget, Budget> {
    let limit = match client.kind {
        ClientKind::Confidential => PUSH,
        ClientKind::Public => PUSH_UNPROVED,
    };
    let address = rule::address_key(caller.ip);
    let subject = [client.id.as_str(), &address];
    state.throttle.count(limit, &subject).await
}

/// Who sends a request to the JSON API, as far as the request proves it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asking {
    /// Nobody.
    Anonymous,
    /// Whoever hands in a token in the body, to be checked there.
    PresentsToken,
    /// The person of an access token.
    Account(UserId),
    /// The client of an access token of its own.
    Client(String),
}

/// Counts a request to the JSON API for this hour: by address, by account or by client.
///
/// # Errors
/// The spent budget, or a fault where the roles that raise the limit cannot be read.
pub async fn admit_request(
    state: &State,
    asking: Asking,
    caller: &Caller,
) -> Result<Budget, FlowError<Budget>> {
    let throttle = &state.throttle;
    let (limit, subject) = match asking {
        Asking::Anonymous => (
            throttle.hourly.limit_for(Requester::Anonymous),
            rule::address_key(caller.ip),
        ),
        Asking::PresentsToken => (
            throttle.hourly.limit_for(Requester::Token),
            rule::address_key(caller.ip),
        ),
        Asking::Client(id) => (throttle.hourly.limit_for(Requester::Client), id),
        Asking::Account(user) if throttle.hourly.roles.is_empty() => (
            throttle
                .hourly
                .limit_for(Requester::Account(&BTreeSet::new())),
            user.to_string(),
        ),
        Asking::Account(user) => {
            let held = state.recent_roles_of_user(user).await?;
            let requester = Requester::Account(&held.roles);
            (throttle.hourly.limit_for(requester), user.to_string())
        }
    };
    let counted = throttle.count(limit, &[&subject]).await;
    counted.map_err(FlowError::Refused)
}

/// Counts a proof of the password by who is signed in: for the account, in whatever session, and
/// apart from sign-ins, so that neither keeps the other waiting.
pub(crate) async fn admit_proof(state: &State, user: UserId) -> Result<Pass, FlowError<Budget>> {
    admit_owner(state, user, "failures-proof", PROOF).await
}

/// Counts a first code of an authenticator app, by who sets it up: for the account, whichever secret
/// it is for.
pub(crate) async fn admit_first_code(
    state: &State,
    user: UserId,
) -> Result<Pass, FlowError<Budget>> {
    admit_owner(state, user, "failures-first-code", FIRST_CODE).await
}

async fn admit_owner(
    state: &State,
    user: UserId,
    bucket: &str,
    limit: Limit,
) -> Result<Pass, FlowError<Budget>> {
    let user = user.to_string();
    let failures = state.throttle.keyed(bucket, &[user.as_bytes()]);
    not_waiting(state, &failures, limit).await?;
    let counted = state.throttle.count(limit, &[&user]).await;
    Ok(Pass {
        budget: counted.map_err(FlowError::Refused)?,
        failures,
        forgiven: Vec::new(),
    })
}

/// Counts one sign-in. Each counts, whatever comes of it (RL-1); in development, where tests sign in all
/// the time, one that succeeds is given back.
async fn count_sign_in(
    state: &State,
    limit: Limit,
    subject: &[&str],
) -> Result<(Budget, Option<(Limit, Key)>), FlowError<Budget>> {
    let throttle = &state.throttle;
    if !state.config.is_dev() {
        let counted = throttle.count(limit, subject).await;
        return Ok((counted.map_err(FlowError::Refused)?, None));
    }
    let subject = subject.join(" ");
    let admitted = throttle.admit_failing(limit, &subject, state.now());
    let (key, budget) = admitted.await.map_err(FlowError::Refused)?;
    Ok((budget, Some((limit, key))))
}

/// Counts a sign-in before its password is hashed (RL-2). Who typed a name that nobody has is
/// counted and refused like anybody else (EN-4).
pub async fn admit_sign_in(
    state: &State,
    identifier: &str,
    device: Option<&KnownDevice>,
    caller: &Caller,
) -> Result<Pass, FlowError<Budget>> {
    let throttle = &state.throttle;
    let user = meant(state, identifier).await?;
    let bucket = device.zip(user.as_ref());
    let bucket = bucket.and_then(|(device, user)| device.knows(throttle, user.into()));
    if let Some(bucket) = bucket {
        let failures = throttle.keyed("failures-device", &[bucket.as_bytes()]);
        not_waiting(state, &failures, SIGN_IN).await?;
        let (budget, forgiven) = count_sign_in(state, SIGN_IN, &["device", &bucket]).await?;
        return Ok(Pass {
            budget,
            failures,
            forgiven: forgiven.into_iter().collect(),
        });
    }
    let address = rule::address_key(caller.ip);
    let (_, form) = count_sign_in(state, ADDRESS, &[&address]).await?;
    let account = rule::account_key(user.map(|user| user.id), identifier);
    let failures = throttle.keyed("failures-account", &[account.as_bytes()]);
    let waited = not_waiting(state, &failures, SIGN_IN).await?;
    // Who has sat a wait out begins anew: no wait is shorter than the limit's window.
    let waited = waited.unwrap_or_default().to_string();
    let subject: [&str; 3] = ["account", &account, &waited];
    let (budget, own) = count_sign_in(state, SIGN_IN, &subject).await?;
    let admitted = throttle.admit_address(&address, state.now()).await;
    let failed = admitted.map_err(FlowError::Refused)?;
    let given_back = [form, own].into_iter().flatten();
    Ok(Pass {
        budget,
        failures,
        forgiven: given_back.chain([(FAILED, failed)]).collect(),
    })
}

/// Whose account is meant. One look-up for everybody alike: for what no account can be called it
/// finds nobody, and takes as long (EN-4).
async fn meant(state: &State, identifier: &str) -> Result<Option<User>, Fault> {
    let key = person::identifier_key(identifier).unwrap_or_default();
    Ok(repo::users::find_by_identifier(state.db.read(), &key).await?)
}

/// Refuses during a wait; says when the last one ended, if there was one.
async fn not_waiting(
    state: &State,
    bucket: &[u8; 32],
    limit: Limit,
) -> Result<Option<UnixSeconds>, FlowError<Budget>> {
    let now = state.now();
    let failures = repo::login_failures::find(state.db.read(), bucket).await?;
    match failures.as_ref().and_then(|failures| failures.wait(now)) {
        None => Ok(failures.and_then(|failures| failures.locked_until)),
        Some(wait) => Err(FlowError::Refused(Budget {
            limit: limit.scaled(state.throttle.multiplier),
            remaining: 0,
            reset: wait,
            is_spent: true,
        })),
    }
}

/// How long the next try has to wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Wait {
    /// In seconds.
    pub seconds: i64,
    /// Whether it begins with this failure; parallel tries that fail during it do not begin another.
    pub begins: bool,
}

/// Notes that the password was wrong; how long the next try has to wait.
pub(crate) async fn note_failure(
    state: &State,
    tx: &WriteTx,
    pass: &Pass,
    now: UnixSeconds,
) -> Result<Option<Wait>, StoreError> {
    let multiplier = state.throttle.multiplier;
    let waited = Cell::new(false);
    let one_more = |before: Option<&Failures>| {
        waited.set(before.is_some_and(|before| before.wait(now).is_some()));
        rule::after_failure(before, now, multiplier)
    };
    let after = repo::login_failures::change(tx, &pass.failures, now, one_more).await?;
    let begins = !waited.get();
    Ok(after.wait(now).map(|seconds| Wait { seconds, begins }))
}

/// Notes that the proof was right: the wait of its own bucket ends. On a device that the account knows
/// this is the device's own: the owner's sign-in must not open the door to strangers again.
pub(crate) async fn note_success(tx: &WriteTx, pass: &Pass) -> Result<(), StoreError> {
    repo::login_failures::clear(tx, &[pass.failures]).await
}

/// Gives the try back to its address: the password was right.
pub(crate) async fn forgive(state: &State, pass: &Pass) {
    for (limit, forgiven) in &pass.forgiven {
        state.throttle.tally(*limit, forgiven).await;
    }
}

#[cfg(test)]
mod tests;

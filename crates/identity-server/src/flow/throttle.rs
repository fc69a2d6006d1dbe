//! Counting tries before anything is tried (SECURITY RL-1..3).
//!
//! Short windows are counted in the ephemeral store, before a password is hashed. Failed sign-ins
//! are counted in the database, in the transaction of their audit line; the waits that follow from
//! them survive a restart and a lost Redis.

use std::sync::Arc;
use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_domain::model::User;
use doorward_domain::rules::person;
use doorward_domain::rules::throttle::{
    self as rule, ADDRESS, Failures, Limit, SIGN_IN, STRANGERS,
};
use doorward_domain::secret::{MasterKey, Purpose};
use doorward_domain::time::UnixSeconds;
use doorward_store::ephemeral::MemoryEphemeral;
use doorward_store::{Ephemeral, Key, StoreError, WriteTx, repo};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::caller::Caller;
use super::known_device::KnownDevice;
use crate::fault::{Fault, FlowError};
use crate::state::State;

/// Counts tries, shared with the other replicas where there is a Redis.
#[derive(Debug)]
pub struct Throttle {
    shared: Arc<dyn Ephemeral>,
    /// Counts when the shared store cannot: this process alone, half as much (RL-3).
    own: MemoryEphemeral,
    key: [u8; 32],
    multiplier: f64,
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
    is_known_device: bool,
}

impl Throttle {
    /// Counts in `shared`; every limit is multiplied.
    pub fn new(shared: Arc<dyn Ephemeral>, master: &MasterKey, multiplier: f64) -> Self {
        Self {
            shared,
            own: MemoryEphemeral::new(),
            key: master.derive(Purpose::Throttle),
            multiplier,
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
        let parts: Vec<&[u8]> = subject.iter().map(|part| part.as_bytes()).collect();
        let name = URL_SAFE_NO_PAD.encode(self.keyed(limit.name, &parts));
        let key = Key::new("limit", name);
        let limit = limit.scaled(self.multiplier);
        let window = Duration::from_secs(limit.window);
        match self.shared.bump(&key, window).await {
            Ok(count) => verdict(limit, count),
            Err(error) => {
                tracing::warn!(%error, "limits are counted by this process alone");
                // Memory cannot fail; if it did, nothing would be admitted.
                let count = self.own.bump(&key, window).await.unwrap_or(u64::MAX);
                verdict(limit.halved(), count)
            }
        }
    }
}

fn verdict(limit: Limit, count: u64) -> Result<Budget, Budget> {
    let is_spent = !limit.admits(count);
    let budget = Budget {
        limit,
        remaining: limit.remaining(count),
        reset: i64::try_from(limit.window).unwrap_or(i64::MAX),
        is_spent,
    };
    if is_spent { Err(budget) } else { Ok(budget) }
}

/// Counts a form with a password or a new account from this address.
pub async fn admit_form(state: &State, caller: &Caller) -> Result<Budget, Budget> {
    let address = rule::address_key(caller.ip);
    state.throttle.count(ADDRESS, &[&address]).await
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
    if let Some(bucket) = known_bucket(state, identifier, device).await? {
        let failures = throttle.keyed("failures-device", &[bucket.as_bytes()]);
        not_waiting(state, &failures).await?;
        let counted = throttle.count(SIGN_IN, &["device", &bucket]).await;
        return Ok(Pass {
            budget: counted.map_err(FlowError::Refused)?,
            failures,
            is_known_device: true,
        });
    }
    admit_form(state, caller)
        .await
        .map_err(FlowError::Refused)?;
    let account = rule::account_key(identifier);
    let failures = stranger_bucket(throttle, &account);
    not_waiting(state, &failures).await?;
    let address = rule::address_key(caller.ip);
    let here = ["address", &address, &account];
    let counted = throttle.count(SIGN_IN, &here).await;
    let budget = counted.map_err(FlowError::Refused)?;
    let together = throttle.count(STRANGERS, &[&account]).await;
    together.map_err(FlowError::Refused)?;
    Ok(Pass {
        budget,
        failures,
        is_known_device: false,
    })
}

fn stranger_bucket(throttle: &Throttle, account: &str) -> [u8; 32] {
    throttle.keyed("failures-account", &[account.as_bytes()])
}

/// The bucket of a browser that the account knows. Only who brings such a cookie costs a look-up.
async fn known_bucket(
    state: &State,
    identifier: &str,
    device: Option<&KnownDevice>,
) -> Result<Option<String>, Fault> {
    let (Some(device), Some(key)) = (device, person::identifier_key(identifier)) else {
        return Ok(None);
    };
    let user = repo::users::find_by_identifier(state.db.read(), &key).await?;
    Ok(user.and_then(|user| device.knows(&state.throttle, user.id)))
}

async fn not_waiting(state: &State, bucket: &[u8; 32]) -> Result<(), FlowError<Budget>> {
    let now = state.now();
    let failures = repo::login_failures::find(state.db.read(), bucket).await?;
    match failures.and_then(|failures| failures.wait(now)) {
        None => Ok(()),
        Some(wait) => Err(FlowError::Refused(Budget {
            limit: SIGN_IN.scaled(state.throttle.multiplier),
            remaining: 0,
            reset: wait,
            is_spent: true,
        })),
    }
}

/// Notes that the password was wrong; how many seconds the next try has to wait.
pub(crate) async fn note_failure(
    state: &State,
    tx: &WriteTx,
    pass: &Pass,
    now: UnixSeconds,
) -> Result<Option<i64>, StoreError> {
    let multiplier = state.throttle.multiplier;
    let one_more = |before: Option<&Failures>| rule::after_failure(before, now, multiplier);
    let after = repo::login_failures::change(tx, &pass.failures, now, one_more).await?;
    Ok(after.wait(now))
}

/// Notes that the password was right. On a device that the account knows this ends the device's
/// own wait only: the owner's sign-in must not open the door to strangers again.
pub(crate) async fn note_success(
    state: &State,
    tx: &WriteTx,
    pass: &Pass,
    user: &User,
) -> Result<(), StoreError> {
    if pass.is_known_device {
        return repo::login_failures::clear(tx, &[pass.failures]).await;
    }
    let names = [&user.username_key, &user.email_key];
    let buckets = names.map(|name| stranger_bucket(&state.throttle, name));
    repo::login_failures::clear(tx, &buckets).await
}

#[cfg(test)]
mod tests;

//! Limits on sign-ins and other authentications of a user, with lockouts after failures.

use std::cell::Cell;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_domain::boxed;
use doorward_domain::model::{AttemptRule, User, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_rules::identifier;
use doorward_rules::limits::lockout::{self, Failures};
use doorward_rules::limits::rate_limit::{
    self as rule, ADDRESS, FAILED, FIRST_CODE, Limit, PROOF, SIGN_IN, UNRECORDED,
};
use doorward_store::{Db, Key, StoreError, WriteTx, repo};

use super::counter::{CountedFailure, LimitStatus, RateLimiter};
use crate::caller::Caller;
use crate::error::{FlowError, FlowResult, Result};
use crate::known_device::KnownDevice;

/// The permit to check one password. Only this module creates it, so that no password is checked
/// without being counted.
#[derive(Debug)]
pub struct AttemptPermit {
    pub budget: LimitStatus,
    /// The account of the login identifier of a sign-in, if there is one.
    user: Option<User>,
    /// The user whose failures are counted, if the account is known.
    owner: Option<UserId>,
    failures: [u8; 32],
    has_failures: bool,
    /// The counters to take back if the password is right.
    forgiven: Vec<CountedFailure>,
    /// The counter of the account, which counts each check.
    counted: Key,
}

impl AttemptPermit {
    /// Returns true if there were failures before.
    pub const fn has_failures(&self) -> bool {
        self.has_failures
    }

    /// Returns the account of the login identifier of a sign-in. It was read before the password was
    /// hashed: [`repo::users::confirm_password_hash`] compares it again.
    pub fn take_user(&mut self) -> Option<User> {
        self.user.take()
    }
}

/// A sign-in that was rejected before its password was checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignInRejection {
    pub status: LimitStatus,
    pub user: Option<UserId>,
    /// The rule: a lockout or a rate limit.
    pub rule: AttemptRule,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LockoutDelay {
    pub seconds: i64,
    /// True if this failure starts it; concurrent attempts that fail during it start no other.
    pub begins: bool,
}

/// Returns the rejection of an attempt by a rule.
fn rejected(
    user: Option<UserId>,
    rule: AttemptRule,
) -> impl Fn(FlowError<LimitStatus>) -> FlowError<SignInRejection> + Copy {
    move |error| error.map(|status| SignInRejection { status, user, rule })
}

impl RateLimiter {
    /// Counts a check of the current password by a signed-in user: per account, in any session, and
    /// separately from sign-ins, so that neither locks out the other.
    #[boxed]
    pub async fn admit_proof(
        &self,
        db: &Db,
        user: UserId,
        now: UnixSeconds,
    ) -> FlowResult<AttemptPermit, LimitStatus> {
        self.admit_owner(db, user, "failures-proof", PROOF, now)
            .await
    }

    /// Counts a first code of an authenticator app in its enrollment: per account, for any secret.
    #[boxed]
    pub async fn admit_first_code(
        &self,
        db: &Db,
        user: UserId,
        now: UnixSeconds,
    ) -> FlowResult<AttemptPermit, LimitStatus> {
        self.admit_owner(db, user, "failures-first-code", FIRST_CODE, now)
            .await
    }

    async fn admit_owner(
        &self,
        db: &Db,
        user: UserId,
        bucket: &str,
        limit: Limit,
        now: UnixSeconds,
    ) -> FlowResult<AttemptPermit, LimitStatus> {
        let owner = Some(user);
        let user = user.to_string();
        let failures = self.keyed().digest(bucket, &[user.as_bytes()]);
        let before = self.not_waiting(db, &failures, limit, now).await?;
        let key = self.name_of(limit, &[&user]);
        let counted = self.count_by(limit, &key).await;
        Ok(AttemptPermit {
            budget: counted.map_err(FlowError::Rejected)?,
            user: None,
            owner,
            failures,
            has_failures: before.is_some(),
            forgiven: Vec::new(),
            counted: key,
        })
    }

    /// Counts a sign-in. Each one counts, with any result, unless successful ones are taken back.
    async fn count_sign_in(
        &self,
        limit: Limit,
        subject: &[&str],
        now: UnixSeconds,
    ) -> FlowResult<(LimitStatus, Option<CountedFailure>), LimitStatus> {
        if !self.forgives_sign_ins {
            let counted = self.count(limit, subject).await;
            return Ok((counted.map_err(FlowError::Rejected)?, None));
        }
        let admitted = self.admit_failing(limit, &subject.join(" "), now).await;
        let failure = admitted.map_err(FlowError::Rejected)?;
        Ok((failure.status, Some(failure)))
    }

    /// Counts a sign-in before its password is hashed. Unknown login identifiers are counted and
    /// rejected in the same way (ASVS 5.0 §6.3.8).
    #[boxed]
    pub async fn admit_sign_in(
        &self,
        db: &Db,
        identifier: &str,
        device: Option<&KnownDevice>,
        caller: &Caller,
        now: UnixSeconds,
    ) -> FlowResult<AttemptPermit, SignInRejection> {
        let user = meant(db, identifier).await?;
        let id = user.as_ref().map(|user| user.id);
        let (locked, limited) = (
            rejected(id, AttemptRule::Lockout),
            rejected(id, AttemptRule::RateLimit),
        );
        let device = user.as_ref().and_then(|user| self.known(device, user));
        let is_known = device.is_some();
        let address = rule::address_key(caller.ip);
        let mut forgiven = Vec::new();
        if !is_known {
            let counted = self.count_sign_in(ADDRESS, &[&address], now).await;
            forgiven.extend(counted.map_err(limited)?.1);
        }
        let (failures, kind, bucket) = if let Some(device) = device {
            (self.device_failures(&device), "device", device)
        } else {
            let account = rule::account_key(id, identifier);
            let keyed = self.keyed();
            let failures = keyed.digest("failures-account", &[account.as_bytes()]);
            (failures, "account", account)
        };
        let before = self.not_waiting(db, &failures, SIGN_IN, now).await;
        let before = before.map_err(locked)?;
        let waited = waited(before.as_ref());
        let subject: [&str; 3] = [kind, &bucket, &waited];
        let counted = self.count_sign_in(SIGN_IN, &subject, now).await;
        let (budget, own) = counted.map_err(limited)?;
        forgiven.extend(own);
        if !is_known {
            let admitted = self.admit_failing(FAILED, &address, now).await;
            forgiven.push(admitted.map_err(FlowError::Rejected).map_err(limited)?);
        }
        Ok(AttemptPermit {
            budget,
            user,
            owner: id,
            failures,
            has_failures: before.is_some(),
            forgiven,
            counted: self.name_of(SIGN_IN, &subject),
        })
    }

    /// Counts a bind over LDAP as failed before its password is checked; [`Self::forgive`] takes that back. Right ones
    /// have no limit: applications bind for each sign-in of theirs. Wrong ones lock out binds alone, so that an
    /// application with an old password does not lock its user out of this server; a lockout of sign-ins also ends
    /// binds.
    #[boxed]
    pub async fn admit_bind(
        &self,
        db: &Db,
        identifier: &str,
        caller: &Caller,
        now: UnixSeconds,
    ) -> FlowResult<AttemptPermit, SignInRejection> {
        let user = meant(db, identifier).await?;
        let id = user.as_ref().map(|user| user.id);
        let account = rule::account_key(id, identifier);
        let keyed = self.keyed();
        let [sign_ins, failures] = ["failures-account", "failures-bind"]
            .map(|bucket| keyed.digest(bucket, &[account.as_bytes()]));
        let (locked, limited) = (
            rejected(id, AttemptRule::Lockout),
            rejected(id, AttemptRule::RateLimit),
        );
        let signed_in = self.not_waiting(db, &sign_ins, SIGN_IN, now).await;
        signed_in.map_err(locked)?;
        let before = self.not_waiting(db, &failures, SIGN_IN, now).await;
        let before = before.map_err(locked)?;
        let subject = format!("bind {account} {}", waited(before.as_ref()));
        let own = self.admit_failing(SIGN_IN, &subject, now).await;
        let own = own.map_err(FlowError::Rejected).map_err(limited)?;
        let address = rule::address_key(caller.ip);
        let shared = self.admit_failing(FAILED, &address, now).await;
        let shared = shared.map_err(FlowError::Rejected).map_err(limited)?;
        Ok(AttemptPermit {
            budget: own.status,
            user,
            owner: id,
            failures,
            has_failures: before.is_some(),
            counted: self.name_of(SIGN_IN, &[&subject]),
            forgiven: vec![own, shared],
        })
    }

    /// Returns the name of the browser's own limits if the account has signed in there before.
    fn known(&self, device: Option<&KnownDevice>, user: &User) -> Option<String> {
        device?.knows(self.keyed(), user.into())
    }

    fn device_failures(&self, bucket: &str) -> [u8; 32] {
        self.keyed().digest("failures-device", &[bucket.as_bytes()])
    }

    /// Ends the lockout of this browser after its user has authenticated there without a password.
    /// That of others remains: otherwise each sign-in would give an attacker more attempts.
    #[boxed]
    pub async fn end_device_lockout(
        &self,
        tx: &WriteTx,
        user: &User,
        caller: &Caller,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        match self.known(caller.device.as_ref(), user) {
            Some(bucket) => {
                let failures = self.device_failures(&bucket);
                repo::login_failures::unlock_bucket(tx, &failures, now).await
            }
            None => Ok(()),
        }
    }

    /// Counts a mail that an anonymous user requests in a browser where the account has signed in
    /// before; returns false beyond the limit of that browser. Returns `None` for other browsers,
    /// which share the limit of the account.
    #[boxed]
    pub async fn admit_known_mail(
        &self,
        limit: Limit,
        purpose: &str,
        user: &User,
        caller: &Caller,
    ) -> Option<bool> {
        let bucket = self.known(caller.device.as_ref(), user)?;
        let subject = ["device", purpose, bucket.as_str()];
        Some(self.count(limit, &subject).await.is_ok())
    }

    /// Rejects an attempt during a lockout; returns the earlier failures, if there are any.
    async fn not_waiting(
        &self,
        db: &Db,
        bucket: &[u8; 32],
        limit: Limit,
        now: UnixSeconds,
    ) -> FlowResult<Option<Failures>, LimitStatus> {
        let failures = repo::login_failures::find(db.read(), bucket).await?;
        match failures.as_ref().and_then(|failures| failures.wait(now)) {
            None => Ok(failures),
            Some(wait) => {
                let limit = limit.scaled(self.multiplier);
                Err(FlowError::Rejected(LimitStatus::exhausted(limit, wait)))
            }
        }
    }

    /// Records a wrong password; returns the lockout, if any.
    #[boxed(?Send)]
    pub async fn record_failure(
        &self,
        tx: &WriteTx,
        pass: &AttemptPermit,
        now: UnixSeconds,
    ) -> Result<Option<LockoutDelay>, StoreError> {
        let waited = Cell::new(false);
        let one_more = |before: Option<&Failures>| {
            waited.set(before.is_some_and(|before| before.wait(now).is_some()));
            lockout::after_failure(before, now, self.multiplier)
        };
        let after =
            repo::login_failures::change(tx, &pass.failures, pass.owner, now, one_more).await?;
        let begins = !waited.get();
        Ok(after
            .wait(now)
            .map(|seconds| LockoutDelay { seconds, begins }))
    }

    /// Takes back the counted failures, because the password was right.
    #[boxed]
    pub async fn forgive(&self, pass: &AttemptPermit) {
        for failure in &pass.forgiven {
            self.forgive_failure(failure).await;
        }
    }

    /// Takes back the counts of a check that the server could not finish or record, such as that of a
    /// full disk: it says nothing about the user. The forms of an address remain counted.
    pub async fn withdraw<T, R>(&self, pass: &AttemptPermit, outcome: &FlowResult<T, R>) {
        if !matches!(outcome, Err(FlowError::Server(_))) {
            return;
        }
        let account = URL_SAFE_NO_PAD.encode(pass.failures);
        if self.count(UNRECORDED, &[&account]).await.is_ok() {
            self.forgive(pass).await;
            self.lower(&pass.counted).await;
        }
    }
}

/// Clears the failures of the permit's own bucket after a success. On a known device that is the
/// device's bucket: the user's sign-in must not end the lockout of other devices. Failures since the
/// permit was created remain if there were none before.
#[boxed]
pub async fn record_success(tx: &WriteTx, pass: &AttemptPermit) -> Result<(), StoreError> {
    if pass.has_failures {
        repo::login_failures::clear(tx, &[pass.failures]).await?;
    }
    Ok(())
}

/// Returns the end of the last lockout, as a part of the counted subject: after a lockout, counting
/// starts again, because no lockout is shorter than the limit's window.
fn waited(before: Option<&Failures>) -> String {
    let waited = before.and_then(|before| before.locked_until);
    waited.unwrap_or_default().to_string()
}

/// Looks up the account of a login identifier. The same query runs for malformed identifiers, so
/// that it takes as long (ASVS 5.0 §6.3.8).
async fn meant(db: &Db, identifier: &str) -> Result<Option<User>> {
    let key = identifier::identifier_key(identifier).unwrap_or_default();
    Ok(repo::users::find_by_identifier(db.read(), &key).await?)
}

//! Limits on sign-ins and on other proofs of a person, with waits after failures.

use std::cell::Cell;

use doorward_domain::model::{User, UserId};
use doorward_domain::rules::identifier;
use doorward_domain::rules::rate_limit::{
    self as rule, ADDRESS, FAILED, FIRST_CODE, Failures, Limit, PROOF, SIGN_IN,
};
use doorward_domain::time::UnixSeconds;
use doorward_store::{Db, Key, StoreError, WriteTx, repo};

use super::counter::{LimitStatus, RateLimiter};
use crate::caller::Caller;
use crate::error::{FlowError, ServerError};
use crate::known_device::KnownDevice;

/// The permission to check one password. It is made here only, so that no password is checked that
/// was not counted.
#[derive(Debug)]
pub struct AttemptPermit {
    /// What is left.
    pub budget: LimitStatus,
    failures: [u8; 32],
    /// The counts that are given back if the password is right.
    forgiven: Vec<(Limit, Key)>,
}

/// How long the next try has to wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LockoutDelay {
    /// In seconds.
    pub seconds: i64,
    /// Whether it begins with this failure; parallel tries that fail during it do not begin another.
    pub begins: bool,
}

impl RateLimiter {
    /// Counts a proof of the password by who is signed in: for the account, in whatever session, and
    /// apart from sign-ins, so that neither keeps the other waiting.
    pub(crate) async fn admit_proof(
        &self,
        db: &Db,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<AttemptPermit, FlowError<LimitStatus>> {
        self.admit_owner(db, user, "failures-proof", PROOF, now)
            .await
    }

    /// Counts a first code of an authenticator app, by who sets it up: for the account, whichever secret
    /// it is for.
    pub(crate) async fn admit_first_code(
        &self,
        db: &Db,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<AttemptPermit, FlowError<LimitStatus>> {
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
    ) -> Result<AttemptPermit, FlowError<LimitStatus>> {
        let user = user.to_string();
        let failures = self.keyed().of(bucket, &[user.as_bytes()]);
        self.not_waiting(db, &failures, limit, now).await?;
        let counted = self.count(limit, &[&user]).await;
        Ok(AttemptPermit {
            budget: counted.map_err(FlowError::Rejected)?,
            failures,
            forgiven: Vec::new(),
        })
    }

    /// Counts one sign-in. Each counts, whatever comes of it (RL-1), unless those that succeed are given back.
    async fn count_sign_in(
        &self,
        limit: Limit,
        subject: &[&str],
        now: UnixSeconds,
    ) -> Result<(LimitStatus, Option<(Limit, Key)>), FlowError<LimitStatus>> {
        if !self.forgives_sign_ins {
            let counted = self.count(limit, subject).await;
            return Ok((counted.map_err(FlowError::Rejected)?, None));
        }
        let admitted = self.admit_failing(limit, &subject.join(" "), now).await;
        let (key, budget) = admitted.map_err(FlowError::Rejected)?;
        Ok((budget, Some((limit, key))))
    }

    /// Counts a sign-in before its password is hashed (RL-2). Who typed a name that nobody has is
    /// counted and refused like anybody else (EN-4).
    pub async fn admit_sign_in(
        &self,
        db: &Db,
        identifier: &str,
        device: Option<&KnownDevice>,
        caller: &Caller,
        now: UnixSeconds,
    ) -> Result<AttemptPermit, FlowError<LimitStatus>> {
        let user = meant(db, identifier).await?;
        let bucket = device.zip(user.as_ref());
        let bucket = bucket.and_then(|(device, user)| device.knows(self.keyed(), user.into()));
        if let Some(bucket) = bucket {
            let failures = self.keyed().of("failures-device", &[bucket.as_bytes()]);
            self.not_waiting(db, &failures, SIGN_IN, now).await?;
            let subject = ["device", bucket.as_str()];
            let (budget, forgiven) = self.count_sign_in(SIGN_IN, &subject, now).await?;
            return Ok(AttemptPermit {
                budget,
                failures,
                forgiven: forgiven.into_iter().collect(),
            });
        }
        let address = rule::address_key(caller.ip);
        let (_, form) = self.count_sign_in(ADDRESS, &[&address], now).await?;
        let account = rule::account_key(user.map(|user| user.id), identifier);
        let failures = self.keyed().of("failures-account", &[account.as_bytes()]);
        let waited = self.not_waiting(db, &failures, SIGN_IN, now).await?;
        // Who has sat a wait out begins anew: no wait is shorter than the limit's window.
        let waited = waited.unwrap_or_default().to_string();
        let subject: [&str; 3] = ["account", &account, &waited];
        let (budget, own) = self.count_sign_in(SIGN_IN, &subject, now).await?;
        let admitted = self.admit_address(&address, now).await;
        let failed = admitted.map_err(FlowError::Rejected)?;
        let given_back = [form, own].into_iter().flatten();
        Ok(AttemptPermit {
            budget,
            failures,
            forgiven: given_back.chain([(FAILED, failed)]).collect(),
        })
    }

    /// Refuses during a wait; says when the last one ended, if there was one.
    async fn not_waiting(
        &self,
        db: &Db,
        bucket: &[u8; 32],
        limit: Limit,
        now: UnixSeconds,
    ) -> Result<Option<UnixSeconds>, FlowError<LimitStatus>> {
        let failures = repo::login_failures::find(db.read(), bucket).await?;
        match failures.as_ref().and_then(|failures| failures.wait(now)) {
            None => Ok(failures.and_then(|failures| failures.locked_until)),
            Some(wait) => Err(FlowError::Rejected(LimitStatus {
                limit: limit.scaled(self.multiplier),
                remaining: 0,
                reset: wait,
                is_spent: true,
            })),
        }
    }

    /// Notes that the password was wrong; how long the next try has to wait.
    pub(crate) async fn note_failure(
        &self,
        tx: &WriteTx,
        pass: &AttemptPermit,
        now: UnixSeconds,
    ) -> Result<Option<LockoutDelay>, StoreError> {
        let waited = Cell::new(false);
        let one_more = |before: Option<&Failures>| {
            waited.set(before.is_some_and(|before| before.wait(now).is_some()));
            rule::after_failure(before, now, self.multiplier)
        };
        let after = repo::login_failures::change(tx, &pass.failures, now, one_more).await?;
        let begins = !waited.get();
        Ok(after
            .wait(now)
            .map(|seconds| LockoutDelay { seconds, begins }))
    }

    /// Gives the try back to its address: the password was right.
    pub(crate) async fn forgive(&self, pass: &AttemptPermit) {
        for (limit, forgiven) in &pass.forgiven {
            self.tally(*limit, forgiven).await;
        }
    }
}

/// Notes that the proof was right: the wait of its own bucket ends. On a device that the account knows
/// this is the device's own: the owner's sign-in must not open the door to strangers again.
pub(crate) async fn note_success(tx: &WriteTx, pass: &AttemptPermit) -> Result<(), StoreError> {
    repo::login_failures::clear(tx, &[pass.failures]).await
}

/// Whose account is meant. One look-up for everybody alike: for what no account can be called it
/// finds nobody, and takes as long (EN-4).
async fn meant(db: &Db, identifier: &str) -> Result<Option<User>, ServerError> {
    let key = identifier::identifier_key(identifier).unwrap_or_default();
    Ok(repo::users::find_by_identifier(db.read(), &key).await?)
}

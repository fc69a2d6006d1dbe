//! Ends of the access of users and clients: many sessions or grants in portions, so that no other
//! write waits long, and beyond the limits (`limits.sessions_per_user`, `limits.grants_per_client`).

use std::ops::Add;

use doorward_domain::boxed;
use doorward_domain::model::{ClientId, EmailPurpose, EndReason, RevokeReason, SessionId, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_store::repo::grants::{GrantLimit, GrantsOfUser};
use doorward_store::repo::sessions::{BATCH, EndedSessions};
use doorward_store::{Db, StoreError, WriteTx, repo};
use serde::Serialize;

use crate::context::Core;

/// Maximum number of sessions that an audit event names.
pub const MAX_NAMED: usize = 100;
/// Maximum limit on grants that is enforced: counting up to it costs time at each code.
const COUNTED: u64 = 100_000;
/// Grants without a refresh token for each one with it: they end with the session, and their tokens
/// within minutes.
const WITHOUT_REFRESH: u64 = 10;

/// Numbers of what ended with a change, and the IDs of some.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EndedAccess {
    pub sessions: u64,
    pub grants: u64,
    pub api_keys: u64,
    pub trusted_devices: u64,
    #[serde(flatten)]
    pub named: EndedNames,
}

/// IDs of ended access, at most 100 of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EndedNames {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub session_ids: Vec<String>,
    /// Clients with a grant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub api_key_ids: Vec<String>,
}

impl Add for EndedAccess {
    type Output = Self;

    /// Adds the numbers; the IDs are those of `other`.
    fn add(self, other: Self) -> Self {
        Self {
            sessions: self.sessions + other.sessions,
            grants: self.grants + other.grants,
            api_keys: self.api_keys + other.api_keys,
            trusted_devices: self.trusted_devices + other.trusted_devices,
            named: other.named,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct EndingAccess<'a> {
    pub user: UserId,
    pub except: Option<SessionId>,
    /// The reason for the end of sessions; `None` if they remain.
    pub sessions: Option<EndReason>,
    /// The grants, and the reason for their revocation; `None` if they remain.
    pub grants: Option<(GrantsOfUser<'a>, RevokeReason)>,
}

impl EndingAccess<'_> {
    pub const fn all(user: UserId, sessions: EndReason, grants: RevokeReason) -> Self {
        Self {
            user,
            except: None,
            sessions: Some(sessions),
            grants: Some((GrantsOfUser::All, grants)),
        }
    }

    /// Ends the access, and with it API keys, app passwords, mail links and pending sign-ins, in the transaction of
    /// its cause. Call [`end_excess`] before that transaction.
    #[boxed]
    pub async fn end(&self, tx: &WriteTx, now: UnixSeconds) -> Result<EndedAccess, StoreError> {
        let (user, mut all) = (self.user, EndedAccess::default());
        // Pending sign-ins first: this waits for one that is just being completed, so that its
        // session is ended with the others.
        end_links(tx, user, now).await?;
        if let Some(reason) = self.sessions {
            let ended =
                repo::sessions::end_all_for_user(tx, user, self.except, reason, now).await?;
            all.sessions = ended.count;
            all.trusted_devices = ended.trusted_devices;
        }
        if let Some((grants, reason)) = self.grants {
            all.grants = repo::grants::revoke_of_user(tx, user, grants, reason, now).await?;
        }
        all.api_keys = repo::api_keys::revoke_all_for_user(tx, user, now).await?;
        repo::app_passwords::remove_all_of_user(tx, user).await?;
        Ok(all)
    }
}

/// Revokes pending mail links, except the one that reverts a change of address, because it protects
/// the user; and sign-ins that wait for their second factor, because they began with the former
/// password.
#[boxed]
pub async fn end_links(tx: &WriteTx, user: UserId, now: UnixSeconds) -> Result<(), StoreError> {
    let purposes = EmailPurpose::ENDED_BY_CHANGE;
    repo::email_tokens::revoke_for_user(tx, user, &purposes, now).await?;
    repo::pending_sign_ins::remove_all(tx, user).await?;
    repo::email_sign_ins::disarm(tx, user).await?;
    Ok(())
}

/// Ends the oldest access of a user who has much of it, in transactions of limited size, so that the one
/// that ends the rest is small. Call it before that transaction, when nothing but it can fail any more.
#[boxed]
pub async fn end_excess(
    db: &Db,
    access: &EndingAccess<'_>,
    now: UnixSeconds,
) -> Result<EndedAccess, StoreError> {
    let mut all = EndedAccess::default();
    if !repo::sessions::has_many(db.read(), access.user).await? {
        return Ok(all);
    }
    let user = access.user;
    loop {
        let tx = db.begin_write().await?;
        let mut changed = 0;
        if let Some(reason) = access.sessions {
            let except = access.except;
            let ended = repo::sessions::end_oldest_for_user(&tx, user, except, reason, now).await?;
            changed = ended.len() as u64;
            all.sessions += changed;
        }
        if let Some((grants, reason)) = access.grants {
            let revoked = repo::grants::revoke_some_of_user(&tx, user, grants, reason, now).await?;
            all.grants += revoked;
            changed = changed.max(revoked);
        }
        tx.commit().await?;
        if changed < BATCH {
            return Ok(all);
        }
    }
}

/// Returns the IDs of ended sessions for an audit event, which names a limited number.
pub fn named(ended: &EndedSessions) -> Vec<String> {
    let first = ended.first.iter().take(MAX_NAMED);
    first.map(ToString::to_string).collect()
}

/// Ends the oldest sessions of a user beyond the limit, after a new one.
pub(crate) async fn end_surplus_sessions(
    core: &Core,
    tx: &WriteTx,
    user: UserId,
) -> Result<(), StoreError> {
    let limits = &core.config.limits;
    let keep = limits.scaled(limits.sessions_per_user);
    let ended = repo::sessions::end_surplus(tx, user, keep, core.now()).await?;
    if ended > 0 {
        tracing::info!(%user, ended, "oldest sessions ended: more than limits.sessions_per_user");
    }
    Ok(())
}

/// Returns the limit on the grants of a user to a client, of those with a refresh token or without;
/// `None` if the configured one is too high to be counted.
pub fn grant_limit(core: &Core, with_refresh: bool) -> Option<GrantLimit> {
    let limits = &core.config.limits;
    let kinds = if with_refresh { 1 } else { WITHOUT_REFRESH };
    let keep = limits.scaled(limits.grants_per_client.saturating_mul(kinds));
    (keep <= COUNTED).then_some(GrantLimit { with_refresh, keep })
}

/// Returns the limit on the reference tokens of a user and client; `None` if the configured one is too
/// high to be counted.
pub fn token_limit(core: &Core) -> Option<u64> {
    grant_limit(core, true).map(|limit| limit.keep)
}

/// Revokes the oldest grants of a user to a client beyond the limit, after a new one.
#[boxed]
pub async fn revoke_surplus_grants(
    core: &Core,
    tx: &WriteTx,
    user: UserId,
    client: &ClientId,
    with_refresh: bool,
) -> Result<(), StoreError> {
    let Some(limit) = grant_limit(core, with_refresh) else {
        return Ok(());
    };
    let kind = (with_refresh, limit.keep);
    let revoked = repo::grants::revoke_surplus(tx, user, client, kind, core.now()).await?;
    if revoked > 0 {
        tracing::info!(
            %user, client_id = %client, revoked,
            "oldest grants revoked: more than limits.grants_per_client"
        );
    }
    Ok(())
}

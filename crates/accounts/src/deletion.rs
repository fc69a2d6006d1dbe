//! Deletion of accounts: requested, delayed, cancelled or executed.

use doorward_domain::model::mail::MailContent;
use doorward_domain::model::{AuditKind, EmailPurpose, EndReason, RevokeReason, User, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_rules::identifier;
use doorward_services::access_end::{self, EndingAccess};
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_services::context::{Accounts, Core, Delivery};
use doorward_services::error::{FlowError, ServerError};
use doorward_services::names::ADMINISTRATION_LOCK;
use doorward_services::signed_in::SignedIn;
use doorward_services::transaction::{in_exclusive_transaction, in_plain_transaction};
use doorward_services::{email_link, factors};
use doorward_store::{StoreError, WriteTx, repo};

use super::sole_role::{SoleRole, find_sole_role};

/// Maximum number of accounts that one query reads.
const MAX_BATCH: u64 = 100;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeletionError {
    /// Reauthentication is required (ASVS 5.0 §7.5.3).
    NotFresh,
    /// The typed text is not the user name.
    OtherName,
    /// The user has a role that no other user has.
    Needed(SoleRole),
}

/// Schedules the deletion of the account and mails its time. Revokes all access except this
/// session, in which the user can cancel the deletion.
pub async fn request(
    core: &Core,
    delivery: &Delivery,
    accounts: &Accounts,
    signed_in: &SignedIn,
    typed: &str,
    caller: &Caller,
) -> Result<(), FlowError<DeletionError>> {
    factors::require_fresh(core, accounts, signed_in, DeletionError::NotFresh).await?;
    let user = &signed_in.user;
    let key = user.named().map_or(&user.email_key, |_| &user.username_key);
    if identifier::identifier_key(typed).as_ref() != Some(key) {
        return Err(FlowError::Rejected(DeletionError::OtherName));
    }
    let (ended, revoked) = (EndReason::EndedByOwner, RevokeReason::ByOwner);
    let access = EndingAccess {
        except: Some(signed_in.session.id),
        ..EndingAccess::all(signed_in.user.id, ended, revoked)
    };
    access_end::end_excess(&core.db, &access, core.now()).await?;
    let done = in_exclusive_transaction(&core.db, ADMINISTRATION_LOCK, async |tx| {
        let (id, now) = (signed_in.user.id, core.now());
        let due = now.saturating_add(core.config.accounts.deletion_grace);
        if !repo::users::schedule_deletion(tx, id, due).await? {
            return Ok(());
        }
        if let Some(alone) = find_sole_role(tx, id, now).await? {
            return Err(FlowError::Rejected(DeletionError::Needed(alone)));
        }
        repo::sessions::end_all_for_user(tx, id, Some(signed_in.session.id), ended, now).await?;
        repo::grants::revoke_for_user(tx, id, revoked, now).await?;
        repo::api_keys::revoke_all_for_user(tx, id, now).await?;
        repo::pending_sign_ins::remove_all(tx, id).await?;
        repo::email_sign_ins::disarm(tx, id).await?;
        // The link that reverts a change of address remains: its owner may not be the requester.
        let links = EmailPurpose::ENDED_BY_CHANGE;
        repo::email_tokens::revoke_for_user(tx, id, &links, now).await?;
        let event = caller.own_event(AuditKind::DeletionRequested, id, now);
        repo::audit::insert(tx, &event.with("due", due)).await?;
        let url = format!("{}/account/keep", core.issuer());
        let content = MailContent::Leaving { url, due };
        email_link::mail_user(core, delivery, tx, &signed_in.user, content, caller).await?;
        Ok(())
    })
    .await;
    delivery.jobs.wake();
    done
}

/// Cancels the deletion. Returns false if none was scheduled, or the account is already deleted.
pub async fn cancel(
    core: &Core,
    delivery: &Delivery,
    signed_in: &SignedIn,
    caller: &Caller,
) -> Result<bool, ServerError> {
    let kept = in_plain_transaction(&core.db, async |tx| {
        let id = signed_in.user.id;
        if !repo::users::cancel_deletion(tx, id).await? {
            return Ok(false);
        }
        let event = caller.own_event(AuditKind::DeletionCancelled, id, core.now());
        repo::audit::insert(tx, &event).await?;
        let url = format!("{}/account/password", core.issuer());
        let content = MailContent::Kept { url };
        email_link::mail_user(core, delivery, tx, &signed_in.user, content, caller).await?;
        Ok(true)
    })
    .await;
    delivery.jobs.wake();
    kept
}

/// Deletes the accounts that are due; returns their number.
pub async fn carry_out(core: &Core, delivery: &Delivery) -> Result<u64, ServerError> {
    let now = core.now();
    let mut removed = 0;
    loop {
        let due = repo::users::list_due(core.db.read(), now, MAX_BATCH).await?;
        let mut deleted = 0;
        for user in due {
            deleted += u64::from(delete(core, delivery, &user, now).await?);
        }
        removed += deleted;
        // With fewer, none are left, or other replicas are deleting them too.
        if deleted < MAX_BATCH {
            break;
        }
    }
    if removed > 0 {
        delivery.jobs.wake();
    }
    Ok(removed)
}

/// Deletes an account with all its rows, unless the deletion was cancelled. Its audit events
/// remain; they name the account by id only.
async fn delete(
    core: &Core,
    delivery: &Delivery,
    user: &User,
    now: UnixSeconds,
) -> Result<bool, ServerError> {
    in_plain_transaction(&core.db, async |tx| {
        // This statement decides: either it or `keep` finds the row in the expected state.
        if !repo::users::delete_due(tx, user.id, now).await? {
            return Ok(false);
        }
        let server = Caller::of_server(&core.random);
        let event = server
            .event(AuditKind::AccountDeleted, true, now)
            .about(user.id);
        repo::audit::insert(tx, &event).await?;
        let content = MailContent::Deleted;
        email_link::mail_user(core, delivery, tx, user, content, &server).await?;
        Ok(true)
    })
    .await
}

/// Removes registered accounts whose address was not verified in time (`accounts.unverified_ttl`),
/// with the links mailed for them; returns their number. If the deployment does not require
/// verification, such accounts may be in use: they remain, and never become due for removal.
pub async fn drop_unproved(core: &Core) -> Result<u64, ServerError> {
    let (now, ttl) = (core.now(), core.config.accounts.unverified_ttl);
    if !core.config.requires_verified_email() {
        loop {
            let forgiven = in_plain_transaction(&core.db, async |tx| {
                Ok(repo::users::forgive_unproved(tx, MAX_BATCH).await?)
            });
            if forgiven.await? < MAX_BATCH {
                return Ok(0);
            }
        }
    }
    if ttl == 0 {
        return Ok(0);
    }
    let before = now - ttl;
    let mut removed = 0;
    loop {
        let found = repo::users::list_unproved(core.db.read(), before, MAX_BATCH).await?;
        let mut dropped = 0;
        for id in found {
            // No mail is sent, because the owner of the address is unknown.
            let is_dropped =
                in_plain_transaction(
                    &core.db,
                    async |tx| Ok(drop_in(core, tx, id, before).await?),
                );
            dropped += u64::from(is_dropped.await?);
        }
        removed += dropped;
        if dropped < MAX_BATCH {
            return Ok(removed);
        }
    }
}

/// Removes one account in this transaction; returns false if its address has been verified.
pub(crate) async fn drop_in(
    core: &Core,
    tx: &WriteTx,
    id: UserId,
    before: UnixSeconds,
) -> Result<bool, StoreError> {
    // This statement decides: either it or the verification finds the row in the expected state.
    if !repo::users::delete_unproved(tx, id, before, core.now()).await? {
        return Ok(false);
    }
    let event = Caller::of_server(&core.random)
        .event(AuditKind::AccountDeleted, true, core.now())
        .about(id)
        .with("reason", "address never proved");
    repo::audit::insert(tx, &event).await?;
    Ok(true)
}

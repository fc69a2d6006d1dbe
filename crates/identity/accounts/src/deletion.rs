//! Deletion of accounts: requested, delayed, cancelled or executed.

use doorward_rules::identifier;
use doorward_services::access_end;
use doorward_services::names::ADMINISTRATION_LOCK;
use doorward_services::transaction::in_exclusive_transaction;

use super::sole_role::{SoleRole, find_sole_role};
use crate::change::{Change, in_plain_change};
use crate::prelude::*;

/// Maximum number of accounts that one query reads.
const MAX_BATCH: u64 = 100;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeletionError {
    /// Reauthentication is required (ASVS 5.0 §7.5.3).
    NotFresh,
    OtherName,
    Needed(SoleRole),
}

/// Schedules the deletion of the account and mails its time. Revokes all access except this
/// session, in which the user can cancel the deletion.
#[boxed(?Send)]
pub async fn request(
    context: &Context,
    signed_in: &SignedIn,
    typed: &str,
    caller: &Caller,
) -> FlowResult<(), DeletionError> {
    factors::require_fresh(context, signed_in, DeletionError::NotFresh).await?;
    let (core, user) = (&context.core, &signed_in.user);
    let key = user.named().map_or(&user.email_key, |_| &user.username_key);
    if identifier::identifier_key(typed).as_ref() != Some(key) {
        return Err(FlowError::Rejected(DeletionError::OtherName));
    }
    let (ended, revoked) = (EndReason::EndedByOwner, RevokeReason::ByOwner);
    let access = EndingAccess {
        except: Some(signed_in.session.id),
        ..EndingAccess::all(user.id, ended, revoked)
    };
    access_end::end_excess(&core.db, &access, core.now()).await?;
    let done = in_exclusive_transaction(&core.db, ADMINISTRATION_LOCK, async |tx| {
        let change = Change::new(context, tx, caller);
        let (id, now) = (user.id, core.now());
        let due = now.saturating_add(core.config.accounts.deletion_grace);
        if !repo::users::schedule_deletion(tx, id, due).await? {
            return Ok(());
        }
        if let Some(alone) = find_sole_role(tx, id, now).await? {
            return Err(FlowError::Rejected(DeletionError::Needed(alone)));
        }
        // The link that reverts a change of address remains: its owner may not be the requester.
        access.end(tx, now).await?;
        let event = change.own_event(AuditKind::DeletionRequested, id);
        change.record(&event.with("due", due)).await?;
        let url = change.url("/account/keep");
        Ok(change.mail(user, MailContent::Leaving { url, due }).await?)
    })
    .await;
    context.delivery.jobs.wake();
    done
}

/// Cancels the deletion. Returns false if none was scheduled, or the account is already deleted.
#[boxed(?Send)]
pub async fn cancel(context: &Context, signed_in: &SignedIn, caller: &Caller) -> Result<bool> {
    in_plain_change(context, caller, async |change| {
        let user = &signed_in.user;
        if !repo::users::cancel_deletion(change.tx, user.id).await? {
            return Ok(false);
        }
        let event = change.own_event(AuditKind::DeletionCancelled, user.id);
        change.record(&event).await?;
        let url = change.url("/account/password");
        change.mail(user, MailContent::Kept { url }).await?;
        Ok(true)
    })
    .await
}

/// Deletes the accounts that are due; returns their number.
#[boxed(?Send)]
pub async fn carry_out(context: &Context) -> Result<u64> {
    let (core, now) = (&context.core, context.core.now());
    let mut removed = 0;
    loop {
        let due = repo::users::list_due(core.db.read(), now, MAX_BATCH).await?;
        let mut deleted = 0;
        for user in due {
            deleted += u64::from(delete(context, &user, now).await?);
        }
        removed += deleted;
        // With fewer, none are left, or other replicas are deleting them too.
        if deleted < MAX_BATCH {
            break;
        }
    }
    if removed > 0 {
        context.delivery.jobs.wake();
    }
    Ok(removed)
}

/// Deletes an account with all its rows, unless the deletion was cancelled. Its audit events
/// remain; they name the account by id only.
async fn delete(context: &Context, user: &User, now: UnixSeconds) -> Result<bool> {
    let mut server = Caller::of_server(&context.core.random);
    server.lang = context.core.default_lang();
    in_plain_transaction(&context.core.db, async |tx| {
        // This statement decides: either it or `keep` finds the row in the expected state.
        if !repo::users::delete_due(tx, user.id, now).await? {
            return Ok(false);
        }
        let change = Change::new(context, tx, &server);
        let event = change.event(AuditKind::AccountDeleted, true);
        change.record(&event.about(user.id)).await?;
        change.mail(user, MailContent::Deleted).await?;
        Ok(true)
    })
    .await
}

/// Removes registered accounts whose address was not verified in time (`accounts.unverified_ttl`),
/// with the links mailed for them; returns their number. If the deployment does not require
/// verification, such accounts may be in use: they remain, and never become due for removal.
#[boxed(?Send)]
pub async fn drop_unproved(core: &Core) -> Result<u64> {
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

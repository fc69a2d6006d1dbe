//! Deleting one's account: asked for, waited for, taken back or carried out.

use doorward_domain::model::{
    AuditKind, EmailPurpose, EndReason, RevokeReason, SubjectKind, User, UserId,
};
use doorward_domain::rules::identifier;
use doorward_domain::time::UnixSeconds;
use doorward_email::message::MailContent;
use doorward_store::{StoreError, WriteTx, repo};

use super::email_link;
use super::names::ADMINISTRATION_LOCK;
use super::second_factor::factors;
use super::signed_in::SignedIn;
use super::sole_role::{SoleRole, left_alone};
use super::transaction::{in_transaction, in_write_alone};
use crate::caller::{AuditEventExt as _, Caller};
use crate::error::{FlowError, ServerError};
use crate::state::State;

/// How many accounts one sweep deletes at most.
const AT_ONCE: u64 = 100;

/// Why an account does not go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The person has to prove themselves once more first (SE-7).
    NotFresh,
    /// What was typed is not the user name.
    OtherName,
    /// Nobody else looks after something.
    Needed(SoleRole),
}

/// Asks for the account to be deleted; says when it goes. Everything that could use it ends now,
/// but this session, in which its owner may change their mind.
///
/// # Errors
/// A [`Refusal`].
pub async fn request(
    state: &State,
    who: &SignedIn,
    typed: &str,
    caller: &Caller,
) -> Result<(), FlowError<Refusal>> {
    if !factors::is_fresh(state, who).await? {
        return Err(FlowError::Rejected(Refusal::NotFresh));
    }
    if identifier::username_key(typed).ok().as_deref() != Some(&who.user.username_key) {
        return Err(FlowError::Rejected(Refusal::OtherName));
    }
    let done = in_write_alone(&state.db, ADMINISTRATION_LOCK, async |tx| {
        let (id, now) = (who.user.id, state.now());
        let due = now.saturating_add(state.config.accounts.deletion_grace);
        if !repo::users::schedule_deletion(tx, id, due).await? {
            return Ok(());
        }
        if let Some(alone) = left_alone(tx, id, now).await? {
            repo::users::cancel_deletion(tx, id).await?;
            return Err(FlowError::Rejected(Refusal::Needed(alone)));
        }
        let (ended, revoked) = (EndReason::EndedByOwner, RevokeReason::ByOwner);
        repo::sessions::end_all_for_user(tx, id, Some(who.session.id), ended, now).await?;
        repo::grants::revoke_for_user(tx, id, revoked, now).await?;
        repo::api_keys::revoke_all_for_user(tx, id, now).await?;
        repo::pending_sign_ins::remove_all(tx, id).await?;
        repo::email_sign_ins::disarm(tx, id).await?;
        // The way back of a former address stays: its owner may not be who asks.
        let links = EmailPurpose::ENDED_BY_CHANGE;
        repo::email_tokens::revoke_for_user(tx, id, &links, now).await?;
        let event = caller
            .event(AuditKind::DeletionRequested, true, now)
            .by(id)
            .about(id);
        repo::audit::insert(tx, &event.with("due", due)).await?;
        let url = format!("{}/account/keep", state.issuer());
        let content = MailContent::Leaving { url, due };
        email_link::enqueue_mail(state, tx, &who.user, &who.user.email, content, caller).await?;
        Ok(())
    })
    .await;
    state.jobs.wake();
    done
}

/// Keeps the account. False when there was nothing to take back: it stays anyway, or is gone.
pub async fn keep(state: &State, who: &SignedIn, caller: &Caller) -> Result<bool, ServerError> {
    let kept: Result<bool, FlowError> = in_transaction(&state.db, async |tx| {
        let id = who.user.id;
        if !repo::users::cancel_deletion(tx, id).await? {
            return Ok(false);
        }
        let event = caller
            .event(AuditKind::DeletionCancelled, true, state.now())
            .by(id)
            .about(id);
        repo::audit::insert(tx, &event).await?;
        let url = format!("{}/account/password", state.issuer());
        let content = MailContent::Kept { url };
        email_link::enqueue_mail(state, tx, &who.user, &who.user.email, content, caller).await?;
        Ok(true)
    })
    .await;
    state.jobs.wake();
    kept.map_err(FlowError::into_fault)
}

/// Deletes the accounts whose time has come; says how many.
pub async fn carry_out(state: &State) -> Result<u64, ServerError> {
    let now = state.now();
    let mut gone = 0;
    loop {
        let due = repo::users::list_due(state.db.read(), now, AT_ONCE).await?;
        let mut deleted = 0;
        for user in due {
            deleted += u64::from(delete(state, &user, now).await?);
        }
        gone += deleted;
        // With fewer, all are gone, or other replicas are at it too.
        if deleted < AT_ONCE {
            break;
        }
    }
    if gone > 0 {
        state.jobs.wake();
    }
    Ok(gone)
}

/// Deletes one account with all its rows, unless its owner kept it meanwhile. What the audit log
/// says about it stays; it names the account by its id alone.
async fn delete(state: &State, user: &User, now: UnixSeconds) -> Result<bool, ServerError> {
    let done: Result<bool, FlowError> = in_transaction(&state.db, async |tx| {
        // The verdict: of this and `keep`, one finds the row as it wants it.
        if !repo::users::delete_due(tx, user.id, now).await? {
            return Ok(false);
        }
        repo::roles::unassign_all(tx, SubjectKind::User, &user.id.to_string()).await?;
        let server = Caller::default();
        let event = server
            .event(AuditKind::AccountDeleted, true, now)
            .about(user.id);
        repo::audit::insert(tx, &event).await?;
        email_link::enqueue_mail(state, tx, user, &user.email, MailContent::Deleted, &server)
            .await?;
        Ok(true)
    })
    .await;
    done.map_err(FlowError::into_fault)
}

/// Removes the accounts that were registered and whose address was never proved
/// (`accounts.unverified_ttl`), with the links that were mailed for them; says how many. Where nobody
/// has to prove an address, whoever owed it may have used the account since, and stays.
pub async fn drop_unproved(state: &State) -> Result<u64, ServerError> {
    let (now, life) = (state.now(), state.config.accounts.unverified_ttl);
    if !state.config.requires_verified_email() {
        let done: Result<u64, FlowError> = in_transaction(&state.db, async |tx| {
            Ok(repo::users::forgive_unproved(tx).await?)
        })
        .await;
        done.map_err(FlowError::into_fault)?;
        return Ok(0);
    }
    if life == 0 {
        return Ok(0);
    }
    let before = now - life;
    let mut gone = 0;
    loop {
        let found = repo::users::list_unproved(state.db.read(), before, AT_ONCE).await?;
        let mut dropped = 0;
        for id in found {
            dropped += u64::from(drop_one(state, id, before).await?);
        }
        gone += dropped;
        if dropped < AT_ONCE {
            return Ok(gone);
        }
    }
}

/// Nobody is told: whose address it is, nobody knows.
async fn drop_one(state: &State, id: UserId, before: UnixSeconds) -> Result<bool, ServerError> {
    let done: Result<bool, FlowError> = in_transaction(&state.db, async |tx| {
        Ok(drop_in(tx, id, before, state.now()).await?)
    })
    .await;
    done.map_err(FlowError::into_fault)
}

/// Removes one in this transaction; says whether it still owed the proof.
pub(crate) async fn drop_in(
    tx: &WriteTx,
    id: UserId,
    before: UnixSeconds,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    // The verdict: of this and the proof, one finds the row as it wants it.
    if !repo::users::delete_unproved(tx, id, before).await? {
        return Ok(false);
    }
    repo::roles::unassign_all(tx, SubjectKind::User, &id.to_string()).await?;
    let event = Caller::default()
        .event(AuditKind::AccountDeleted, true, now)
        .about(id)
        .with("reason", "address never proved");
    repo::audit::insert(tx, &event).await?;
    Ok(true)
}

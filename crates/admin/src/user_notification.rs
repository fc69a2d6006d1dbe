//! Consequences of a change of an account, in the transaction of the change: revokes its access and
//! notifies its user.

use doorward_domain::model::mail::{MailContent, SecurityNotification, hidden};
use doorward_domain::model::{EmailPurpose, EndReason, RevokeReason, User, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_services::access_end::EndingAccess;
use doorward_services::caller::Caller;
use doorward_services::error::ServerError;
use doorward_services::outbox::MailOutbox;
use doorward_store::{StoreError, WriteTx, repo};

use super::operator::{AdminContext, Result};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum UserNotification {
    PasswordChanged,
    /// A second factor or a linked account was removed.
    Removed(SecurityNotification),
    SwitchedOff,
    /// The account now has this address.
    Moved(String),
}

impl UserNotification {
    fn content(self, issuer: &str) -> MailContent {
        match self {
            Self::PasswordChanged => MailContent::PasswordChanged {
                url: format!("{issuer}/forgot-password"),
            },
            Self::Removed(notice) => MailContent::Notice {
                notice,
                url: format!("{issuer}/account/secure"),
            },
            Self::SwitchedOff => MailContent::SwitchedOff,
            Self::Moved(address) => MailContent::Changed {
                address: hidden(&address),
                url: None,
            },
        }
    }
}

/// Enqueues a notification to the former address. It does not contain the location of the administrator.
pub(super) async fn enqueue(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    owner: &User,
    notification: UserNotification,
) -> Result<()> {
    if let Some(outbox) = &context.outbox {
        let content = notification.content(outbox.issuer());
        post(context, outbox, tx, owner, content).await?;
    }
    Ok(())
}

pub(super) async fn post(
    context: &AdminContext<'_>,
    outbox: &MailOutbox<'_>,
    tx: &WriteTx,
    owner: &User,
    content: MailContent,
) -> Result<(), ServerError> {
    let anonymous = Caller::of_server(&context.random);
    outbox
        .enqueue(tx, owner, &owner.email, content, &anonymous, context.now())
        .await
}

pub(super) async fn follow_up(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    before: &User,
    after: &User,
) -> Result<()> {
    if before.email != after.email {
        // Links sent to the former address must not work any more.
        let dead = EmailPurpose::ENDED_BY_CHANGE;
        repo::email_tokens::revoke_for_user(tx, before.id, &dead, context.now()).await?;
        enqueue(
            context,
            tx,
            before,
            UserNotification::Moved(after.email.clone()),
        )
        .await?;
    }
    if before.is_active() && !after.is_active() {
        enqueue(context, tx, before, UserNotification::SwitchedOff).await?;
    }
    Ok(())
}

/// Revokes all access of an account: sessions, pending sign-ins, grants, API keys and mail links.
/// The link that reverts a change of address remains, because it protects the user.
pub(super) async fn revoke_all_access(
    tx: &WriteTx,
    id: UserId,
    reason: EndReason,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    let access = EndingAccess::all(id, reason, RevokeReason::Administrator);
    access.end(tx, now).await
}

pub(super) async fn remove_factors(tx: &WriteTx, id: UserId) -> Result<bool, StoreError> {
    repo::recovery_codes::remove_all(tx, id).await?;
    let passkeys = repo::passkeys::remove_all(tx, id).await?;
    let had_app = repo::totp_factors::remove(tx, id).await?;
    Ok(had_app || passkeys > 0)
}

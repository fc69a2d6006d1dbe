//! Links that an administrator mails to a user.

use doorward_accounts::passkey::by_link;
use doorward_domain::model::mail::MailContent;
use doorward_domain::model::{EmailPurpose, EndReason};
use doorward_rules::email_link::{BY_ADMINISTRATOR, FIRST_PASSWORD};
use doorward_services::email_link;
use doorward_services::outbox::MailOutbox;

use crate::invitations::{window, within};
use crate::prelude::*;
use crate::recover::Recovery;
use crate::user_change::audit_details;
use crate::user_notification::{end_excess, post, revoke_all_access};
use crate::users::{NewUser, check_creation, create_in, get_in};

/// Creates an account and mails the user a link to choose the first password, which no administrator
/// learns. The flag is false without working mail.
#[boxed(?Send)]
pub async fn invite(context: &AdminContext<'_>, new: NewUser) -> Result<(User, bool)> {
    check_creation(context, &new)?;
    let tx = context.begin().await?;
    let user = create_in(context, &tx, new).await?;
    let mailed = mail_first_password(context, &tx, &user).await?;
    // A repeated response has the flag.
    let flag = mailed.to_string();
    context.record_response(&tx, user.id, Some(&flag)).await?;
    context.commit(tx).await?;
    Ok((user, mailed))
}

/// Creates an account like [`invite`]. Without working mail it returns the link, which the operator
/// hands over; then its use does not prove the address.
pub async fn create_with_link(
    context: &AdminContext<'_>,
    new: NewUser,
) -> Result<(User, Option<Recovery>)> {
    check_creation(context, &new)?;
    let tx = context.begin().await?;
    let user = create_in(context, &tx, new).await?;
    let link = if mail_first_password(context, &tx, &user).await? {
        None
    } else {
        let (purpose, now, ttl) = (EmailPurpose::Replace, context.now(), FIRST_PASSWORD);
        let rng = context.rng();
        let token =
            email_link::create_with_ttl(&tx, &user, purpose, &user.email, now, ttl, rng).await?;
        let expires_at = context.now() + FIRST_PASSWORD;
        let event = context.event(AuditKind::UserChanged, user.id, "password link created");
        repo::audit::insert(&tx, &event.with("expires_at", expires_at)).await?;
        Some(Recovery { token, expires_at })
    };
    context.record_response(&tx, user.id, None).await?;
    context.commit(tx).await?;
    Ok((user, link))
}

async fn mail_first_password(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    user: &User,
) -> Result<bool> {
    let Some(outbox) = context.outbox.filter(MailOutbox::can_go) else {
        return Ok(false);
    };
    let (purpose, now, ttl) = (EmailPurpose::Reset, context.now(), FIRST_PASSWORD);
    let rng = context.rng();
    let token = email_link::create_with_ttl(tx, user, purpose, &user.email, now, ttl, rng).await?;
    let url = link(&outbox, "reset-password", &token);
    post(context, &outbox, tx, user, MailContent::Welcome { url }).await?;
    Ok(true)
}

fn link(outbox: &MailOutbox<'_>, page: &str, token: &OpaqueToken) -> String {
    let (issuer, token) = (outbox.issuer(), token.expose());
    format!("{issuer}/{page}?token={token}")
}

/// Mails a user a link to register a passkey on a device of theirs: administrators cannot register
/// one for them. Existing access is not revoked.
#[boxed(?Send)]
pub async fn mail_passkey_link(context: &AdminContext<'_>, id: UserId) -> Result<()> {
    let tx = context.begin().await?;
    let user = get_in(context, &tx, id).await?;
    if !context.settings.has_passkeys() {
        return Err(AdminError::invalid("id", "there are no passkeys here"));
    }
    let outbox = context.working_outbox()?;
    if !user.is_active() {
        let problem = "the account is disabled; enable it first";
        return Err(AdminError::invalid("id", problem));
    }
    if !by_link::can_add_by_link(&tx, &user).await? {
        let problem = "the account has a second factor; its owner adds passkeys after signing in";
        return Err(AdminError::invalid("id", problem));
    }
    let purpose = EmailPurpose::Passkey;
    within_limit(context, &outbox, &tx, &user, purpose).await?;
    let (now, rng) = (context.now(), context.rng());
    let token = email_link::create(&tx, &user, purpose, &user.email, now, rng).await?;
    let url = link(&outbox, "add-passkey", &token);
    let content = MailContent::PasskeyLink { url };
    post(context, &outbox, &tx, &user, content).await?;
    let event = context.event(AuditKind::UserChanged, id, "passkey link mailed");
    context.commit_with(tx, &event).await
}

/// Removes the password, revokes all access of the account, and mails the user a link to choose
/// another password, which no administrator learns.
#[boxed(?Send)]
pub async fn reset_password(context: &AdminContext<'_>, id: UserId) -> Result<()> {
    end_excess(context, id, EndReason::PasswordChanged).await?;
    let tx = context.begin().await?;
    let mut user = get_in(context, &tx, id).await?;
    let outbox = context.working_outbox()?;
    if !user.is_active() {
        let problem = "the account is disabled; enable it first";
        return Err(AdminError::invalid("id", problem));
    }
    let (now, before) = (context.now(), audit_details(&user));
    let purpose = EmailPurpose::Reset;
    if user.password_hash.is_none() {
        // The former password has ended, so this only mails the link again.
        within_limit(context, &outbox, &tx, &user, purpose).await?;
    }
    user.password_hash = None;
    user.password_withdrawn_at = None;
    user.password_changed_at = Some(now);
    user.updated_at = now;
    repo::users::update(&tx, &user).await?;
    repo::login_failures::unlock(&tx, id, now).await?;
    revoke_all_access(&tx, id, EndReason::PasswordChanged, now).await?;
    // Anonymous requests may have exhausted the hourly limit of this address.
    let token = email_link::create(&tx, &user, purpose, &user.email, now, context.rng()).await?;
    let url = link(&outbox, "reset-password", &token);
    post(context, &outbox, &tx, &user, MailContent::Reset { url }).await?;
    let event = context.event(AuditKind::UserChanged, id, "password reset");
    let event = difference(event, &before, &audit_details(&user));
    context.commit_with(tx, &event).await
}

async fn within_limit(
    context: &AdminContext<'_>,
    outbox: &MailOutbox<'_>,
    tx: &WriteTx,
    user: &User,
    purpose: EmailPurpose,
) -> Result<()> {
    let limit = outbox.scaled(BY_ADMINISTRATOR);
    let since = context.now() - window(limit);
    let sent = repo::email_tokens::times_since(tx, user.id, purpose, since, limit.quota).await?;
    within(limit, &sent, since)
}

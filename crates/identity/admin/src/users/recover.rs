//! Access from the machine itself: recovery for an administrator who has lost e-mail, second factor
//! and password, and a link that signs an administrator in.

use doorward_domain::model::{EmailPurpose, EndReason};
use doorward_rules::email_link;
use doorward_services::email_link as email_links;

use crate::prelude::*;
use crate::user_change::audit_details;
use crate::user_notification::{self, end_excess, enqueue, password_changed, revoke_all_access};
use crate::users::{self, get_in};

/// A link that the operator hands over, which works once.
#[derive(Debug)]
pub struct Recovery {
    pub token: OpaqueToken,
    pub expires_at: UnixSeconds,
}

/// Enables the account of an administrator, removes its password, factors and access, and creates a link
/// that sets a new password. Only a notification is mailed; the operator hands the link over.
#[boxed(?Send)]
pub async fn administrator(context: &AdminContext<'_>, user: &User) -> Result<Recovery> {
    let now = context.now();
    end_excess(context, user.id, EndReason::Administrator).await?;
    let tx = context.begin().await?;
    let mut user = get_in(context, &tx, user.id).await?;
    let before = audit_details(&user);
    user.disabled_at = None;
    user.password_hash = None;
    user.password_withdrawn_at = None;
    user.password_changed_at = Some(now);
    user.updated_at = now;
    repo::users::update(&tx, &user).await?;
    let roles = repo::roles::effective_for_user(&tx, user.id, now).await?;
    if !roles.roles.contains(ADMIN_ROLE) {
        let helps = "use `doorward user set-password` and `doorward user reset-mfa`";
        return Err(no_administrator(&user, helps));
    }
    revoke_all_access(&tx, user.id, EndReason::Administrator, now).await?;
    let had_factor = user_notification::remove_factors(&tx, user.id).await?;
    let purpose = EmailPurpose::Reset;
    let expires_at = now + email_link::ttl(purpose);
    let token = email_links::create(&tx, &user, purpose, &user.email, now, context.rng()).await?;
    let event = context.event(AuditKind::UserChanged, user.id, "recovered");
    let event =
        difference(event, &before, &audit_details(&user)).with("factor_removed", had_factor);
    repo::audit::insert(&tx, &event).await?;
    enqueue(context, &tx, &user, password_changed(context)).await?;
    context.commit(tx).await?;
    Ok(Recovery { token, expires_at })
}

/// Returns the administrator for whom a command acts, whom the audit log names.
#[boxed(?Send)]
pub async fn acting_administrator(context: &AdminContext<'_>, name: &str) -> Result<User> {
    context.must_administer()?;
    let user = users::get(context, name).await?;
    let (read, now) = (context.db.read(), context.now());
    let roles = repo::roles::effective_for_user(read, user.id, now).await?;
    if !roles.roles.contains(ADMIN_ROLE) {
        return Err(no_administrator(&user, "name an administrator"));
    }
    if !user.is_active() || user.is_deletion_pending() {
        let problem = "the account is disabled, or will be deleted; name another administrator";
        return Err(AdminError::invalid("user", problem));
    }
    Ok(user)
}

fn no_administrator(user: &User, helps: &str) -> AdminError {
    let name = user.login_identifier();
    let problem = format!("{name} does not hold the role {ADMIN_ROLE}; {helps}");
    AdminError::invalid("user", problem)
}

/// Creates a link that signs an administrator in within `ttl` seconds, instead of the password. A
/// newer one replaces it, and a change of a credential or of the address ends it. Nothing of the
/// account changes; its second factor is asked for.
#[boxed(?Send)]
pub async fn sign_in_link(context: &AdminContext<'_>, user: &User, ttl: i64) -> Result<Recovery> {
    context.must_administer()?;
    let now = context.now();
    let tx = context.begin().await?;
    let user = get_in(context, &tx, user.id).await?;
    let roles = repo::roles::effective_for_user(&tx, user.id, now).await?;
    if !roles.roles.contains(ADMIN_ROLE) {
        return Err(no_administrator(&user, "name an administrator"));
    }
    if !user.is_active() {
        let problem = "the account is disabled; use `doorward user enable`";
        return Err(AdminError::invalid("user", problem));
    }
    let (purpose, rng) = (EmailPurpose::Operator, context.rng());
    let token =
        email_links::create_with_ttl(&tx, &user, purpose, &user.email, now, ttl, rng).await?;
    let expires_at = now + ttl;
    let event = context.event(AuditKind::UserChanged, user.id, "sign-in link created");
    context
        .commit_with(tx, &event.with("expires_at", expires_at))
        .await?;
    Ok(Recovery { token, expires_at })
}

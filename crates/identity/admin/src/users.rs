//! Accounts of users: creates, finds, changes and deletes them.

pub mod bulk;
pub mod bulk_selection;
pub mod bulk_step;
pub mod copies;
pub mod credential_export;
pub mod exports;
pub mod lockouts;
pub mod merging;
pub mod offboarding;
pub mod operations;
pub mod passwords;
pub mod personal_data;
pub mod recover;
pub mod responsibilities;
pub mod sessions;
pub mod staff;
pub mod support_codes;
pub mod user_change;
pub mod user_factors;
pub mod user_links;
pub mod user_notification;
pub mod user_search;

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::model::mail::{MailContent, SecurityNotification};
use doorward_domain::model::{EndReason, LastLogin, OrgScope, Profile};
use doorward_rules::delegation::{DelegationDenial, DelegationRule};
use doorward_rules::identifier;
use doorward_rules::profile::{self, Field};
use doorward_services::access_end::{EndedAccess, end_links};
use doorward_store::repo::affected::Object;
use doorward_store::repo::totp_factors::FactorInventory;

use self::user_change::{
    UserChange, audit_details, changed, check_free_choice, email_key, profile_name, profile_text,
    role_names, username_key, with_ownerless,
};
use self::user_notification::{end_excess, enqueue, password_changed, removed, revoke_all_access};
use crate::affected::{access_of, named_access};
use crate::authority::Authority;
use crate::prelude::*;
use crate::role_rules::Subject;
use crate::roles::{NewAssignment, assign_in};
use crate::{organizations, profile_fields, role_rules};

#[derive(Debug, Clone)]
pub struct NewUser {
    /// The user name as displayed; empty for an account without one.
    pub username: String,
    pub email: String,
    pub email_verified: bool,
    /// PHC string (see [`self::passwords`]); `None` for an account without a password.
    pub password_hash: Option<String>,
    pub profile: Profile,
    pub is_staff: bool,
    /// Roles to assign globally and without expiry.
    pub roles: Vec<String>,
}

#[boxed(?Send)]
pub async fn create(context: &AdminContext<'_>, new: NewUser) -> Result<User> {
    check_creation(context, &new)?;
    let tx = context.begin().await?;
    let user = create_in(context, &tx, new).await?;
    context.record_response(&tx, user.id, None).await?;
    tx.commit().await?;
    Ok(user)
}

pub(super) fn check_creation(context: &AdminContext<'_>, new: &NewUser) -> Result<()> {
    context.require_global("users:write")?;
    check_staff_flag(context, new.is_staff)
}

/// Requires the role `admin` to mark a user as staff.
fn check_staff_flag(context: &AdminContext<'_>, is_staff: bool) -> Result<()> {
    let is_missing = |own: &Authority| is_staff && !own.held.roles.contains(ADMIN_ROLE);
    let denial = || DelegationDenial::missing(DelegationRule::MoreThanHeld, ADMIN_ROLE);
    context.reject_if(is_missing, denial)
}

/// Returns the account with exactly this user name, e-mail address or id, if it is in reach.
#[boxed(?Send)]
pub async fn find(context: &AdminContext<'_>, name: &str) -> Result<Option<User>> {
    context.need("users:read")?;
    let found = match get(context, name.trim()).await {
        Ok(user) => user,
        Err(AdminError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_in_reach = context.reaches_user(context.db.read(), found.id).await?;
    Ok(is_in_reach.then_some(found))
}

/// Returns the account with exactly this user name, e-mail address or ID.
pub(super) async fn named(context: &AdminContext<'_>, name: &str) -> Result<User> {
    let found = find(context, name).await?;
    found.ok_or_else(|| AdminError::not_found("user", name))
}

/// Returns the names of those that are in reach.
#[boxed(?Send)]
pub async fn names(
    context: &AdminContext<'_>,
    ids: BTreeSet<UserId>,
) -> Result<BTreeMap<UserId, String>> {
    let found = user_search::find_many(context, ids).await?;
    let named = found.into_iter().map(|user| (user.id, user.display_name()));
    Ok(named.collect())
}

/// Returns the account with this id, for the API.
#[boxed(?Send)]
pub async fn read(context: &AdminContext<'_>, id: &str) -> Result<User> {
    context.need("users:read")?;
    let not_found = || AdminError::not_found("user", id);
    let known = UserId::parse(id).ok_or_else(not_found)?;
    if !context.reaches_user(context.db.read(), known).await? {
        return Err(not_found());
    }
    let found = repo::users::find_by_id(context.db.read(), known).await?;
    found.ok_or_else(not_found)
}

#[boxed(?Send)]
pub async fn factors(context: &AdminContext<'_>, user: &User) -> Result<FactorInventory> {
    context.need("users:read")?;
    Ok(repo::totp_factors::inventory(context.db.read(), user.id).await?)
}

#[boxed(?Send)]
pub async fn update(context: &AdminContext<'_>, id: &str, change: UserChange) -> Result<User> {
    let (user, _) = update_and_count(context, id, change).await?;
    Ok(user)
}

/// Changes an account. Returns what ended if the change disables it.
pub(super) async fn update_and_count(
    context: &AdminContext<'_>,
    id: &str,
    change: UserChange,
) -> Result<(User, EndedAccess)> {
    let now = context.now();
    let id = read(context, id).await?.id;
    let mut ended = EndedAccess::default();
    if change.disabled == Some(true) {
        ended = end_excess(context, id, EndReason::Administrator).await?;
    }
    let tx = context.begin().await?;
    let before = find_changeable(context, &tx, id).await?;
    let is_raised = change.is_staff == Some(true) && !before.is_staff;
    check_staff_flag(context, is_raised)?;
    let is_silent = change.notify == Some(false);
    if is_silent {
        context.must_administer()?;
    }
    context.unchanged(&before)?;
    let mut after = changed(&before, &change, context)?;
    if after.email_key != before.email_key {
        context.check_lasting_power_over_user(&tx, id).await?;
    }
    let fields = profile_fields::set_in(&tx, id, &change.fields).await?;
    if !fields.is_empty() {
        // The version of the account depends on this time, not on the values.
        after.updated_at = now.max(before.updated_at.saturating_add(1));
    }
    let updated = repo::users::update(&tx, &after).await;
    updated.map_err(|error| to_error(error, &after))?;
    if change.disabled == Some(true) {
        ended = ended + revoke_all_access(&tx, id, EndReason::Administrator, now).await?;
        role_rules::require_remaining_admin(context, &tx).await?;
    }
    user_notification::follow_up(context, &tx, &before, &after, !is_silent).await?;
    let event = context.event(AuditKind::UserChanged, id, "changed");
    let event = event.with_optional("notified", is_silent.then_some(false));
    let mut event = difference(event, &audit_details(&before), &audit_details(&after));
    if !fields.is_empty() {
        // The names only: values are personal data.
        event = event.with("fields", fields);
    }
    if change.disabled == Some(true) {
        event = with_ownerless(&tx, id, event).await?;
        event = event.with("ended", json!(ended));
    }
    let profile = profile::changes(&before.profile, &after.profile);
    if !profile.is_empty() {
        event = event.with("profile", profile);
    }
    context.commit_with(tx, &event).await?;
    Ok((after, ended))
}

pub(super) fn to_error(error: StoreError, user: &User) -> AdminError {
    let is_conflict = |columns: &[&str]| columns.iter().any(|name| error.is_conflict_on(name));
    if is_conflict(&["username_key", "username_skeleton"]) {
        AdminError::conflict("user", &user.username)
    } else if is_conflict(&["email_key"]) {
        AdminError::conflict("user with the address", &user.email)
    } else {
        error.into()
    }
}

/// Returns the account to change, in the version that the administrator has seen.
pub(super) async fn get_in(context: &AdminContext<'_>, tx: &WriteTx, id: UserId) -> Result<User> {
    let user = find_changeable(context, tx, id).await?;
    context.unchanged(&user)?;
    Ok(user)
}

/// Returns the account to change. Rejects the administrator's own account and more powerful users.
async fn find_changeable(context: &AdminContext<'_>, tx: &WriteTx, id: UserId) -> Result<User> {
    context.require_global("users:write")?;
    // The row is locked because an update writes back every field.
    let found = repo::users::find_locked(tx, id).await?;
    let user = found.ok_or_else(|| AdminError::not_found("user", &id))?;
    // Users change their own account on its pages, which require reauthentication.
    context.not_oneself(id)?;
    context.check_power_over_user(tx, id).await?;
    Ok(user)
}

/// Creates a user in a transaction of the caller, who has checked the permission.
#[boxed(?Send)]
pub async fn create_in(context: &AdminContext<'_>, tx: &WriteTx, new: NewUser) -> Result<User> {
    let (user, roles) = build(context, new)?;
    let inserted = repo::users::insert(tx, &user).await;
    inserted.map_err(|error| to_error(error, &user))?;
    let event = context.event(AuditKind::UserChanged, user.id, "created");
    repo::audit::insert(tx, &event).await?;
    for role in roles {
        let subject = Subject::User(user.id);
        let new = NewAssignment {
            subject,
            role,
            org: None,
            expires_at: None,
            active: true,
        };
        assign_in(context, tx, new).await?;
    }
    Ok(user)
}

fn build(context: &AdminContext<'_>, new: NewUser) -> Result<(User, Vec<String>)> {
    let now = context.now();
    let username_key = username_key(context, &new.username)?;
    check_free_choice(context, &username_key)?;
    let email_key = email_key(context, &new.email)?;
    let mut profile = new.profile;
    for (field, name) in [
        ("first_name", &mut profile.given_name),
        ("last_name", &mut profile.family_name),
    ] {
        if let Some(typed) = name {
            *name = profile_name(context, field, typed, None)?;
        }
    }
    if let Some(url) = &profile.profile_url {
        profile.profile_url = profile_text(Field::ProfileUrl, url, now)?;
    }
    let user = User {
        id: UserId::generate(now, &mut context.rng()),
        username: username_key.clone(),
        username_key,
        email: new.email.trim().to_owned(),
        email_key,
        email_verified: new.email_verified,
        password_changed_at: new.password_hash.is_some().then_some(now),
        password_hash: new.password_hash,
        profile,
        is_staff: new.is_staff,
        disabled_at: None,
        deletion_due_at: None,
        password_change_required: false,
        password_withdrawn_at: None,
        last_login: LastLogin::default(),
        created_at: now,
        updated_at: now,
    };
    Ok((user, role_names(new.roles)?))
}

/// Returns the effective roles of these users in any organization.
#[boxed(?Send)]
pub async fn roles(
    context: &AdminContext<'_>,
    users: &[User],
) -> Result<BTreeMap<UserId, BTreeSet<String>>> {
    let (read, now) = (context.db.read(), context.now());
    let ids = users.iter().map(|user| user.id);
    let found = repo::roles::effective_for_users_in(read, ids, OrgScope::Any, now).await?;
    let names = found.into_iter().map(|(id, held)| (id, held.roles));
    Ok(names.collect())
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, name: &str) -> Result<User> {
    let found = match UserId::parse(name) {
        Some(id) => repo::users::find_by_id(context.db.read(), id).await?,
        None => match identifier::identifier_key(name) {
            Some(key) => repo::users::find_by_identifier(context.db.read(), &key).await?,
            None => None,
        },
    };
    found.ok_or_else(|| AdminError::not_found("user", name))
}

/// Returns the ID of a user by ID or, if the administrator may read users, by login identifier.
#[boxed(?Send)]
pub async fn named_id(context: &AdminContext<'_>, name: &str) -> Result<UserId> {
    if let Some(id) = UserId::parse(name) {
        return Ok(id);
    }
    context.need("users:read")?;
    let found = get(context, name).await?.id;
    if context.reaches_user(context.db.read(), found).await? {
        return Ok(found);
    }
    Err(AdminError::not_found("user", name))
}

/// Returns the ID of a user that a member may name, as [`named_id`].
pub(super) async fn optional_id(
    context: &AdminContext<'_>,
    name: Option<&str>,
) -> Result<Option<UserId>> {
    match name {
        Some(name) => named_id(context, name).await.map(Some),
        None => Ok(None),
    }
}

/// Sets a password and revokes all access that the old one gave. Only for the command line.
pub async fn set_password(
    context: &AdminContext<'_>,
    id: UserId,
    password_hash: String,
) -> Result<EndedAccess> {
    let now = context.now();
    let excess = end_excess(context, id, EndReason::PasswordChanged).await?;
    change(context, id, "password set", async |tx, user| {
        user.password_hash = Some(password_hash);
        user.password_changed_at = Some(now);
        user.password_change_required = false;
        user.password_withdrawn_at = None;
        repo::login_failures::unlock(tx, id, now).await?;
        let ended = revoke_all_access(tx, id, EndReason::PasswordChanged, now).await?;
        Ok((password_changed(context), Some(excess + ended)))
    })
    .await
}

/// Withdraws a password: it does not sign in any more, and the user sets another one by mail. Ends the
/// access that it gave, unless `keeps_access`.
///
/// # Errors
/// Returns `MailDisabled` without working mail: the user could not set another one.
pub(super) async fn require_new_password(
    context: &AdminContext<'_>,
    id: UserId,
    (keeps_access, is_notified): (bool, bool),
) -> Result<()> {
    let (now, reason) = (context.now(), EndReason::PasswordChanged);
    let url = format!("{}/forgot-password", context.working_outbox()?.issuer());
    let excess = if keeps_access {
        EndedAccess::default()
    } else {
        end_excess(context, id, reason).await?
    };
    let required = change(context, id, "new password required", async |tx, user| {
        user.password_withdrawn_at = Some(now);
        let ended = if keeps_access {
            end_links(tx, id, now).await?;
            repo::trusted_devices::remove_all(tx, id).await?;
            None
        } else {
            Some(excess + revoke_all_access(tx, id, reason, now).await?)
        };
        let mail = MailContent::NewPasswordRequired { url };
        Ok(((is_notified && user.is_active()).then_some(mail), ended))
    });
    required.await.map(drop)
}

pub async fn disable(context: &AdminContext<'_>, id: UserId) -> Result<EndedAccess> {
    let now = context.now();
    let excess = end_excess(context, id, EndReason::Administrator).await?;
    change(context, id, "disabled", async |tx, user| {
        let notification = user.is_active().then_some(MailContent::SwitchedOff);
        user.disabled_at = Some(user.disabled_at.unwrap_or(now));
        let ended = revoke_all_access(tx, id, EndReason::Administrator, now).await?;
        Ok((notification, Some(excess + ended)))
    })
    .await
}

/// Revoked access is not restored.
pub async fn enable(context: &AdminContext<'_>, id: UserId) -> Result<()> {
    let enabled = change(context, id, "enabled", async |_, user| {
        user.disabled_at = None;
        Ok((None, None))
    });
    enabled.await.map(drop)
}

pub async fn verify_email(context: &AdminContext<'_>, id: UserId) -> Result<()> {
    let verified = change(context, id, "email verified", async |_, user| {
        user.email_verified = true;
        Ok((None, None))
    });
    verified.await.map(drop)
}

/// Removes all factors of a user who has lost them, and all access, which the finder of a device may have.
#[boxed(?Send)]
pub async fn reset_mfa(context: &AdminContext<'_>, user: &User) -> Result<EndedAccess> {
    let (now, id) = (context.now(), user.id);
    let excess = end_excess(context, id, EndReason::FactorChanged).await?;
    let tx = context.begin().await?;
    get_in(context, &tx, id).await?;
    if !user_notification::remove_factors(&tx, id).await? {
        return Err(AdminError::not_found(
            "second factor of",
            user.login_identifier(),
        ));
    }
    let ended = excess + revoke_all_access(&tx, id, EndReason::FactorChanged, now).await?;
    let event = context.event(AuditKind::FactorRemoved, id, "reset");
    repo::audit::insert(&tx, &event.with("ended", json!(ended))).await?;
    let content = removed(context, SecurityNotification::FactorRemoved);
    enqueue(context, &tx, user, content).await?;
    context.commit(tx).await?;
    Ok(ended)
}

/// Deletes an account. Returns what ends with it.
#[boxed(?Send)]
pub async fn delete(context: &AdminContext<'_>, id: UserId) -> Result<EndedAccess> {
    let (read, now) = (context.db.read(), context.now());
    let ended = EndedAccess {
        named: named_access(read, id, now).await?,
        ..access_of(read, Object::User(id), now).await?
    };
    let tx = context.begin().await?;
    get_in(context, &tx, id).await?;
    organizations::require_owner_everywhere(&tx, id).await?;
    repo::users::delete(&tx, id, now).await?;
    role_rules::require_remaining_admin(context, &tx).await?;
    let event = context.event(AuditKind::UserChanged, id, "deleted");
    let event = event.with("ended", json!(ended));
    context.commit_with(tx, &event).await?;
    Ok(ended)
}

/// The mail about a change, and what ended with it.
type Consequences = (Option<MailContent>, Option<EndedAccess>);

async fn change(
    context: &AdminContext<'_>,
    id: UserId,
    name: &str,
    apply: impl AsyncFnOnce(&WriteTx, &mut User) -> Result<Consequences, StoreError>,
) -> Result<EndedAccess> {
    let tx = context.begin().await?;
    let mut user = get_in(context, &tx, id).await?;
    let (before, was_active) = (audit_details(&user), user.is_active());
    let (news, ended) = apply(&tx, &mut user).await?;
    user.updated_at = context.now();
    repo::users::update(&tx, &user).await?;
    if was_active && !user.is_active() {
        role_rules::require_remaining_admin(context, &tx).await?;
    }
    let event = context.event(AuditKind::UserChanged, id, name);
    let event = difference(event, &before, &audit_details(&user));
    let event = event.with_optional("ended", ended.as_ref().map(|ended| json!(ended)));
    let event = if user.is_active() {
        event
    } else {
        with_ownerless(&tx, id, event).await?
    };
    repo::audit::insert(&tx, &event).await?;
    enqueue(context, &tx, &user, news).await?;
    context.commit(tx).await?;
    Ok(ended.unwrap_or_default())
}

//! People: make, find, change and delete accounts.

use doorward_domain::model::{
    Assignment, AuditKind, EndReason, Profile, RevokeReason, SubjectKind, User, UserId,
};
use doorward_domain::rules::person::{self, NameProblem};
use doorward_domain::time::UnixSeconds;
use doorward_store::{StoreError, WriteTx, repo};

use super::roles::{NewAssignment, Subject, assign_in};
use super::{AdminError, Operator, PAGE};

/// An account to make.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// As it shall be shown.
    pub username: String,
    /// As it shall be shown.
    pub email: String,
    /// Whether the address is known to be theirs.
    pub email_verified: bool,
    /// PHC string (see [`super::passwords`]); none for an account without a password.
    pub password_hash: Option<String>,
    /// Standard claims.
    pub profile: Profile,
    /// Works for the operator.
    pub is_staff: bool,
    /// Roles to give, everywhere and without end.
    pub roles: Vec<String>,
}

/// Makes an account with its roles. An operator may take a reserved name.
///
/// # Errors
/// [`AdminError::Invalid`] for a name or address that no account can have, [`AdminError::Taken`],
/// [`AdminError::NotFound`] for an unknown role.
pub async fn create(op: &Operator<'_>, new: NewUser) -> Result<User, AdminError> {
    let tx = op.db.begin_write().await?;
    let user = create_in(op, &tx, new).await?;
    tx.commit().await?;
    Ok(user)
}

pub(crate) async fn create_in(
    op: &Operator<'_>,
    tx: &WriteTx,
    new: NewUser,
) -> Result<User, AdminError> {
    let now = op.now();
    let (user, roles) = build(new, now)?;
    match repo::users::insert(tx, &user).await {
        Err(error) if error.is_conflict_on("username_key") => {
            return Err(AdminError::taken("user", &user.username));
        }
        Err(error) if error.is_conflict_on("email_key") => {
            return Err(AdminError::taken("user with the address", &user.email));
        }
        done => done?,
    }
    let event = op.event(AuditKind::UserChanged, user.id, "created");
    repo::audit::insert(tx, &event).await?;
    for role in roles {
        let subject = Subject::User(user.id);
        let new = NewAssignment {
            subject,
            role,
            org: None,
            expires_at: None,
        };
        assign_in(op, tx, new).await?;
    }
    Ok(user)
}

fn build(new: NewUser, now: UnixSeconds) -> Result<(User, Vec<String>), AdminError> {
    let username_key = person::username_key(&new.username)
        .map_err(|problem| AdminError::invalid("username", words(problem)))?;
    let email_key = person::email_key(&new.email)
        .map_err(|problem| AdminError::invalid("email", words(problem)))?;
    let user = User {
        id: UserId::generate(now, &mut rand::rng()),
        username: new.username.trim().to_owned(),
        username_key,
        email: new.email.trim().to_owned(),
        email_key,
        email_verified: new.email_verified,
        password_changed_at: new.password_hash.is_some().then_some(now),
        password_hash: new.password_hash,
        profile: new.profile,
        is_staff: new.is_staff,
        disabled_at: None,
        created_at: now,
        updated_at: now,
    };
    Ok((user, new.roles))
}

const fn words(problem: NameProblem) -> &'static str {
    match problem {
        NameProblem::Missing => "is missing",
        NameProblem::TooShort => "is too short",
        NameProblem::TooLong => "is too long",
        NameProblem::Invalid => "holds characters that it must not hold, or mixes scripts",
        NameProblem::Reserved => "is kept for the operator",
        NameProblem::Taken => "belongs to somebody already",
    }
}

/// Every account with its assignments, by user name.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(op: &Operator<'_>) -> Result<Vec<(User, Vec<Assignment>)>, AdminError> {
    let mut users = Vec::new();
    loop {
        let after = users.last().map(|user: &User| user.id);
        let page = repo::users::list(op.db.read(), after, PAGE).await?;
        if page.is_empty() {
            break;
        }
        users.extend(page);
    }
    users.sort_by(|a, b| a.username_key.cmp(&b.username_key));
    let mut all = Vec::with_capacity(users.len());
    for user in users {
        let roles = assignments(op, user.id).await?;
        all.push((user, roles));
    }
    Ok(all)
}

/// One account by user name, e-mail address or id.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn get(op: &Operator<'_>, name: &str) -> Result<User, AdminError> {
    let found = match UserId::parse(name) {
        Some(id) => repo::users::find_by_id(op.db.read(), id).await?,
        None => match person::identifier_key(name) {
            Some(key) => repo::users::find_by_identifier(op.db.read(), &key).await?,
            None => None,
        },
    };
    found.ok_or_else(|| AdminError::not_found("user", name))
}

/// What a person holds, active and unexpired.
///
/// # Errors
/// When the store cannot be read.
pub async fn assignments(op: &Operator<'_>, id: UserId) -> Result<Vec<Assignment>, AdminError> {
    let now = op.now();
    let mut held =
        repo::roles::assignments(op.db.read(), SubjectKind::User, &id.to_string()).await?;
    held.retain(|one| one.active && one.expires_at.is_none_or(|end| now < end));
    Ok(held)
}

/// Sets a password hash. Every session and grant of the account ends: whoever had the old password
/// may hold them.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn set_password(
    op: &Operator<'_>,
    id: UserId,
    password_hash: String,
) -> Result<(), AdminError> {
    let now = op.now();
    change(op, id, "password set", async |tx, user| {
        user.password_hash = Some(password_hash);
        user.password_changed_at = Some(now);
        end_everything(tx, id, EndReason::PasswordChanged, now).await
    })
    .await
}

/// Switches an account off and ends all its sessions and grants.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn disable(op: &Operator<'_>, id: UserId) -> Result<(), AdminError> {
    let now = op.now();
    change(op, id, "disabled", async |tx, user| {
        user.disabled_at = Some(user.disabled_at.unwrap_or(now));
        end_everything(tx, id, EndReason::Administrator, now).await
    })
    .await
}

/// Switches an account on again. What ended stays ended.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn enable(op: &Operator<'_>, id: UserId) -> Result<(), AdminError> {
    change(op, id, "enabled", async |_, user| {
        user.disabled_at = None;
        Ok(())
    })
    .await
}

/// Takes the e-mail address as verified.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn verify_email(op: &Operator<'_>, id: UserId) -> Result<(), AdminError> {
    change(op, id, "email verified", async |_, user| {
        user.email_verified = true;
        Ok(())
    })
    .await
}

/// Takes the second factor and its recovery codes away, from who lost both, and ends every session
/// and grant: whoever holds them may not be its owner.
///
/// # Errors
/// [`AdminError::NotFound`] for an unknown account, and for one without a second factor.
pub async fn reset_mfa(op: &Operator<'_>, user: &User) -> Result<(), AdminError> {
    let (now, id) = (op.now(), user.id);
    let tx = op.db.begin_write().await?;
    repo::recovery_codes::remove_all(&tx, id).await?;
    if !repo::totp_factors::remove(&tx, id).await? {
        return Err(AdminError::not_found("second factor of", &user.username));
    }
    end_everything(&tx, id, EndReason::FactorChanged, now).await?;
    let event = op.event(AuditKind::FactorRemoved, id, "reset");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes an account with its sessions, grants, consents and assignments.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn delete(op: &Operator<'_>, id: UserId) -> Result<(), AdminError> {
    let tx = op.db.begin_write().await?;
    repo::roles::unassign_all(&tx, SubjectKind::User, &id.to_string()).await?;
    if !repo::users::delete(&tx, id).await? {
        return Err(AdminError::not_found("user", &id));
    }
    let event = op.event(AuditKind::UserChanged, id, "deleted");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

async fn change(
    op: &Operator<'_>,
    id: UserId,
    what: &str,
    apply: impl AsyncFnOnce(&WriteTx, &mut User) -> Result<(), StoreError>,
) -> Result<(), AdminError> {
    let tx = op.db.begin_write().await?;
    let found = repo::users::find_by_id(&tx, id).await?;
    let mut user = found.ok_or_else(|| AdminError::not_found("user", &id))?;
    apply(&tx, &mut user).await?;
    user.updated_at = op.now();
    repo::users::update(&tx, &user).await?;
    let event = op.event(AuditKind::UserChanged, id, what);
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

async fn end_everything(
    tx: &WriteTx,
    id: UserId,
    reason: EndReason,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    repo::pending_sign_ins::remove_all(tx, id).await?;
    repo::sessions::end_all_for_user(tx, id, None, reason, now).await?;
    repo::grants::revoke_for_user(tx, id, RevokeReason::Administrator, now).await?;
    Ok(())
}

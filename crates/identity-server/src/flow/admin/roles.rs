//! Roles: list, make, give and take.

use std::collections::BTreeSet;

use doorward_domain::model::{
    Assignment, AssignmentId, AuditKind, ClientId, Permission, Role, SubjectKind, UserId,
};
use doorward_domain::time::UnixSeconds;
use doorward_store::{StoreError, WriteTx, repo};

use super::{AdminError, Operator};
use crate::flow::caller::Describe as _;

pub use super::standard::{Added, setup};

/// Who may hold a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A person.
    User(UserId),
    /// A client that acts for itself.
    Client(ClientId),
}

impl Subject {
    /// What kind it is.
    pub const fn kind(&self) -> SubjectKind {
        match self {
            Self::User(_) => SubjectKind::User,
            Self::Client(_) => SubjectKind::Client,
        }
    }

    /// Its id as kept with an assignment.
    pub fn id(&self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::Client(id) => id.to_string(),
        }
    }
}

/// A role to give.
#[derive(Debug, Clone)]
pub struct NewAssignment {
    /// To whom.
    pub subject: Subject,
    /// Which.
    pub role: String,
    /// In which organization; none means everywhere.
    pub org: Option<String>,
    /// Until when; none means until taken away.
    pub expires_at: Option<UnixSeconds>,
}

/// Every role, by name.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(op: &Operator<'_>) -> Result<Vec<Role>, AdminError> {
    let mut roles = repo::roles::list(op.db.read()).await?;
    roles.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(roles)
}

/// Every permission, by codename.
///
/// # Errors
/// When the store cannot be read.
pub async fn permissions(op: &Operator<'_>) -> Result<Vec<Permission>, AdminError> {
    let mut permissions = repo::roles::list_permissions(op.db.read()).await?;
    permissions.sort_by(|a, b| a.codename.cmp(&b.codename));
    Ok(permissions)
}

/// Makes a role.
///
/// # Errors
/// [`AdminError::Invalid`] for a name that cannot be one or an unknown permission,
/// [`AdminError::Taken`].
pub async fn create(
    op: &Operator<'_>,
    name: &str,
    description: &str,
    permissions: Vec<String>,
) -> Result<Role, AdminError> {
    // The name goes into tokens and may stand in a policy: no blanks, no case to confuse.
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.:".contains(c);
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        let problem = "write 1 to 64 of a-z, 0-9, and _ - . :";
        return Err(AdminError::invalid("name", problem));
    }
    let tx = op.db.begin_write().await?;
    if repo::roles::find(&tx, name).await?.is_some() {
        return Err(AdminError::taken("role", name));
    }
    let known = repo::roles::list_permissions(&tx).await?;
    let unknown = |wanted: &&String| known.iter().all(|one| one.codename != **wanted);
    if let Some(codename) = permissions.iter().find(unknown) {
        let problem = format!("{codename:?} does not exist; see `doorward permission list`");
        return Err(AdminError::invalid("permission", problem));
    }
    let role = Role {
        name: name.to_owned(),
        description: description.to_owned(),
        active: true,
        permissions: permissions.into_iter().collect::<BTreeSet<_>>(),
    };
    repo::roles::upsert(&tx, &role).await?;
    let event = op.event(AuditKind::RoleChanged, name, "created");
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(role)
}

/// An existing client as the holder of roles.
///
/// # Errors
/// [`AdminError::NotFound`].
pub async fn client_subject(op: &Operator<'_>, name: &str) -> Result<Subject, AdminError> {
    let not_found = || AdminError::not_found("client", name);
    let id = ClientId::parse(name).ok_or_else(not_found)?;
    let client = repo::clients::find(op.db.read(), &id)
        .await?
        .ok_or_else(not_found)?;
    Ok(Subject::Client(client.id))
}

/// Gives a role; giving it again only moves its end.
///
/// # Errors
/// [`AdminError::NotFound`] for an unknown role, [`AdminError::Invalid`] for an end in the past.
pub async fn assign(op: &Operator<'_>, new: NewAssignment) -> Result<(), AdminError> {
    let tx = op.db.begin_write().await?;
    assign_in(op, &tx, new).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) async fn assign_in(
    op: &Operator<'_>,
    tx: &WriteTx,
    new: NewAssignment,
) -> Result<(), AdminError> {
    let now = op.now();
    if new.expires_at.is_some_and(|end| end <= now) {
        return Err(AdminError::invalid("expires", "write a time in the future"));
    }
    if repo::roles::find(tx, &new.role).await?.is_none() {
        return Err(AdminError::not_found("role", &new.role));
    }
    let (kind, id) = (new.subject.kind(), new.subject.id());
    let event = op
        .event(AuditKind::RoleChanged, &id, "assigned")
        .with("role", new.role.as_str())
        .with("org", new.org.clone());
    let assignment = Assignment {
        id: AssignmentId::generate(now, &mut rand::rng()),
        subject_kind: kind,
        subject_id: id,
        role: new.role,
        org: new.org,
        assigned_by: op.actor.clone(),
        expires_at: new.expires_at,
        active: true,
        created_at: now,
    };
    repo::roles::assign(tx, &assignment).await?;
    repo::audit::insert(tx, &event).await?;
    Ok(())
}

/// Takes a role.
///
/// # Errors
/// [`AdminError::NotFound`] when the subject does not hold it.
pub async fn revoke(
    op: &Operator<'_>,
    subject: &Subject,
    role: &str,
    org: Option<&str>,
) -> Result<(), AdminError> {
    let tx = op.db.begin_write().await?;
    let id = subject.id();
    if !repo::roles::unassign(&tx, subject.kind(), &id, role, org).await? {
        return Err(AdminError::not_found("holder of the role", role));
    }
    let event = op
        .event(AuditKind::RoleChanged, &id, "revoked")
        .with("role", role)
        .with("org", org.map(str::to_owned));
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives the roles of `registration.roles` to an account that was just made, in the same
/// transaction. A role that does not exist is left out: it must not stop anybody from registering.
///
/// # Errors
/// When the store cannot be written.
pub async fn assign_registered(
    tx: &WriteTx,
    roles: &[String],
    user: UserId,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    for role in roles {
        if repo::roles::find(tx, role).await?.is_none() {
            tracing::warn!(%role, "registration.roles names a role that does not exist");
            continue;
        }
        let assignment = Assignment {
            id: AssignmentId::generate(now, &mut rand::rng()),
            subject_kind: SubjectKind::User,
            subject_id: user.to_string(),
            role: role.clone(),
            org: None,
            assigned_by: None,
            expires_at: None,
            active: true,
            created_at: now,
        };
        repo::roles::assign(tx, &assignment).await?;
    }
    Ok(())
}

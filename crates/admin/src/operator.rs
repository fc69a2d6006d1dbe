//! The operator: an administrator or the command line, what they may do, and why they may not.

use doorward_domain::credentials::password::PasswordError;
use doorward_domain::model::group::with_ancestors;
use doorward_domain::model::{
    ADMIN_ROLE, AuditEvent, AuditKind, ClientId, EffectiveRoles, Role, UserId,
};
use doorward_domain::rules::delegation::{self, DelegationDenial, DelegationRule};
use doorward_domain::secret::seal;
use doorward_domain::time::{Clock, UnixSeconds};
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_services::clients::error::ClientError;
use doorward_services::error::ServerError;
use doorward_services::names::ADMINISTRATION_LOCK;
use doorward_services::outbox::MailOutbox;
use doorward_services::rate_limit::LimitStatus;
use doorward_store::db::Conn;
use doorward_store::repo::idempotency;
use doorward_store::{Db, StoreError, WriteTx, repo};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::authority::{Authority, OWNER_PERMISSIONS};
use super::idempotency::IdempotentRequest;

/// How many rows a list reads at once.
pub(super) const PAGE: u64 = 100;

/// Who administers, and on what.
#[derive(Debug)]
pub struct AdminContext<'a> {
    /// The store, beside or inside a running server.
    pub db: &'a Db,
    /// Where time comes from.
    pub clock: &'a dyn Clock,
    /// The user id of the administrator; none for the command line.
    pub actor: Option<String>,
    /// The remote end, where the operator came through a page or the API.
    pub caller: Caller,
    /// What the administrator may; none for the command line, which may everything.
    pub authority: Option<Authority>,
    /// The versions of the thing to change that the administrator has seen, as `If-Match` lists
    /// them (RFC 9110 §13.1.1).
    pub seen: Option<String>,
    /// The creation that must happen once, where the administrator has a key for it.
    pub once: Option<IdempotentRequest>,
    /// How people are told what was done to their accounts; none where nobody can be.
    pub letters: Option<MailOutbox<'a>>,
}

impl<'a> AdminContext<'a> {
    /// The command line.
    pub fn command_line(db: &'a Db, clock: &'a dyn Clock) -> Self {
        Self {
            db,
            clock,
            actor: None,
            caller: Caller::default(),
            authority: None,
            seen: None,
            once: None,
            letters: None,
        }
    }

    /// The same, who can tell people what was done to their accounts.
    #[must_use]
    pub fn with_letters(self, letters: MailOutbox<'a>) -> Self {
        Self {
            letters: Some(letters),
            ..self
        }
    }

    /// Commits a change, and sends what was promised in it.
    pub(super) async fn commit(&self, tx: WriteTx) -> Result<(), AdminError> {
        tx.commit().await?;
        if let Some(letters) = &self.letters {
            letters.wake();
        }
        Ok(())
    }

    /// Begins a change. Administration is rare and its rules look at many rows, so changes wait for
    /// each other.
    pub(crate) async fn begin(&self) -> Result<WriteTx, StoreError> {
        self.db.begin_write_alone(ADMINISTRATION_LOCK).await
    }

    /// Refuses to change what is no longer as the administrator has seen it. Asked after everything
    /// that they may not: whoever has no power over something learns nothing of its state (RFC 9110
    /// §13.2.1).
    pub(super) fn unchanged(&self, current: &impl std::fmt::Debug) -> Result<(), AdminError> {
        match &self.seen {
            Some(seen) if seen.trim() == "*" => Ok(()),
            Some(seen) => {
                let current = format!("\"{}\"", version(current));
                let is_current = seen.split(',').any(|one| one.trim() == current);
                is_current.then_some(()).ok_or(AdminError::Changed)
            }
            None => Ok(()),
        }
    }

    pub(super) fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    /// A line of the audit log about `subject`; `change` says what was done.
    pub(super) fn event(
        &self,
        kind: AuditKind,
        subject: impl ToString,
        change: &str,
    ) -> AuditEvent {
        let event = self
            .caller
            .event(kind, true, self.now())
            .about(subject)
            .with("change", change);
        match &self.actor {
            Some(actor) => event.by(actor),
            None => event,
        }
    }
}

/// A name for the state of something: another state has another one.
pub fn version(thing: &impl std::fmt::Debug) -> String {
    use base64::Engine as _;
    let digest = Sha256::digest(format!("{thing:?}"));
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest[..16])
}

/// What a change was from and to, of the facts that differ; null for what was not there. Facts are
/// made to be kept: never a secret among them.
pub(super) fn difference(event: AuditEvent, before: &Value, after: &Value) -> AuditEvent {
    let (mut old, mut new) = (Map::new(), Map::new());
    let names = [before, after].map(|side| side.as_object().into_iter().flatten());
    for (name, _) in names.into_iter().flatten() {
        if before.get(name) != after.get(name) {
            old.insert(name.clone(), before.get(name).cloned().unwrap_or_default());
            new.insert(name.clone(), after.get(name).cloned().unwrap_or_default());
        }
    }
    event.with("before", old).with("after", new)
}

/// Why an administrator's wish was not carried out. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// There is no such thing.
    #[error("there is no {what} {name:?}")]
    NotFound {
        /// The kind of thing.
        what: &'static str,
        /// The name that was given.
        name: String,
    },
    /// There already is one.
    #[error("there already is a {what} {name:?}")]
    Taken {
        /// The kind of thing.
        what: &'static str,
        /// The name that was given.
        name: String,
    },
    /// It was done already; nothing is left to do.
    #[error("{0}")]
    NoChange(String),
    /// A value that cannot be accepted.
    #[error("{field}: {problem}")]
    Invalid {
        /// Which value, as a command line option is named.
        field: &'static str,
        /// The position in the list, if the value is one of a list.
        at: Option<usize>,
        /// What is wrong with it, and what to write instead.
        problem: String,
    },
    /// It is not as the administrator has seen it.
    #[error("it was changed meanwhile; look again")]
    Changed,
    /// Another request with the same key has taken over; this one has made nothing.
    #[error("another request with the same key is at work")]
    Overtaken,
    /// It would leave something without anybody who looks after it.
    #[error("{0}")]
    LastHolder(&'static str),
    /// The administrator may not do it.
    #[error("not allowed: {}", .0.rule.as_str())]
    Denied(DelegationDenial),
    /// A password that cannot be accepted.
    #[error("password: {0}")]
    Password(PasswordError),
    /// Too many were mailed within the hour.
    #[error("too many mails within an hour; try again in {} seconds", .0.reset)]
    TooMany(LimitStatus),
    /// The installation sends no mail.
    #[error("mail is not configured, so that nobody can be mailed a link")]
    MailDisabled,
    /// The letter to the owner could not be promised, or another part of the server failed.
    #[error(transparent)]
    Fault(#[from] ServerError),
    /// The password could not be hashed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DelegationDenial> for AdminError {
    fn from(denial: DelegationDenial) -> Self {
        Self::Denied(denial)
    }
}

impl From<ClientError> for AdminError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Invalid { field, at, problem } => Self::Invalid { field, at, problem },
            ClientError::Store(error) => Self::Store(error),
        }
    }
}

impl AdminError {
    pub(super) fn not_found(what: &'static str, name: &(impl ToString + ?Sized)) -> Self {
        Self::NotFound {
            what,
            name: name.to_string(),
        }
    }

    pub(super) fn taken(what: &'static str, name: &(impl ToString + ?Sized)) -> Self {
        Self::Taken {
            what,
            name: name.to_string(),
        }
    }

    pub(super) fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            at: None,
            problem: problem.into(),
        }
    }
}

impl AdminContext<'_> {
    /// Demands a permission, in whichever organization the administrator acts.
    pub fn need(&self, permission: &str) -> Result<(), AdminError> {
        match &self.authority {
            Some(authority) if !authority.has(permission) => {
                Err(DelegationDenial::missing(DelegationRule::NeedsPermission, permission).into())
            }
            _ => Ok(()),
        }
    }

    /// Demands a permission over the whole installation.
    pub fn require_global(&self, permission: &str) -> Result<(), AdminError> {
        self.need(permission)?;
        match &self.authority {
            Some(authority) if authority.org.is_some() => Err(DelegationDenial::missing(
                DelegationRule::NeedsEveryOrganization,
                permission,
            )
            .into()),
            _ => Ok(()),
        }
    }

    /// The organization to which the administrator is confined.
    pub(crate) fn confined_to(&self) -> Option<&str> {
        self.authority.as_ref()?.org.as_deref()
    }

    /// Whether something of this organization (or of none) is in reach; what is not does not exist
    /// for the administrator.
    pub(crate) fn reaches(&self, org: Option<&str>) -> bool {
        self.confined_to().is_none_or(|own| org == Some(own))
    }

    /// Demands that these permissions may be given by this administrator.
    pub(crate) fn may_give<'b>(
        &self,
        permissions: impl IntoIterator<Item = &'b str>,
    ) -> Result<(), AdminError> {
        match &self.authority {
            Some(authority) => Ok(delegation::may_give(&authority.held, permissions)?),
            None => Ok(()),
        }
    }

    /// Demands that this role may be given by this administrator.
    pub(crate) fn may_give_role(&self, role: &Role) -> Result<(), AdminError> {
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let administers = authority.administers();
        Ok(delegation::may_give_role(
            &authority.held,
            role,
            administers,
        )?)
    }

    /// Demands the role that administers, over the whole installation.
    pub(crate) fn must_administer(&self) -> Result<(), AdminError> {
        match &self.authority {
            Some(authority) if !authority.administers() => {
                Err(DelegationDenial::missing(DelegationRule::MoreThanHeld, ADMIN_ROLE).into())
            }
            _ => Ok(()),
        }
    }

    /// Demands that the power of an owner of this organization may be given, and taken: by its
    /// owners, and by who holds as much over the whole installation.
    pub(crate) fn may_give_ownership(&self) -> Result<(), AdminError> {
        match &self.authority {
            Some(authority) if authority.is_owner => Ok(()),
            Some(authority) if authority.org.is_some() => {
                Err(DelegationDenial::by(DelegationRule::OwnersOnly).into())
            }
            _ => self.may_give(OWNER_PERMISSIONS.iter().copied()),
        }
    }

    /// Demands that who holds this may be changed by this administrator.
    pub(crate) fn may_change(&self, other: &EffectiveRoles) -> Result<(), AdminError> {
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let administers = authority.administers();
        Ok(delegation::may_change_holder(
            &authority.held,
            other,
            administers,
        )?)
    }

    /// Why somebody cannot be anything in this organization, whom the organization does not know. Who
    /// sits at the command line may see everybody and is told; nobody else learns that they exist.
    pub(crate) async fn no_member(
        &self,
        conn: &impl Conn,
        user: UserId,
        org: &str,
    ) -> Result<AdminError, StoreError> {
        let found = match &self.authority {
            None => repo::users::find_by_id(conn, user).await?,
            Some(_) => None,
        };
        let Some(found) = found else {
            return Ok(AdminError::not_found("user", &user));
        };
        let name = found.username;
        let problem = format!(
            "{name} does not belong to {org}; first: doorward org add-member {org} --user {name}"
        );
        Ok(AdminError::invalid("user", problem))
    }

    /// Demands that somebody else is meant.
    pub(crate) fn not_oneself(&self, user: UserId) -> Result<(), AdminError> {
        match self.authority.as_ref().and_then(Authority::user) {
            Some(own) if own == user => {
                Err(DelegationDenial::by(DelegationRule::NotToOneself).into())
            }
            _ => Ok(()),
        }
    }

    /// Demands that this user is no more powerful than the administrator, wherever they act: by their
    /// roles, each by what it allows and by its name, as the owner of an organization, and as the manager of
    /// a group. Roles that are inactive count as well: they may become active later.
    pub(crate) async fn may_change_user(
        &self,
        conn: &impl Conn,
        user: UserId,
    ) -> Result<(), AdminError> {
        let Some(authority) = &self.authority else {
            return Ok(());
        };
        let now = self.now();
        let held = repo::roles::prepared_for_user(conn, user, now).await?;
        let organizations = repo::organizations::of_user(conn, user).await?;
        if organizations.iter().any(|(_, is_owner)| *is_owner) {
            delegation::may_change(&authority.held, OWNER_PERMISSIONS.iter().copied())?;
        }
        if !authority.administers_here() {
            for group in repo::groups::managed_by(conn, user).await? {
                if !self
                    .manages(conn, group.org.as_deref(), &group.path)
                    .await?
                {
                    return Err(DelegationDenial::missing(
                        DelegationRule::MorePowerful,
                        ADMIN_ROLE,
                    )
                    .into());
                }
            }
        }
        self.may_change(&held)
    }

    /// Checks whether the administrator manages the group at this path, or one above it.
    pub(crate) async fn manages(
        &self,
        conn: &impl Conn,
        org: Option<&str>,
        path: &str,
    ) -> Result<bool, StoreError> {
        let Some(own) = self.authority.as_ref().and_then(Authority::user) else {
            return Ok(false);
        };
        let line = repo::groups::line(conn, org, with_ancestors(path)).await?;
        Ok(line.iter().any(|group| group.manager == Some(own)))
    }

    /// Demands that this client is no more powerful than the administrator.
    pub(crate) async fn may_change_client(
        &self,
        conn: &impl Conn,
        client: &ClientId,
    ) -> Result<(), AdminError> {
        if self.authority.is_none() {
            return Ok(());
        }
        let now = self.now();
        let held = repo::roles::prepared_for_client(conn, client, now).await?;
        self.may_change(&held)
    }

    /// Whether a person is in reach: everybody, or the members of one's organization.
    pub(crate) async fn reaches_user(
        &self,
        conn: &impl Conn,
        user: UserId,
    ) -> Result<bool, StoreError> {
        match self.confined_to() {
            None => Ok(true),
            Some(org) => Ok(repo::organizations::member(conn, org, user)
                .await?
                .is_some()),
        }
    }
}

impl AdminContext<'_> {
    /// Keeps, in the transaction of a creation, what was made. Without a key there is nothing to
    /// keep.
    ///
    /// # Errors
    /// [`AdminError::Overtaken`] when the claim was taken over meanwhile: then nothing may be made
    /// here.
    pub(super) async fn made(
        &self,
        tx: &WriteTx,
        id: impl ToString,
        secret: Option<&str>,
    ) -> Result<(), AdminError> {
        let Some(once) = &self.once else {
            return Ok(());
        };
        let plain = json!({ "id": id.to_string(), "secret": secret }).to_string();
        let key = once.claim.key.as_bytes();
        let sealed = seal(&once.secret, plain.as_bytes(), key, &mut rand::rng());
        if idempotency::finish(tx, &once.claim, &sealed).await? {
            return Ok(());
        }
        Err(AdminError::Overtaken)
    }
}

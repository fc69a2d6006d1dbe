//! The context of an administrative operation: the administrator or the command line, and the errors.

use std::borrow::Cow;

use doorward_config::Config;
use doorward_domain::boxed;
use doorward_domain::credentials::password::PasswordError;
use doorward_domain::model::{ApprovalId, AuditEvent, AuditId, AuditKind, BulkChangeId};
use doorward_domain::random::{Generator, Random};
use doorward_domain::secret::{OpaqueToken, seal};
use doorward_domain::time::{Clock, UnixSeconds};
use doorward_rules::delegation::DelegationDenial;
use doorward_services::caller::{AuditEventExt as _, Caller};
use doorward_services::context::Context;
use doorward_services::error::ServerError;
use doorward_services::limits::LimitStatus;
use doorward_services::names::ADMINISTRATION_LOCK;
use doorward_services::outbox::MailOutbox;
use doorward_store::repo::deletions::Deletion;
use doorward_store::repo::idempotency;
use doorward_store::{Db, StoreError, WriteTx, repo};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::authority::Authority;
use crate::change_reason::ChangeReason;
use crate::deployment::{Deployment, NoSecretKey};
use crate::held_events::HeldEvents;
use crate::idempotency::IdempotentRequest;
use crate::page_request::{PageRequest, WrongCursor};
use crate::settings::AdminSettings;

pub(crate) const PAGE: u64 = 100;
/// Maximum of a count: pages show it as more than 1,000.
pub const MAX_COUNT: u64 = 1_001;

#[derive(Clone, Debug)]
pub struct AdminContext<'a> {
    pub db: &'a Db,
    pub clock: &'a dyn Clock,
    pub random: Random,
    pub actor: Option<String>,
    /// The user at the command line, as the operating system names them, for the audit log.
    pub operator: Option<String>,
    /// The remote end, if the operation came through a page or the API.
    pub caller: Caller,
    /// The administrator's rights; `None` for the command line, which may do everything.
    pub authority: Option<Authority>,
    /// The versions of the object to change that the administrator has seen, as listed by
    /// `If-Match` (RFC 9110 §13.1.1).
    pub seen: Option<String>,
    pub once: Option<IdempotentRequest>,
    /// The part that an operation which lists objects reads.
    pub page: PageRequest,
    pub reason: Option<ChangeReason>,
    pub undoes: Option<AuditId>,
    /// The outbox for mail to users about changes of their accounts; `None` without mail.
    pub outbox: Option<MailOutbox<'a>>,
    pub settings: AdminSettings<'a>,
    pub deployment: Deployment<'a>,
    pub batch: Option<BulkChangeId>,
    /// Takes the events of changes in one transaction; `None` if each change stores its own.
    pub events: Option<&'a HeldEvents>,
    /// Prints a line about the progress of a command; `None` for the server.
    pub print: Option<fn(&str)>,
    /// The source of an import whose file decides the changes, for the audit log.
    pub source: Option<String>,
    /// True for a page of the console.
    pub is_console: bool,
}

impl<'a> AdminContext<'a> {
    pub fn command_line(db: &'a Db, clock: &'a dyn Clock) -> Self {
        let random = Random::default();
        let caller = Caller::of_server(&random);
        Self::new(db, clock, random, caller)
    }

    /// Returns the issuer, with which a link or a redirect URI of the result begins.
    ///
    /// # Errors
    /// Returns `Invalid` on the command line without the setting.
    pub(crate) fn issuer(&self) -> Result<&str, AdminError> {
        let server = self.deployment.server();
        match server.map_or(self.settings.issuer(), |server| server.core.issuer()) {
            "" => Err(AdminError::invalid(
                "issuer",
                "is not set; write it into the configuration file, or set DOORWARD_ISSUER",
            )),
            issuer => Ok(issuer),
        }
    }

    fn new(db: &'a Db, clock: &'a dyn Clock, random: Random, caller: Caller) -> Self {
        Self {
            db,
            clock,
            random,
            caller,
            actor: None,
            operator: None,
            authority: None,
            seen: None,
            once: None,
            page: PageRequest::default(),
            reason: None,
            undoes: None,
            outbox: None,
            settings: AdminSettings::default(),
            deployment: Deployment::Command(None),
            batch: None,
            events: None,
            print: None,
            source: None,
            is_console: false,
        }
    }

    pub fn of_server(context: &'a Context, authority: Authority, caller: Caller) -> Self {
        Self {
            actor: Some(authority.id.clone()),
            ..Self::of_task(context, Some(authority), caller)
        }
    }

    /// Creates the context of work of the server with these rights; without them it may do everything.
    pub fn of_task(context: &'a Context, authority: Option<Authority>, caller: Caller) -> Self {
        let Context { core, delivery, .. } = context;
        Self {
            authority,
            outbox: Some(delivery.outbox(core)),
            settings: AdminSettings::from(&*core.config),
            deployment: Deployment::Server(context),
            ..Self::new(&core.db, &*core.clock, core.random.clone(), caller)
        }
    }

    /// Adds the outbox of the command line, whose caller has no language.
    #[must_use]
    pub fn with_outbox(mut self, outbox: MailOutbox<'a>) -> Self {
        self.caller.lang = outbox.default_lang();
        self.outbox = Some(outbox);
        self
    }

    #[must_use]
    pub fn with_config(mut self, config: &'a Config) -> Self {
        self.settings = AdminSettings::from(config);
        self
    }

    #[must_use]
    pub fn with_operator(mut self, operator: String) -> Self {
        self.operator = Some(operator);
        self
    }

    #[must_use]
    pub fn with_source(mut self, source: &str) -> Self {
        self.source = Some(source.to_owned());
        self
    }

    #[must_use]
    pub fn with_reason(mut self, reason: Option<ChangeReason>) -> Self {
        self.reason = reason;
        self
    }

    /// Returns a context of the same administrator for the operations of a bulk change. The reason is
    /// not stored with the change, so later steps would lack it; only a command makes all steps itself.
    pub(crate) fn in_batch(&self, batch: BulkChangeId) -> Self {
        Self {
            batch: Some(batch),
            reason: self.reason.clone().filter(|_| self.authority.is_none()),
            ..self.for_another()
        }
    }

    /// Returns this context for an undo of an object with this version; `None` for one without.
    pub(crate) fn for_undo(&self, event: AuditId, version: Option<&str>) -> Self {
        Self {
            seen: version.map(|version| format!("\"{version}\"")),
            undoes: Some(event),
            ..self.for_another()
        }
    }

    /// Returns this context for a change of another object.
    pub(crate) fn for_another(&self) -> Self {
        Self {
            seen: None,
            once: None,
            undoes: None,
            batch: None,
            ..self.clone()
        }
    }

    /// Returns this context for changes of other objects on a database that is part of a transaction.
    pub fn within<'b>(&self, db: &'b Db) -> AdminContext<'b>
    where
        'a: 'b,
    {
        AdminContext {
            db,
            ..self.for_another()
        }
    }

    pub(crate) fn config(&self) -> Result<&'a Config> {
        let problem = "the operation needs a configuration";
        let config = self.settings.config();
        config.ok_or_else(|| AdminError::invalid("config", problem))
    }

    pub(crate) fn working_outbox(&self) -> Result<MailOutbox<'a>> {
        let working = self.outbox.filter(MailOutbox::can_go);
        working.ok_or(AdminError::MailDisabled)
    }

    /// Commits a change and wakes the worker that sends the mails enqueued by it.
    #[boxed(?Send)]
    pub async fn commit(&self, tx: WriteTx) -> Result<()> {
        tx.commit().await?;
        if let Some(outbox) = &self.outbox {
            outbox.wake();
        }
        Ok(())
    }

    #[boxed(?Send)]
    pub async fn commit_with(&self, tx: WriteTx, event: &AuditEvent) -> Result<()> {
        let tx = self.admit(tx, event).await?;
        self.record(&tx, event).await?;
        self.commit(tx).await
    }

    /// Commits a creation with its audit event and, for an idempotency key, the response to repeat.
    pub async fn commit_created(
        &self,
        tx: WriteTx,
        event: &AuditEvent,
        id: impl ToString,
        secret: Option<&OpaqueToken>,
    ) -> Result<()> {
        let tx = self.admit(tx, event).await?;
        self.record(&tx, event).await?;
        let secret = secret.map(OpaqueToken::expose);
        self.record_response(&tx, id, secret).await?;
        self.commit(tx).await
    }

    /// Stores, in the transaction of a creation, the response to repeat. Fails with
    /// [`AdminError::Overtaken`] if another request has taken over the key: then this one creates nothing.
    pub(crate) async fn record_response(
        &self,
        tx: &WriteTx,
        id: impl ToString,
        secret: Option<&str>,
    ) -> Result<()> {
        let Some(once) = &self.once else {
            return Ok(());
        };
        let plain = json!({ "id": id.to_string(), "secret": secret }).to_string();
        let key = once.claim.key.as_bytes();
        let sealed = seal(once.secret.expose(), plain.as_bytes(), key, &mut self.rng());
        if idempotency::finish(tx, &once.claim, &sealed).await? {
            return Ok(());
        }
        Err(AdminError::Overtaken)
    }

    /// Begins a change. Changes run one at a time: administration is rare, and its rules read many
    /// rows.
    #[boxed(?Send)]
    pub async fn begin(&self) -> Result<WriteTx, StoreError> {
        self.db.begin_exclusive_write(ADMINISTRATION_LOCK).await
    }

    /// Rejects a change of an object that is no longer in the version that the administrator has
    /// seen. Call it after all authorization checks: an administrator without rights must learn
    /// nothing of the state (RFC 9110 §13.2.1).
    pub fn unchanged(&self, current: &impl Serialize) -> Result<()> {
        self.check_version(&version(current))
    }

    pub(crate) fn check_version(&self, current: &str) -> Result<()> {
        match &self.seen {
            Some(seen) if seen.trim() != "*" => {
                let current = format!("\"{current}\"");
                let is_current = seen.split(',').any(|tag| tag.trim() == current);
                is_current.then_some(()).ok_or(AdminError::Changed)
            }
            _ => Ok(()),
        }
    }

    /// Requires that no rows remain of a deleted object whose name a new one gets.
    pub(crate) async fn require_deleted(
        &self,
        tx: &WriteTx,
        field: &'static str,
        former: Deletion<'_>,
    ) -> Result<()> {
        if repo::deletions::is_pending(tx, former).await? {
            let problem = "what belonged to the former one is still being deleted; repeat this in \
                       some minutes";
            return Err(AdminError::invalid(field, problem));
        }
        Ok(())
    }

    pub fn rng(&self) -> Generator<'_> {
        self.random.rng()
    }

    pub fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    /// Builds an audit event about `subject`; `change` names what was done.
    pub fn event(&self, kind: AuditKind, subject: impl ToString, change: &str) -> AuditEvent {
        let mut event = self.caller.event(kind, true, self.now());
        event = event.about(subject).with("change", change);
        if let Some(reason) = &self.reason {
            event = event.with("reason", reason.as_str());
        }
        if let Some(operator) = &self.operator {
            event = event.with("operator", operator.as_str());
        }
        if let Some(source) = &self.source {
            event = event.with("source", source.as_str());
        }
        if let Some(batch) = self.batch {
            event = event.with("batch", batch.to_string());
        }
        if let Some(undone) = self.undoes {
            event = event.with("undoes", undone.to_string());
        }
        match &self.actor {
            Some(actor) => event.by(actor),
            None => event,
        }
    }
}

/// Returns a version identifier of an object's state: different states have different identifiers.
pub fn version(object: &impl Serialize) -> String {
    use base64::Engine as _;
    // It cannot fail, because the keys of all maps in these objects are texts.
    let state = serde_json::to_vec(object).unwrap_or_default();
    let digest = Sha256::digest(state);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest[..16])
}

/// Adds to an event the changed members of `before` and `after`; absent members are null. The
/// values are stored, so they must never contain a secret.
pub fn difference(event: AuditEvent, before: &Value, after: &Value) -> AuditEvent {
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

pub type Result<T, E = AdminError> = std::result::Result<T, E>;

/// The failure of an administrative operation. Nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error("there is no {kind} {name:?}")]
    NotFound { kind: &'static str, name: String },
    #[error("there already is {} {kind} {name:?}", article(.kind))]
    Taken { kind: &'static str, name: String },
    /// The operation would change nothing: it is already done.
    #[error("{0}")]
    NoChange(String),
    /// The members are not those of the operation.
    #[error(transparent)]
    Body(#[from] serde_path_to_error::Error<serde_json::Error>),
    #[error("{field}: {problem}")]
    Invalid {
        /// Name of the member; that of a member of an object is its path: `consent.publisher`.
        field: &'static str,
        at: Option<usize>,
        problem: String,
    },
    /// Not exactly one of several members that exclude each other is given.
    #[error("{field}: {problem}")]
    Choice {
        field: &'static str,
        problem: &'static str,
    },
    /// The object is not in the version that the administrator has seen.
    #[error("it was changed in the meantime; read it again")]
    Changed,
    /// Another request with the same idempotency key has taken over; this one has created nothing.
    #[error("another request with the same key is at work")]
    Overtaken,
    #[error("{0}")]
    LastHolder(Cow<'static, str>),
    /// The change is recorded as a request with this ID, and made when its author repeats it after the approval.
    #[error(
        "it waits for the approval of a second administrator; repeat it afterwards (request {0})"
    )]
    Waiting(ApprovalId),
    /// The file of an apply describes the object.
    #[error("{0} describes it: change that file")]
    Managed(String),
    #[error("it is the only sign-in method of the user; add another one first")]
    OnlySignInMethod,
    #[error("not allowed: {}", .0.rule.as_str())]
    Denied(DelegationDenial),
    #[error("password: {0}")]
    Password(PasswordError),
    /// A rate limit was exceeded: of mails, or of wrong support codes.
    #[error("too many within an hour; try again in {} seconds", .0.reset)]
    TooMany(LimitStatus),
    #[error("mail is not configured, so no link can be sent")]
    MailDisabled,
    /// The mail to the user could not be enqueued, or another part of the server failed.
    #[error(transparent)]
    Fault(#[from] ServerError),
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<NoSecretKey> for AdminError {
    fn from(_: NoSecretKey) -> Self {
        let problem = "is not set; name its file by DOORWARD_SECRET_KEY_FILE";
        Self::invalid("secret_key", problem)
    }
}

impl From<WrongCursor> for AdminError {
    fn from(_: WrongCursor) -> Self {
        Self::invalid("cursor", "not from this list")
    }
}

fn article(kind: &str) -> &'static str {
    // The kinds that begin with `u` are spoken with a consonant: a user.
    if kind.starts_with(['a', 'e', 'i', 'o', 'A']) {
        "an"
    } else {
        "a"
    }
}

impl AdminError {
    pub fn not_found(kind: &'static str, name: &(impl ToString + ?Sized)) -> Self {
        Self::NotFound {
            kind,
            name: name.to_string(),
        }
    }

    /// Reads the ID of an object. A text that is none belongs to no object.
    pub fn id<I>(
        kind: &'static str,
        text: &str,
        parse: impl FnOnce(&str) -> Option<I>,
    ) -> Result<I> {
        parse(text).ok_or_else(|| Self::not_found(kind, text))
    }

    pub fn conflict(kind: &'static str, name: &(impl ToString + ?Sized)) -> Self {
        Self::Taken {
            kind,
            name: name.to_string(),
        }
    }

    pub(crate) fn last_holder(problem: &'static str) -> Self {
        Self::LastHolder(problem.into())
    }

    /// Returns the error of members that exclude each other.
    pub const fn choice(field: &'static str, problem: &'static str) -> Self {
        Self::Choice { field, problem }
    }

    pub fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            at: None,
            problem: problem.into(),
        }
    }
}

//! The state of the running server and its configuration. Reading it is fast: it contacts the
//! database and Redis only.

use std::path::Path;

use doorward_config::address::sqlite_path;
pub use doorward_config::print::EffectiveValue;
use doorward_config::{Config, Origin, table};
use doorward_domain::model::AuditKind;
use doorward_domain::model::mail::MailContent;
use doorward_domain::time::UnixSeconds;
use doorward_egress::outgoing::EgressClient;
use doorward_egress::upstream;
pub use doorward_egress::upstream::{CheckedProperty, Finding, ProviderCheck};
use doorward_rules::rejection::quoted;
use doorward_services::audit_anchor::Alarm;
use doorward_services::outbox::MailOutbox;
use doorward_services::running_server::RunningServer;
use doorward_store::{Key, MigrationStatus, repo};

use super::authority::Authority;
use super::operator::{AdminContext, AdminError, MAX_COUNT};

/// The change of an audit event about a test mail.
pub(super) const TEST_MAIL_SENT: &str = "test mail sent";
/// The change of an audit event about a backup.
pub(super) const BACKUP_WRITTEN: &str = "backup written";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailDelivery {
    /// No mail can be sent.
    Off,
    /// Mail is stored in the database of a development instance.
    Stored,
    /// Mail is sent to an SMTP server.
    Smtp,
}

impl MailDelivery {
    /// Returns the word in the admin API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Stored => "stored",
            Self::Smtp => "smtp",
        }
    }

    pub(super) fn of(config: &Config) -> Self {
        if config.stores_mail() {
            Self::Stored
        } else if config.can_mail() {
            Self::Smtp
        } else {
            Self::Off
        }
    }
}

/// The state of the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SystemStatus {
    /// The version of the program.
    pub version: &'static str,
    /// The time of the start of this process.
    pub started_at: UnixSeconds,
    /// True for PostgreSQL, false for SQLite.
    pub is_postgres: bool,
    /// True if a write transaction can begin.
    pub accepts_writes: bool,
    /// The migrations of the database.
    pub migrations: MigrationStatus,
    /// True if a signing key can be used.
    pub has_signing_key: bool,
    /// True if Redis answers; `None` if it is not configured.
    pub redis_answers: Option<bool>,
    pub mail: MailDelivery,
    /// The reason to distrust the end of the audit log.
    pub audit_alarm: Option<Alarm>,
    /// The position of the last link of the audit log.
    pub audit_links: i64,
    /// The number of events that are not linked yet, at most [`MAX_COUNT`].
    pub audit_waiting: u64,
    /// The number of jobs that are neither done nor failed, at most [`MAX_COUNT`].
    pub jobs_waiting: u64,
    /// The number of failed jobs, at most [`MAX_COUNT`].
    pub jobs_failed: u64,
    /// The steps of the cleanup that have not succeeded for an hour.
    pub cleanup_overdue: Vec<String>,
}

impl SystemStatus {
    /// Returns true if the database has exactly the migrations of this program.
    pub fn has_current_schema(&self) -> bool {
        self.migrations.pending.is_empty() && self.migrations.unknown.is_empty()
    }
}

/// Returns the state of the server.
///
/// # Errors
/// [`AdminError::Denied`] without `system:read` for the whole deployment.
pub async fn status(
    context: &AdminContext<'_>,
    server: RunningServer<'_>,
) -> Result<SystemStatus, AdminError> {
    context.require_global("system:read")?;
    let core = &server.context.core;
    let (db, read) = (context.db, context.db.read());
    let redis_answers = match &core.config.redis.url {
        Some(_) => {
            let name = Key::new("system", "probe");
            Some(core.ephemeral.get(&name).await.is_ok())
        }
        None => None,
    };
    let key = server.context.issuing.keys.current(db, context.now());
    let last = repo::audit_chain::last(read).await?;
    Ok(SystemStatus {
        version: env!("CARGO_PKG_VERSION"),
        started_at: server.started_at,
        is_postgres: db.is_postgres(),
        accepts_writes: db.write_failure().await.is_none(),
        migrations: db.migration_status().await?,
        has_signing_key: key.await.is_ok(),
        redis_answers,
        mail: MailDelivery::of(&core.config),
        audit_alarm: server.audit_anchor.alarm(),
        audit_links: last.map_or(0, |last| last.seq),
        audit_waiting: repo::audit_chain::count_waiting_up_to(read, MAX_COUNT).await?,
        jobs_waiting: repo::jobs::count_waiting_up_to(read, MAX_COUNT).await?,
        jobs_failed: repo::jobs::count_failed_up_to(read, MAX_COUNT).await?,
        cleanup_overdue: repo::cleanup_steps::list_overdue(read, context.now()).await?,
    })
}

/// Returns every key of the configuration with its effective value, without secrets.
///
/// # Errors
/// [`AdminError::Denied`] without `system:read` for the whole deployment.
pub fn configuration(
    context: &AdminContext<'_>,
    config: &Config,
) -> Result<Vec<EffectiveValue>, AdminError> {
    context.require_global("system:read")?;
    Ok(config.effective())
}

/// Enqueues a test mail to the administrator's own address.
///
/// # Errors
/// [`AdminError::Denied`] without `system:write` for the whole deployment,
/// [`AdminError::MailDisabled`] if no mail can be sent, [`AdminError::Invalid`] for a client and for
/// an address that is not verified.
pub async fn send_test_mail(context: &AdminContext<'_>) -> Result<(), AdminError> {
    context.require_global("system:write")?;
    let Some(outbox) = context.outbox.filter(MailOutbox::can_go) else {
        return Err(AdminError::MailDisabled);
    };
    let own = context.authority.as_ref().and_then(Authority::user);
    let own = own.ok_or_else(|| AdminError::invalid("id", "only users have an address"))?;
    let tx = context.begin().await?;
    let user = repo::users::find_by_id(&tx, own).await?;
    let user = user.ok_or_else(|| AdminError::not_found("user", &own))?;
    if !user.email_verified {
        let problem = "verify your address before you send mail to it";
        return Err(AdminError::invalid("id", problem));
    }
    let (caller, now) = (&context.caller, context.now());
    outbox
        .enqueue(&tx, &user, &user.email, MailContent::Test, caller, now)
        .await?;
    let event = context.event(AuditKind::SystemChanged, own, TEST_MAIL_SENT);
    context.commit_with(tx, &event).await
}

/// Records that the command line has written a backup.
///
/// # Errors
/// Fails if the store cannot be written.
pub async fn record_backup(context: &AdminContext<'_>) -> Result<(), AdminError> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let event = context.event(AuditKind::SystemChanged, "database", BACKUP_WRITTEN);
    context.commit_with(tx, &event).await
}

/// Fetches the discovery document of this server at its issuer, as clients do, and compares it with
/// the configuration. Changes nothing.
///
/// # Errors
/// [`AdminError::Denied`] without `system:write` for the whole deployment.
pub async fn check_issuer(
    context: &AdminContext<'_>,
    http: &EgressClient,
    config: &Config,
) -> Result<Vec<ProviderCheck>, AdminError> {
    context.require_global("system:write")?;
    Ok(upstream::check_issuer(http, &config.issuer).await)
}

/// Returns the command that writes a backup of this deployment to a file with the name of this day.
pub fn backup_command(config: &Config, day: &str) -> String {
    let data_dir = sqlite_path(config.database.url.expose()).map(Path::new);
    let data_dir = data_dir.and_then(Path::parent).filter(|_| config.is_dev());
    let file = table::all().find_map(|key| match config.origin(key.path) {
        Origin::File { path, .. } => Some(path),
        _ => None,
    });
    let target = match (data_dir, file) {
        (Some(directory), _) => format!(" --data-dir {}", quoted(&directory.display().to_string())),
        (None, Some(file)) => format!(" --config {}", quoted(&file.display().to_string())),
        (None, None) => String::new(),
    };
    format!("doorward backup{target} --key-file backup.key doorward-{day}.age")
}

//! The state of the running server and its configuration. Reading it is fast: it contacts the
//! database and Redis only.

pub mod attempts;
pub mod audit_archive;
pub mod audit_log;
pub mod brands;
pub mod configured_names;
pub mod decisions;
pub mod home;
pub mod jobs;
pub mod keys;
pub mod new_database;
pub mod provisioning;
pub mod secret_key;
pub mod setup;
pub mod source_change;
pub mod starter;
pub mod stats;
pub mod tasks_resource;
pub mod tasks_sample;
pub mod undo;
pub(crate) mod undo_object;

use std::path::Path;

use doorward_config::address::sqlite_path;
pub use doorward_config::print::EffectiveValue;
use doorward_config::{Config, Origin, table};
use doorward_domain::model::mail::{MailContent, hidden};
use doorward_egress::outgoing::EgressClient;
use doorward_egress::upstream;
pub use doorward_egress::upstream::{CheckedProperty, Finding, ProviderCheck};
use doorward_protocol::words;
use doorward_rules::mail_queue::MailQueue;
use doorward_rules::rejection::quoted;
use doorward_services::audit_anchor::Alarm;
use doorward_services::running_server::RunningServer;
use doorward_store::MigrationStatus;

use crate::operator::MAX_COUNT;
use crate::prelude::*;
use crate::user_change::email_key;

pub(super) const TEST_MAIL_SENT: &str = "test mail sent";
pub(super) const BACKUP_WRITTEN: &str = "backup written";

words! {
    pub enum MailDelivery {
        Off = "off",
        /// Mail is stored in the database of a development instance.
        Stored = "stored",
        Smtp = "smtp",
    }
}

impl MailDelivery {
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

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SystemStatus {
    pub version: &'static str,
    pub started_at: UnixSeconds,
    pub is_postgres: bool,
    pub accepts_writes: bool,
    pub migrations: MigrationStatus,
    pub has_signing_key: bool,
    pub redis_answers: Option<bool>,
    pub mail: MailDelivery,
    pub audit_alarm: Option<Alarm>,
    pub audit_links: i64,
    /// The number of events that are not linked yet, at most [`MAX_COUNT`].
    pub audit_waiting: u64,
    /// The number of jobs that are neither done nor failed, at most [`MAX_COUNT`].
    pub jobs_waiting: u64,
    /// The number of failed jobs, at most [`MAX_COUNT`].
    pub jobs_failed: u64,
    pub mail_queue: MailQueue,
    /// The last error of a mail, if mails wait for another attempt and none is delivered.
    pub mail_error: Option<String>,
    /// The steps of the cleanup that have not succeeded for an hour.
    pub cleanup_overdue: Vec<String>,
}

impl SystemStatus {
    pub fn has_current_schema(&self) -> bool {
        self.migrations.pending.is_empty() && self.migrations.unknown.is_empty()
    }
}

#[boxed(?Send)]
pub async fn status<'a>(
    context: &'a AdminContext<'_>,
    server: RunningServer<'a>,
) -> Result<SystemStatus> {
    context.require_global("system:read")?;
    let core = &server.context.core;
    let (db, read) = (context.db, context.db.read());
    let redis_answers = match &core.config.redis.url {
        Some(_) => Some(core.ephemeral_answers().await),
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
        mail_queue: repo::jobs::mail_queue(read, context.now()).await?,
        mail_error: repo::jobs::undelivered_mail(read, context.now()).await?,
        cleanup_overdue: repo::cleanup_steps::list_overdue(read, context.now()).await?,
    })
}

pub fn configuration(context: &AdminContext<'_>, config: &Config) -> Result<Vec<EffectiveValue>> {
    context.require_global("system:read")?;
    Ok(config.effective())
}

/// Enqueues a test mail to this address, or to the verified one of the administrator.
#[boxed(?Send)]
pub async fn send_test_mail(context: &AdminContext<'_>, to: Option<&str>) -> Result<()> {
    context.require_global("system:write")?;
    let outbox = context.working_outbox()?;
    let (lang, now) = (context.caller.lang, context.now());
    let tx = context.begin().await?;
    let Some(to) = to else {
        let user = own_user(context, &tx).await?;
        let caller = &context.caller;
        outbox
            .enqueue(&tx, &user, &user.email, MailContent::Test, caller, now)
            .await?;
        let event = context.event(AuditKind::SystemChanged, user.id, TEST_MAIL_SENT);
        return context.commit_with(tx, &event).await;
    };
    email_key(context, to).map_err(|error| match error {
        AdminError::Invalid { problem, .. } => AdminError::invalid("to", problem),
        error => error,
    })?;
    let to = to.trim();
    outbox
        .send_to(&tx, to, (MailContent::Test, None), lang, now)
        .await?;
    let event = context.event(AuditKind::SystemChanged, "mail", TEST_MAIL_SENT);
    // The log is permanent, and the address may belong to no user.
    context.commit_with(tx, &event.with("to", hidden(to))).await
}

/// Returns the administrator, to whose verified address a test mail goes.
async fn own_user(context: &AdminContext<'_>, conn: &Conn) -> Result<User> {
    let problem =
        "only users have an address of their own; name one by --to, or an administrator by --as";
    let no_user = || AdminError::invalid("to", problem);
    let actor = context.actor.as_deref().and_then(UserId::parse);
    let own = context.own_user().or(actor).ok_or_else(no_user)?;
    let user = repo::users::find_by_id(conn, own).await?;
    let user = user.ok_or_else(|| AdminError::not_found("user", &own))?;
    if !user.email_verified {
        let problem = "verify your address before you send mail to it";
        return Err(AdminError::invalid("to", problem));
    }
    Ok(user)
}

#[boxed(?Send)]
pub async fn record_backup(context: &AdminContext<'_>) -> Result<()> {
    context.must_administer()?;
    let tx = context.begin().await?;
    let event = context.event(AuditKind::SystemChanged, "database", BACKUP_WRITTEN);
    context.commit_with(tx, &event).await
}

/// Fetches the discovery document of this server at its issuer, as clients do, and compares it with
/// the configuration. Changes nothing.
#[boxed(?Send)]
pub async fn check_issuer(
    context: &AdminContext<'_>,
    http: &EgressClient,
    config: &Config,
) -> Result<Vec<ProviderCheck>> {
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

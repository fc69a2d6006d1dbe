//! `/api/admin/system`: operation of the server.

use doorward_admin::system::{self, EffectiveValue, SystemStatus};

use crate::prelude::*;

endpoints! { admin_read_system, admin_list_settings }

view! {
    /// The state of the server.
    SystemView(status: SystemStatus, now: UnixSeconds) {
        /// Version of the program.
        version: &'static str = status.version;
        /// Start of this process (RFC 3339).
        started_at: Time = status.started_at;
        /// `sqlite` or `postgres`.
        database: &'static str = if status.is_postgres {
            "postgres"
        } else {
            "sqlite"
        };
        /// True if the database accepts changes.
        writable: bool = status.accepts_writes;
        /// Names of the applied migrations.
        migrations: Vec<String> = status.migrations.applied;
        /// Names of the missing migrations.
        migrations_missing: Vec<String> = status.migrations.pending;
        /// Names of the applied migrations that this version does not know.
        migrations_unknown: Vec<String> = status.migrations.unknown;
        /// True if a signing key can be used.
        signing_key: bool = status.has_signing_key;
        /// True if Redis answers; absent: not configured.
        redis?: bool = status.redis_answers;
        /// Delivery of mail: `off`, `stored` or `smtp`.
        mail: &'static str = status.mail.as_str();
        /// Number of waiting messages that a user waits for: links and codes.
        mail_awaited: u64 = status.mail_queue.requested;
        /// Number of other waiting messages.
        mail_notifications: u64 = status.mail_queue.notifications;
        /// Number of messages that were sent in a minute, on average over the last five.
        mail_per_minute: u64 = status.mail_queue.per_minute();
        /// Time at which no message waits, at this rate (RFC 3339); absent: no message was sent.
        mail_empty_at?: Time = status.mail_queue.empty_at(now);
        /// Error of the last attempt to send a mail, if mails have waited for 15 minutes and none is delivered.
        mail_error?: String = status.mail_error;
        /// Reason to distrust the end of the audit log, `behind` or `head_file`; absent: none.
        audit_alarm?: String = status.audit_alarm.map(|alarm| alarm.as_str().to_owned());
        /// Position of the last link of the audit log.
        audit_links: i64 = status.audit_links;
        /// Number of events that are not linked yet.
        audit_waiting: u64 = status.audit_waiting;
        /// Number of jobs that are neither done nor failed, at most 1001.
        jobs_waiting: u64 = status.jobs_waiting;
        /// Number of failed jobs, at most 1001.
        jobs_failed: u64 = status.jobs_failed;
        /// Steps of the cleanup of expired rows that have not succeeded for an hour; the log names the cause.
        cleanup_overdue: Vec<String> = status.cleanup_overdue;
    }
}

view! {
    /// A key of the configuration with its effective value.
    SettingView(value: EffectiveValue) {
        /// Dotted path of the key.
        key: &'static str = value.key;
        /// Value as text; absent: no value, or a secret.
        value?: String = (value.is_set && !value.is_secret).then(|| value.text.clone());
        /// True for a secret, whose value is never shown.
        secret: bool = value.is_secret;
        /// True if the key has a value.
        set: bool = value.is_set;
        /// Origin of the value, such as `doorward.toml:3` or `environment DOORWARD_ISSUER`; absent: the
        /// default.
        source?: String = value.source();
    }
}

/// Read the state of the server
///
/// It describes the process that answers; replicas share the database.
#[utoipa::path(responses((status = 200, description = "The state", body = SystemView)))]
#[get("/admin/system")]
async fn admin_read_system(admin: AdminCaller) -> Answer {
    let running = admin.call.web.running();
    let status = system::status(&admin.context(), running).await?;
    let now = admin.context().now();
    Ok(HttpResponse::Ok().json(SystemView::new(status, now)))
}

/// List the effective configuration
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Keys, in the order of the reference", body = Listing<SettingView>)),
)]
#[get("/admin/system/configuration")]
async fn admin_list_settings(admin: AdminCaller) -> Answer {
    let page = admin.page(&[])?;
    let mut found = system::configuration(&admin.context(), &admin.call.context.core.config)?;
    if let Some(last) = &page.after {
        let seen = found.iter().position(|value| value.key == last);
        found.drain(..seen.map_or(found.len(), |at| at + 1));
    }
    Ok(page.finish(found, |value| value.key.to_owned(), SettingView::new))
}

//! `/api/admin/system`, `/api/admin/jobs` and `/api/admin/lockouts`: operation of the server.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, post};
use doorward_admin::found::Found;
use doorward_admin::system::{self, EffectiveValue, RunningServer, SystemStatus};
use doorward_admin::{jobs, lockouts};
use doorward_domain::model::{JobId, JobSummary, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_http_common::problem::FieldError;
use doorward_store::repo::login_failures::Lockout;
use doorward_web::api::Endpoints;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::AdminCaller;

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(show)
        .service(list_settings)
        .service(send_test_mail)
        .service(list_jobs)
        .service(retry_job)
        .service(list_lockouts)
        .service(unlock);
}

/// The state of the server.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemView {
    /// Version of the program.
    version: &'static str,
    /// Start of this process (RFC 3339).
    #[schema(format = DateTime)]
    started_at: String,
    /// `sqlite` or `postgres`.
    database: &'static str,
    /// True if the database accepts changes.
    writable: bool,
    /// Names of the applied migrations.
    migrations: Vec<String>,
    /// Names of the missing migrations.
    migrations_missing: Vec<String>,
    /// Names of the applied migrations that this version does not know.
    migrations_unknown: Vec<String>,
    /// True if a signing key can be used.
    signing_key: bool,
    /// True if Redis answers; absent: not configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    redis: Option<bool>,
    /// Delivery of mail: `off`, `stored` or `smtp`.
    mail: &'static str,
    /// Reason to distrust the end of the audit log, `behind` or `head_file`; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    audit_alarm: Option<String>,
    /// Position of the last link of the audit log.
    audit_links: i64,
    /// Number of events that are not linked yet.
    audit_waiting: u64,
    /// Number of jobs that are neither done nor failed, at most 1001.
    jobs_waiting: u64,
    /// Number of failed jobs, at most 1001.
    jobs_failed: u64,
    /// Steps of the cleanup of expired rows that have not succeeded for an hour; the log names the cause.
    cleanup_overdue: Vec<String>,
}

impl SystemView {
    fn new(status: SystemStatus) -> Self {
        Self {
            version: status.version,
            started_at: time(status.started_at),
            database: if status.is_postgres {
                "postgres"
            } else {
                "sqlite"
            },
            writable: status.accepts_writes,
            migrations: status.migrations.applied,
            migrations_missing: status.migrations.pending,
            migrations_unknown: status.migrations.unknown,
            signing_key: status.has_signing_key,
            redis: status.redis_answers,
            mail: status.mail.as_str(),
            audit_alarm: status.audit_alarm.map(|alarm| alarm.as_str().to_owned()),
            audit_links: status.audit_links,
            audit_waiting: status.audit_waiting,
            jobs_waiting: status.jobs_waiting,
            jobs_failed: status.jobs_failed,
            cleanup_overdue: status.cleanup_overdue,
        }
    }
}

/// A key of the configuration with its effective value.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingView {
    /// Dotted path of the key.
    key: &'static str,
    /// Value as text; absent: no value, or a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    /// True for a secret, whose value is never shown.
    secret: bool,
    /// True if the key has a value.
    set: bool,
    /// Origin of the value, such as `doorward.toml:3` or `environment DOORWARD_ISSUER`; absent: the
    /// default.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

impl SettingView {
    fn new(value: EffectiveValue) -> Self {
        let source = value.source();
        Self {
            key: value.key,
            value: (value.is_set && !value.is_secret).then_some(value.text),
            secret: value.is_secret,
            set: value.is_set,
            source,
        }
    }
}

/// A job, without its payload.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobView {
    /// ID of the job.
    id: String,
    /// Kind: `mail`, `password_reset`, `lock`, `verify_email`, `email_code` or `logout`.
    kind: &'static str,
    /// State: `waiting`, `running`, `done` or `failed`.
    state: &'static str,
    /// Number of times it was started.
    attempts: u32,
    /// Earliest time of the next start, or of the last one (RFC 3339).
    #[schema(format = DateTime)]
    run_at: String,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of completion (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    done_at: Option<String>,
    /// Time of the last failure, after which it is not retried (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    failed_at: Option<String>,
    /// Error of the last failed attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

impl JobView {
    fn new(job: JobSummary, now: UnixSeconds) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind.as_str(),
            state: job.state(now).as_str(),
            attempts: job.attempts,
            run_at: time(job.run_at),
            created_at: time(job.created_at),
            done_at: job.done_at.map(time),
            failed_at: job.failed_at.map(time),
            last_error: job.last_error,
        }
    }
}

/// A lockout after failed sign-ins.
#[derive(Debug, Serialize, ToSchema)]
pub struct LockoutView {
    /// ID of the user; absent: no account has the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// Number of failures since the last success.
    failures: i64,
    /// End of the lockout (RFC 3339).
    #[schema(format = DateTime)]
    until: String,
}

impl LockoutView {
    fn new(found: Found<Lockout>) -> Self {
        let lockout = found.item;
        Self {
            user: lockout.user.map(|id| id.to_string()),
            failures: lockout.failures,
            until: time(lockout.until),
        }
    }
}

/// Read the state of the server
///
/// It describes the process that answers; replicas share the database.
#[utoipa::path(
    operation_id = "admin_read_system",
    tag = "admin",
    responses((status = 200, description = "The state", body = SystemView)),
    security(("bearer" = []))
)]
#[get("/admin/system")]
async fn show(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let running = RunningServer {
        context: &admin.call.context,
        audit_anchor: &admin.call.web.audit_anchor,
        started_at: admin.call.web.started_at,
    };
    let status = system::status(&admin.context(), running).await;
    let status = admin.map_result(status).await?;
    Ok(HttpResponse::Ok().json(SystemView::new(status)))
}

/// List the effective configuration
#[utoipa::path(
    operation_id = "admin_list_settings",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Keys, in the order of the reference", body = Listing<SettingView>)),
    security(("bearer" = []))
)]
#[get("/admin/system/configuration")]
async fn list_settings(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&[])?;
    let found = system::configuration(&admin.context(), &admin.call.context.core.config);
    let mut found = admin.map_result(found).await?;
    if let Some(last) = &page.after {
        let seen = found.iter().position(|value| value.key == last);
        found.drain(..seen.map_or(found.len(), |at| at + 1));
    }
    Ok(page.finish(found, |value| value.key.to_owned(), SettingView::new))
}

/// Send a test mail to your own address
#[utoipa::path(
    operation_id = "admin_send_test_mail",
    tag = "admin",
    responses((status = 202, description = "The message was enqueued")),
    security(("bearer" = []))
)]
#[post("/admin/system/test-mail")]
async fn send_test_mail(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    admin
        .map_result(system::send_test_mail(&admin.context()).await)
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// List jobs
///
/// Jobs are deleted a day after they are done or have failed.
#[utoipa::path(
    operation_id = "admin_list_jobs",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("state" = Option<String>, Query, description = "`failed`: the failed ones only, the latest failure first"),
    ),
    responses((status = 200, description = "Jobs, the newest first", body = Listing<JobView>)),
    security(("bearer" = []))
)]
#[get("/admin/jobs")]
async fn list_jobs(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&["state"])?;
    let only_failed = match page.filter("state") {
        None => false,
        Some("failed") => true,
        Some(_) => {
            let error = FieldError::parameter("state", "invalid", "Must be failed.");
            return Err(Problem::invalid(vec![error]));
        }
    };
    let before = page.after.as_deref();
    let found = jobs::page(&admin.context(), only_failed, before, page.rows()).await;
    let found = admin.map_result(found).await?;
    let now = admin.call.context.core.now();
    let view = |found: Found<JobSummary>| JobView::new(found.item, now);
    Ok(page.finish(found, |found| found.cursor.clone(), view))
}

/// Retry a failed job
///
/// It is due at once, with all its attempts.
#[utoipa::path(
    operation_id = "admin_retry_job",
    tag = "admin",
    responses((status = 202, description = "The job is due")),
    security(("bearer" = []))
)]
#[post("/admin/jobs/{id}/retry")]
async fn retry_job(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = JobId::parse(&id).ok_or_else(Problem::not_found)?;
    admin
        .map_result(jobs::retry(&admin.context(), id).await)
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// List lockouts
#[utoipa::path(
    operation_id = "admin_list_lockouts",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Lockouts that have not ended, the next end first", body = Listing<LockoutView>)),
    security(("bearer" = []))
)]
#[get("/admin/lockouts")]
async fn list_lockouts(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&[])?;
    let found = lockouts::page(&admin.context(), page.after.as_deref(), page.rows()).await;
    let found = admin.map_result(found).await?;
    Ok(page.finish(found, |found| found.cursor.clone(), LockoutView::new))
}

/// End the lockout of a user
#[utoipa::path(
    operation_id = "admin_unlock_user",
    tag = "admin",
    responses((status = 204, description = "Ended")),
    security(("bearer" = []))
)]
#[delete("/admin/lockouts/{user}")]
async fn unlock(admin: AdminCaller, user: Path<String>) -> Result<HttpResponse, Problem> {
    let user = UserId::parse(&user).ok_or_else(Problem::not_found)?;
    let done = lockouts::unlock(&admin.context(), user).await;
    admin.no_content(done).await
}

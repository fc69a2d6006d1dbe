//! `/api/admin/audit` and `/api/admin/decisions`: audit events, and explanations of denials.

use actix_web::web::Path;
use actix_web::{HttpResponse, get, post};
use doorward_admin::audit_log::{self, AuditQuery};
use doorward_admin::decisions::{self, Decision};
use doorward_admin::undo;
use doorward_domain::model::{AuditEvent, AuditId, AuditKind};
use doorward_http_common::problem::FieldError;
use doorward_web::api::Endpoints;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::caller::AdminCaller;

/// The filters of the list.
const FILTERS: [&str; 8] = [
    "about",
    "actor",
    "subject",
    "client_id",
    "kind",
    "ip",
    "since",
    "until",
];

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(undo_event).service(explain);
}

/// An audit event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub struct AuditView {
    /// ID of the event.
    id: String,
    /// Time (RFC 3339).
    #[schema(format = DateTime)]
    at: String,
    /// Kind of the event.
    kind: &'static str,
    /// ID of the user or client that acted; absent: the command line, or unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    /// ID of the user or object concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// ID of the client through which the actor acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// IP address of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    /// `User-Agent` header of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    /// True if the action succeeded.
    success: bool,
    /// Further details, such as the values before and after.
    #[schema(value_type = Object)]
    detail: Map<String, Value>,
    /// ID of the request that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl AuditView {
    fn new(event: AuditEvent) -> Self {
        Self {
            id: event.id.to_string(),
            at: time(event.at),
            kind: event.kind.as_str(),
            actor: event.actor,
            subject: event.subject,
            client_id: event.client_id,
            ip: event.ip.map(|ip| ip.to_string()),
            user_agent: event.user_agent,
            success: event.success,
            detail: event.detail,
            request_id: event.request_id,
        }
    }
}

/// An explanation of a denial.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decision)]
pub struct DecisionView {
    /// Decision ID of the denial.
    id: String,
    /// Time (RFC 3339).
    #[schema(format = DateTime)]
    at: String,
    /// ID of the denied user, or of a client that acts without a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    /// ID of the client through which the actor acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// Rule that decided.
    rule: String,
    /// Inputs of the rule.
    #[schema(value_type = Object)]
    inputs: Value,
    /// Missing permissions or roles.
    missing: Vec<String>,
    /// Roles that would grant what was missing.
    granted_by_roles: Vec<String>,
    /// Remediation, with the commands for it.
    grant: Vec<String>,
    /// User names of some users who may assign roles.
    ask: Vec<String>,
}

impl DecisionView {
    fn new(decision: Decision) -> Self {
        Self {
            id: decision.id,
            at: time(decision.at),
            actor: decision.actor,
            client_id: decision.client_id,
            rule: decision.rule,
            inputs: decision.inputs,
            missing: decision.missing,
            granted_by_roles: decision.granted_by_roles,
            grant: decision.grant,
            ask: decision.ask,
        }
    }
}

/// Read the audit log
#[utoipa::path(
    operation_id = "admin_list_audit",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("about" = Option<String>, Query, description = "User ID, user name, e-mail address, or ID of a client or API key that is actor or subject"),
        ("actor" = Option<String>, Query, description = "User ID, user name, e-mail address, or ID of a client that acted"),
        ("subject" = Option<String>, Query, description = "User ID, user name, e-mail address, or ID of the object concerned"),
        ("client_id" = Option<String>, Query, description = "ID of a client that was involved, or that is the subject"),
        ("kind" = Option<String>, Query, description = "Kind of the events, such as `login.failed`"),
        ("ip" = Option<String>, Query, description = "IP address of the request"),
        ("since" = Option<String>, Query, description = "Earliest time, inclusive (RFC 3339)"),
        ("until" = Option<String>, Query, description = "Latest time, exclusive (RFC 3339)"),
    ),
    responses((status = 200, description = "Audit events, the newest first", body = Listing<AuditView>)),
    security(("bearer" = []))
)]
#[get("/admin/audit")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&FILTERS)?;
    let query = AuditQuery {
        about: page.filter("about"),
        actor: page.filter("actor"),
        subject: page.filter("subject"),
        object: None,
        client: page.filter("client_id"),
        kind: page.filter("kind").map(kind).transpose()?,
        address: page.filter("ip"),
        since: page.time("since")?,
        until: page.time("until")?,
    };
    let before = page.after_id(AuditId::parse)?;
    let context = admin.context();
    let filter = audit_log::filter(&context, &query).await;
    let filter = admin.map_result(filter).await?;
    let found = decisions::search(&context, &filter, before, page.rows()).await;
    let found = admin.map_result(found).await?;
    Ok(page.finish(found, |event| event.id.to_string(), AuditView::new))
}

fn kind(text: &str) -> Result<AuditKind, Problem> {
    AuditKind::parse(text).ok_or_else(|| {
        let detail = "Must be the kind of an event, such as login.failed.";
        Problem::invalid(vec![FieldError::parameter("kind", "invalid", detail)])
    })
}

/// Undo a change
///
/// Restores the values before the event by the operation for such a change, with the same rights.
/// The event of the undo names the undone one. Returns 400 with the reason if the event cannot be
/// undone, and 412 if the object was changed after the event.
#[utoipa::path(
    operation_id = "admin_undo_event",
    tag = "admin",
    responses((status = 204, description = "The former values are restored")),
    security(("bearer" = []))
)]
#[post("/admin/audit/{id}/undo")]
async fn undo_event(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let config = &admin.call.context.core.config;
    let undone = undo::run(&admin.context(), config, &id).await;
    admin.no_content(undone).await
}

/// Explain a denial
#[utoipa::path(
    operation_id = "admin_explain_decision",
    tag = "admin",
    responses((status = 200, description = "The rule, its inputs, what was missing, and users who can grant it", body = DecisionView)),
    security(("bearer" = []))
)]
#[get("/admin/decisions/{id}")]
async fn explain(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = admin
        .map_result(decisions::explain(&admin.context(), &id).await)
        .await?;
    Ok(HttpResponse::Ok().json(DecisionView::new(found)))
}

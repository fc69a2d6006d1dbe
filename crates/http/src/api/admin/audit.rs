//! `/api/admin/audit` and `/api/admin/decisions`: what happened, and why something was denied.

use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use doorward_admin::decisions::{self, Decision};
use doorward_domain::model::{AuditEvent, AuditId};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::paging::{Listing, Page};
use crate::api::Endpoints;
use crate::api::problem::Problem;
use crate::api::time::time;

pub(super) fn configure(config: &mut impl Endpoints) {
    config.service(list).service(explain);
}

/// A line of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub struct AuditView {
    /// Names it.
    id: String,
    /// When (RFC 3339).
    #[schema(format = DateTime)]
    at: String,
    /// What.
    kind: &'static str,
    /// Who did it; absent: the command line, or nobody known.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    /// To whom or what.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// Through which app.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// From which address.
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    /// Whether it succeeded.
    success: bool,
    /// More facts, such as what was there before and after.
    #[schema(value_type = Object)]
    detail: Map<String, Value>,
    /// The request that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

impl AuditView {
    fn of(event: AuditEvent) -> Self {
        Self {
            id: event.id.to_string(),
            at: time(event.at),
            kind: event.kind.as_str(),
            actor: event.actor,
            subject: event.subject,
            client_id: event.client_id,
            ip: event.ip.map(|ip| ip.to_string()),
            success: event.success,
            detail: event.detail,
            request_id: event.request_id,
        }
    }
}

/// Why something was denied.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decision)]
pub struct DecisionView {
    /// The decision id of the denial.
    id: String,
    /// When (RFC 3339).
    #[schema(format = DateTime)]
    at: String,
    /// Who was denied: a user, or a client that acts for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<String>,
    /// Through which app.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// The rule that decided.
    rule: String,
    /// What the rule looked at.
    #[schema(value_type = Object)]
    inputs: Value,
    /// Permissions or roles that were missing.
    missing: Vec<String>,
    /// Roles that would give what was missing.
    granted_by_roles: Vec<String>,
    /// What would lift the denial, with the commands for it.
    grant: Vec<String>,
    /// User names of some who may give roles.
    ask: Vec<String>,
}

impl DecisionView {
    fn of(decision: Decision) -> Self {
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
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
    ),
    responses((status = 200, description = "Lines, the newest first", body = Listing<AuditView>)),
    security(("bearer" = []))
)]
#[get("/admin/audit")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = Page::of(&admin, &[])?;
    let before = page.after_id(AuditId::parse)?;
    let found = decisions::log(&admin.op(), before, page.rows()).await;
    let found = admin.told(found).await?;
    Ok(page.answer(found, |event| event.id.to_string(), AuditView::of))
}

/// Explain a denial
#[utoipa::path(
    operation_id = "admin_explain_decision",
    tag = "admin",
    responses((status = 200, description = "The rule, what it looked at, what was missing, and who can give it", body = DecisionView)),
    security(("bearer" = []))
)]
#[get("/admin/decisions/{id}")]
async fn explain(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = admin
        .told(decisions::explain(&admin.op(), &id).await)
        .await?;
    Ok(HttpResponse::Ok().json(DecisionView::of(found)))
}

//! `/api/admin/audit` and `/api/admin/decisions`: audit events, and explanations of denials.

use doorward_admin::audit_log::{self, AuditQuery};
use doorward_admin::decisions::{self, Decision};
use doorward_admin::undo;
use doorward_domain::model::{AuditEvent, AuditId, AuditKind};
use serde_json::Map;

use crate::prelude::*;

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

endpoints! { admin_list_audit, admin_undo_event, admin_explain_decision }

view! {
    /// An audit event.
    #[schema(as = AuditEvent)]
    AuditView(event: AuditEvent) {
        /// ID of the event.
        id: String = event.id.to_string();
        /// Time (RFC 3339).
        at: Time = event.at;
        /// Kind of the event.
        kind: &'static str = event.kind.as_str();
        /// ID of the user or client that acted; absent: the command line, or unknown.
        actor?: String = event.actor;
        /// ID of the user or object concerned.
        subject?: String = event.subject;
        /// ID of the client through which the actor acted.
        client_id?: String = event.client_id;
        /// IP address of the request.
        ip?: String = event.ip.map(|ip| ip.to_string());
        /// `User-Agent` header of the request.
        user_agent?: String = event.user_agent;
        /// True if the action succeeded.
        success: bool = event.success;
        /// Further details, such as the values before and after.
        #[schema(value_type = Object)]
        detail: Map<String, Value> = event.detail;
        /// ID of the request that caused it.
        request_id?: String = event.request_id;
    }
}

view! {
    /// An explanation of a denial.
    #[schema(as = Decision)]
    DecisionView(decision: Decision) {
        /// Decision ID of the denial.
        id: String = decision.id;
        /// Time (RFC 3339).
        at: Time = decision.at;
        /// ID of the denied user, or of a client that acts without a user.
        actor?: String = decision.actor;
        /// ID of the client through which the actor acted.
        client_id?: String = decision.client_id;
        /// Rule that decided.
        rule: String = decision.rule;
        /// Inputs of the rule.
        #[schema(value_type = Object)]
        inputs: Value = decision.inputs;
        /// Missing permissions or roles.
        missing: Vec<String> = decision.missing;
        /// Roles that would grant what was missing.
        granted_by_roles: Vec<String> = decision.granted_by_roles;
        /// Remediation, with the commands for it.
        grant: Vec<String> = decision.grant;
        /// User names of some users who may assign roles.
        ask: Vec<String> = decision.ask;
    }
}

/// Read the audit log
#[utoipa::path(
    params(
        PageParams,
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
)]
#[get("/admin/audit")]
async fn admin_list_audit(admin: AdminCaller) -> Answer {
    let page = admin.page(&FILTERS)?;
    let expected = "Must be the kind of an event, such as login.failed.";
    let query = AuditQuery {
        about: page.filter("about"),
        actor: page.filter("actor"),
        subject: page.filter("subject"),
        object: None,
        client: page.filter("client_id"),
        kind: page.read("kind", AuditKind::parse, expected)?,
        address: page.filter("ip"),
        since: page.time("since")?,
        until: page.time("until")?,
    };
    let before = page.after_id(AuditId::parse)?;
    let context = admin.context();
    let filter = audit_log::filter(&context, &query).await?;
    let found = decisions::search(&context, &filter, before, page.rows()).await?;
    Ok(page.finish(found, |event| event.id.to_string(), AuditView::new))
}

/// Undo a change
///
/// Restores the values before the event by the operation for such a change, with the same rights.
/// The event of the undo names the undone one. Returns 400 with the reason if the event cannot be
/// undone, and 412 if the object was changed after the event.
#[utoipa::path(responses((status = 204, description = "The former values are restored")))]
#[post("/admin/audit/{id}/undo")]
async fn admin_undo_event(admin: AdminCaller, id: Path<String>) -> Answer {
    let config = &admin.call.context.core.config;
    undo::run(&admin.context(), config, &id).await?;
    Ok(no_content())
}

/// Explain a denial
#[utoipa::path(
    responses((status = 200, description = "The rule, its inputs, what was missing, and users who can grant it", body = DecisionView)),
)]
#[get("/admin/decisions/{id}")]
async fn admin_explain_decision(admin: AdminCaller, id: Path<String>) -> Answer {
    let found = decisions::explain(&admin.context(), &id).await?;
    Ok(HttpResponse::Ok().json(DecisionView::new(found)))
}

//! `/api/admin/decisions`: explanations of denials.

use doorward_admin::decisions::{self, Decision};

use crate::prelude::*;

endpoints! { admin_explain_decision }

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

/// Explain a denial
#[utoipa::path(
    responses((status = 200, description = "The rule, its inputs, what was missing, and users who can grant it", body = DecisionView)),
)]
#[get("/admin/decisions/{id}")]
async fn admin_explain_decision(admin: AdminCaller, id: Path<String>) -> Answer {
    let found = decisions::explain(&admin.context(), &id).await?;
    Ok(HttpResponse::Ok().json(DecisionView::new(found)))
}

//! Plans in which the suite opens no browser: receivers of signals, services that ask for decisions, and clients whose
//! users answer elsewhere (CIBA).

use doorward_user_agent::UserAgent;
use serde_json::{Value, json};

use super::addresses::{Addresses, at};
use super::approval;
use super::plans::{Plan, Registration};
use crate::failure::Failure;

/// Scopes of a receiver.
pub const SIGNALS: [&str; 2] = ["ssf.read", "ssf.manage"];
/// Scope of the tasks API.
pub const TASKS: &str = "tasks:read";
/// Scopes of a client whose users answer elsewhere.
pub const IDENTITY: [&str; 3] = ["openid", "profile", "offline_access"];
/// Role of the services that may ask for decisions, and its permission.
pub const ROLE: [&str; 2] = ["decisions", "decisions:evaluate"];

/// Adds the plan's members to its configuration.
pub fn add(configuration: &mut Value, plan: &Plan, addresses: &Addresses) {
    let issuer = addresses.origin();
    match plan.registration() {
        Registration::Signals => {
            configuration["client"]["scope"] = json!(SIGNALS.join(" "));
            configuration["ssf"] = json!({
                "transmitter": {"issuer": issuer},
                "subjects": {
                    "valid": {"format": "email", "email": "alice@example.com"},
                    "invalid": {"format": "opaque", "id": "invalid"},
                },
            });
        }
        Registration::Decisions => configuration["pdp"] = decisions(addresses),
        Registration::Ciba => {
            configuration["automated_ciba_approval_url"] = json!(approval::url(&plan.name));
            // FAPI-CIBA binds every access token to a certificate.
            let resource = at(&addresses.mtls.public_url, "/oauth2/userinfo");
            configuration["resource"] = json!({"resourceUrl": resource});
            for client in ["client", "client2"] {
                let client = &mut configuration[client];
                client["scope"] = json!("openid profile");
                client["hint_type"] = json!("login_hint");
                client["acr_value"] = json!("aal1");
                client["hint_value"] = json!(approval::address(&plan.name));
            }
        }
        _ => {}
    }
}

/// Returns the endpoints of the tasks API. With discovery, the suite would overwrite the token.
fn decisions(addresses: &Addresses) -> Value {
    let api = &addresses.tasks.public_url;
    let path = |path: &str| at(api, &format!("/access/v1/{path}"));
    json!({
        "policy_decision_point": at(api, ""),
        "access_evaluation_endpoint": path("evaluation"),
        "access_evaluations_endpoint": path("evaluations"),
        "search_subject_endpoint": path("search/subject"),
        "search_resource_endpoint": path("search/resource"),
        "search_action_endpoint": path("search/action"),
    })
}

/// Adds a new access token of the service, which is valid for some minutes. The suite sends its API key as a bearer token.
///
/// # Errors
///
/// Returns an error if Doorward issues no token.
pub async fn add_token(configuration: &mut Value) -> Result<(), Failure> {
    let url = format!("{}/oauth2/token", Addresses::read()?.origin());
    let text = |member: &str| configuration["client"][member].as_str();
    let agent = UserAgent::accepting_any_certificate();
    let request = agent
        .http()
        .post(&url)
        .basic_auth(text("client_id").unwrap_or_default(), text("client_secret"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("grant_type=client_credentials&scope={TASKS}"));
    let response = request
        .send()
        .await
        .map_err(|error| format!("{url}: {error}"))?;
    let issued = response
        .text()
        .await
        .map_err(|error| format!("{url}: {error}"))?;
    let mut issued: Value = serde_json::from_str(&issued).map_err(|error| error.to_string())?;
    configuration["pdp"]["api_key"] = issued["access_token"].take();
    Ok(())
}

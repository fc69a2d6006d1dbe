//! The clients of a plan, as `doorward client create` registers them.

use std::path::Path;

use serde_json::{Value, json};

use super::certificates::jwks_file;
use super::plans::{Plan, Registration};

const SCOPES: [&str; 6] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];
/// Scope of the tasks API.
const TASKS: &str = "tasks:read";
/// Type of `deploy/conformance-details.toml`.
const DETAILS_TYPE: &str = "payment";

/// A client of a plan.
pub struct Client {
    /// Member of the suite's configuration.
    pub member: &'static str,
    /// Arguments of `doorward client create`.
    pub arguments: Vec<String>,
}

/// Returns the clients of a plan. `suite` is the suite's origin, and `directory` has the files with
/// public keys.
pub fn of_plan(plan: &Plan, suite: &str, directory: &Path) -> Vec<Client> {
    match plan.registration() {
        Registration::Dynamic | Registration::RelyingParty => Vec::new(),
        Registration::Static => [
            ("client", "client_secret_basic"),
            ("client2", "client_secret_basic"),
            ("client_secret_post", "client_secret_post"),
        ]
        .into_iter()
        .map(|(member, method)| with_secret(plan, member, method, suite))
        .collect(),
        Registration::Fapi => ["client", "client2"]
            .into_iter()
            .zip(1..)
            .map(|(member, number)| with_profile(plan, member, number, suite, directory))
            .collect(),
    }
}

fn with_secret(plan: &Plan, member: &'static str, method: &str, suite: &str) -> Client {
    let name = format!("{} {member}", plan.name);
    let mut arguments = words(&[&name, "--auth-method", method]);
    // Most modules send no PKCE.
    arguments.extend(words(&["--pkce", "optional"]));
    arguments.extend(words(&["--claims-in-id-token=false"]));
    arguments.extend(redirect_uris(plan, suite));
    arguments.extend(scopes(&SCOPES));
    Client { member, arguments }
}

fn with_profile(
    plan: &Plan,
    member: &'static str,
    number: usize,
    suite: &str,
    directory: &Path,
) -> Client {
    // The profile for message signing requires signed requests.
    let profile = match plan.variant("fapi_request_method") {
        "signed_non_repudiation" => "fapi2-message-signing",
        _ => "fapi2",
    };
    let method = match plan.variant("client_auth_type") {
        "mtls" => "self_signed_tls_client_auth",
        other => other,
    };
    let binding = match plan.variant("sender_constrain") {
        "mtls" => "--bind-to-certificate",
        _ => "--require-dpop",
    };
    let id = client_id(plan, number);
    let keys = directory.join(jwks_file(number)).display().to_string();
    let mut arguments = words(&["--id", &id, &id, "--profile", profile]);
    arguments.extend(words(&["--auth-method", method, "--jwks", &keys, binding]));
    if plan.variant("fapi_profile") == "fapi_client_credentials_grant" {
        arguments.extend(words(&["--grant", "client_credentials"]));
    } else {
        arguments.extend(redirect_uris(plan, suite));
        arguments.extend(scopes(&SCOPES));
    }
    arguments.extend(scopes(&[TASKS]));
    if plan.is_rich() {
        arguments.extend(words(&["--details-type", DETAILS_TYPE]));
    }
    Client { member, arguments }
}

/// Returns the ID of a client with a FAPI profile.
fn client_id(plan: &Plan, number: usize) -> String {
    format!("{}-{number}", plan.name)
}

/// Returns the scopes that a client with a FAPI profile requests.
pub fn requested_scopes(plan: &Plan) -> String {
    if plan.variant("openid") == "openid_connect" {
        "openid profile".to_owned()
    } else if plan.variant("fapi_profile") == "fapi_client_credentials_grant" {
        TASKS.to_owned()
    } else {
        format!("profile {TASKS} offline_access")
    }
}

/// Returns the authorization details that the suite requests.
pub fn authorization_details() -> Value {
    json!([{
        "type": DETAILS_TYPE,
        "actions": ["initiate"],
        "amount": {"value": "123.50", "currency": "EUR"},
    }])
}

fn redirect_uris(plan: &Plan, suite: &str) -> Vec<String> {
    let callback = format!("{suite}/test/a/{}/callback", plan.name);
    let with_query = format!("{callback}?dummy1=lorem&dummy2=ipsum");
    words(&["--redirect-uri", &callback, "--redirect-uri", &with_query])
}

fn scopes(names: &[&str]) -> Vec<String> {
    names
        .iter()
        .flat_map(|name| words(&["--scope", name]))
        .collect()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

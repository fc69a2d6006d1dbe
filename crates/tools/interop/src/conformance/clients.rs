//! The clients of a plan, as `doorward client create` registers them.

use std::path::Path;

use serde_json::{Value, json};

use super::certificates::jwks_file;
use super::plans::{Plan, Registration};
use super::services::{self, TASKS};

const SCOPES: [&str; 6] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];
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
        Registration::Signals => vec![service(plan, &services::SIGNALS)],
        Registration::Decisions => vec![service(plan, &[TASKS])],
        Registration::Ciba => ["client", "client2"]
            .into_iter()
            .zip(1..)
            .map(|(member, number)| asking_elsewhere(plan, member, number, suite, directory))
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

/// Returns a client that acts for itself.
fn service(plan: &Plan, names: &[&str]) -> Client {
    let method = "client_secret_basic";
    let mut arguments = words(&["--id", &plan.name, &plan.name, "--auth-method", method]);
    arguments.extend(words(&["--grant", "client_credentials"]));
    arguments.extend(scopes(names));
    Client {
        member: "client",
        arguments,
    }
}

/// Returns a client whose users answer elsewhere. It is a first-party client, which may name every user.
fn asking_elsewhere(
    plan: &Plan,
    member: &'static str,
    number: usize,
    suite: &str,
    directory: &Path,
) -> Client {
    let id = client_id(plan, number);
    let mut arguments = words(&["--id", &id, &id, "--profile", "fapi2", "--first-party"]);
    arguments.extend(keys(plan, number, directory));
    arguments.extend(words(&["--bind-to-certificate", "--grant", "ciba"]));
    arguments.extend(words(&["--grant", "refresh_token"]));
    arguments.extend(scopes(&services::IDENTITY));
    if plan.variant("ciba_mode") == "ping" {
        let endpoint = format!("{suite}/test/a/{}/ciba-notification-endpoint", plan.name);
        let option = "--backchannel-client-notification-endpoint";
        arguments.extend(words(&[option, &endpoint]));
    }
    Client { member, arguments }
}

/// Returns how a client proves its key.
fn keys(plan: &Plan, number: usize, directory: &Path) -> Vec<String> {
    let method = match plan.variant("client_auth_type") {
        "mtls" => "self_signed_tls_client_auth",
        other => other,
    };
    let file = directory.join(jwks_file(number)).display().to_string();
    words(&["--auth-method", method, "--jwks", &file])
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
    let binding = match plan.variant("sender_constrain") {
        "mtls" => "--bind-to-certificate",
        _ => "--require-dpop",
    };
    let id = client_id(plan, number);
    let mut arguments = words(&["--id", &id, &id, "--profile", profile, binding]);
    arguments.extend(keys(plan, number, directory));
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

//! The suite's configuration of a plan.

use serde_json::{Map, Value, json};

use super::addresses::{Addresses, at};
use super::browser::Scripts;
use super::certificates::ClientKeys;
use super::clients;
use super::plans::{Plan, Registration};
use super::{relying_party, services};

/// The credentials that Doorward issued for the suite.
pub struct Credentials {
    /// Initial access token for dynamic registration.
    pub initial_access_token: String,
    /// Keys of the first and the second client with a FAPI profile.
    pub keys: [ClientKeys; 2],
}

/// Returns the configuration of a plan. `clients` has the members `client_id` and `client_secret`
/// of its registered clients, by the member of the configuration.
pub fn of_plan(
    plan: &Plan,
    addresses: &Addresses,
    credentials: &Credentials,
    clients: Map<String, Value>,
) -> Value {
    let description = format!("Doorward, {}", plan.name);
    if plan.registration() == Registration::RelyingParty {
        let client = relying_party::client(plan, addresses);
        return json!({"description": description, "client": client});
    }
    let is_fapi = plan.registration() == Registration::Fapi;
    let has_browser = plan.has_browser();
    let discovery = format!("{}/.well-known/openid-configuration", addresses.origin());
    let scripts = Scripts::new(addresses.origin());
    let (browser, others) = if is_fapi {
        scripts.fapi()
    } else {
        scripts.openid()
    };
    let mut configuration = json!({
        "description": description,
        // The suite's page links a style sheet of another host.
        "options": {"browsercontrol_css_enable": false},
        "server": {"discoveryUrl": discovery},
    });
    // An alias is part of every URL of the plan. Without one each module has other URLs, so that
    // Doorward fetches the document of a sector, for example, again.
    if plan.registration() != Registration::Dynamic {
        configuration["alias"] = json!(plan.name);
    }
    if has_browser {
        configuration["browser"] = browser;
        configuration["override"] = others;
    }
    for (member, client) in clients {
        configuration[member] = client;
    }
    if is_fapi {
        add_fapi(&mut configuration, plan, addresses, credentials);
    } else if has_browser {
        let server = &mut configuration["server"];
        server["login_hint"] = json!("alice@example.com");
        server["ui_locales"] = json!("en");
        server["jwks_refresh_delay"] = json!(5);
    } else {
        services::add(&mut configuration, plan, addresses);
        if plan.registration() == Registration::Ciba {
            add_keys(&mut configuration, credentials);
        }
    }
    if plan.registration() == Registration::Dynamic {
        for member in ["client", "client2"] {
            configuration[member] = json!({
                "client_name": format!("{} {member}", plan.name),
                "initial_access_token": credentials.initial_access_token,
            });
        }
    }
    configuration
}

fn add_fapi(
    configuration: &mut Value,
    plan: &Plan,
    addresses: &Addresses,
    credentials: &Credentials,
) {
    let resource = if plan.variant("openid") == "plain_oauth" {
        at(&addresses.tasks.public_url, "/api/tasks")
    } else if plan.variant("sender_constrain") == "mtls" {
        at(&addresses.mtls.public_url, "/oauth2/userinfo")
    } else {
        at(&addresses.issuer, "/oauth2/userinfo")
    };
    configuration["resource"] = json!({"resourceUrl": resource});
    if plan.is_rich() {
        configuration["resource"]["richAuthorizationRequest"] = clients::authorization_details();
    }
    add_keys(configuration, credentials);
    for client in ["client", "client2"] {
        configuration[client]["scope"] = json!(clients::requested_scopes(plan));
        configuration[client]["dpop_signing_alg"] = json!("ES256");
    }
}

/// Adds the keys and the certificates of both clients.
fn add_keys(configuration: &mut Value, credentials: &Credentials) {
    let members = [("client", "mtls"), ("client2", "mtls2")];
    for ((client, certificate), keys) in members.into_iter().zip(&credentials.keys) {
        configuration[client]["jwks"] = keys.private.clone();
        configuration[certificate] = keys.mutual_tls.clone();
    }
}

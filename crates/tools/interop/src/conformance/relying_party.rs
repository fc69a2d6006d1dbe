//! Doorward as the relying party: a user signs in with the suite as the provider. Each module has a
//! different issuer, so that Doorward fetches metadata and keys in each module.

use doorward_user_agent::UserAgent;
use serde_json::{Value, json};

use super::addresses::Addresses;
use super::plans::Plan;
use crate::failure::Failure;

/// Client secret at the suite. A module signs with it (HS256), which needs 32 bytes.
const SECRET: &str = "7c1e0a5bd2934f68a1b7e6c05d98f243";
/// Modules that end when Doorward has fetched metadata and keys; then they accept no more requests.
const ONLY_DISCOVERY: [&str; 4] = [
    "oidcc-client-test-discovery-jwks-uri-keys",
    "oidcc-client-test-discovery-openid-config",
    "oidcc-client-test-discovery-webfinger-acct",
    "oidcc-client-test-discovery-webfinger-url",
];
/// The module that rotates its signing key between two sign-ins.
const ROTATION: &str = "oidcc-client-test-signing-key-rotation";

/// Returns Doorward's registration at the suite.
pub fn client(plan: &Plan, addresses: &Addresses) -> Value {
    let (origin, name) = (addresses.origin(), &plan.name);
    let mut client = json!({
        "client_id": name,
        "redirect_uri": format!("{origin}/login/callback/{name}"),
    });
    if plan.is_fapi_client() {
        client["scope"] = json!("openid email profile");
    } else {
        client["client_secret"] = json!(SECRET);
    }
    if plan.signs_out() {
        client["post_logout_redirect_uri"] = json!(format!("{origin}/login"));
        let logout = format!("{origin}/login/logout/{name}");
        client["backchannel_logout_uri"] = json!(logout);
        client["frontchannel_logout_uri"] = json!(logout);
    }
    client
}

/// Adds Doorward's keys, with which it proves who it is.
///
/// # Errors
///
/// Returns an error if Doorward does not answer.
pub async fn add_keys(configuration: &mut Value) -> Result<(), Failure> {
    let url = format!("{}/oauth2/jwks", Addresses::read()?.origin());
    let page = UserAgent::accepting_any_certificate().get(url).await;
    configuration["client"]["jwks"] = page.json();
    Ok(())
}

/// Returns the file of `doorward provider apply` that makes a module the plan's provider.
///
/// # Errors
///
/// Returns an error if the file cannot be encoded.
pub fn provider(plan: &Plan, issuer: &str) -> Result<String, Failure> {
    let mut provider = json!({
        "issuer": issuer,
        "client_id": plan.name,
        "form_post": plan.suite_name.contains("formpost"),
    });
    if plan.is_fapi_client() {
        provider["client_auth"] = json!("private_key_jwt");
        provider["pushed_requests"] = json!(true);
        provider["dpop"] = json!(true);
    } else {
        provider["client_secret"] = json!(SECRET);
    }
    toml::to_string(&json!({&plan.name: provider})).map_err(|error| error.to_string())
}

/// Signs in with the plan's provider, as often as the module expects. The suite decides by the requests
/// that it receives.
pub async fn sign_in(origin: String, plan: Plan, module: String) {
    let times = if module == ROTATION { 2 } else { 1 };
    for _ in 0..times {
        let agent = UserAgent::accepting_any_certificate();
        let login = agent.get(format!("{origin}/login")).await;
        let button = format!("[formaction='/login/with/{}']", plan.name);
        let going = agent.submit(&login.press(&button)).await;
        // Without this link, Doorward has rejected the provider's metadata.
        let Some(onward) = going.link_of("a.primary[href^='https:']") else {
            return;
        };
        if ONLY_DISCOVERY.contains(&module.as_str()) {
            return;
        }
        let page = agent.follow(agent.get(onward).await, "").await;
        // Form post response mode: the suite's page posts the response to Doorward.
        let response = page.find_form(&format!("form[action^='{origin}']"));
        if let Some(response) = response {
            agent.follow(agent.submit(&response).await, "").await;
        }
    }
}

/// Signs out at the provider, in place of a page that knows the ID token: Doorward keeps none.
pub async fn sign_out(issuer: String, origin: String, id_token: String) {
    let agent = UserAgent::accepting_any_certificate();
    let back = format!("{origin}/login");
    let fields = [
        ("id_token_hint", id_token.as_str()),
        ("post_logout_redirect_uri", back.as_str()),
        ("state", "suite"),
    ];
    let endpoint = format!("{}/end_session_endpoint", issuer.trim_end_matches('/'));
    agent.post(endpoint, &fields).await;
}

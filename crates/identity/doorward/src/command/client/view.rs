//! The representation of a client on the command line.

use doorward_domain::model::{AssertionAudience, PKCE_STREAK, client_settings};
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::origin;
use serde_json::Map;

use super::consent;
use super::parse::{describe_method, grant_list};
use crate::command::prelude::*;
use crate::command::values::lifetime;

pub(super) fn show(client: &Client, as_json: bool) -> Result {
    if as_json {
        return output::json(&document(client));
    }
    output::fields(&fields(client))
}

/// Returns the labels and texts of a client. Some texts describe several settings.
fn fields(client: &Client) -> Vec<(&'static str, String)> {
    let dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let audience = client.assertion_audience.map(AssertionAudience::as_str);
    let after_logout = client.post_logout_redirect_uris.join(" ");
    let format = client.access_token_format.as_str().to_owned();
    let is_bound = client.certificate_bound_access_tokens.to_string();
    let backchannel = client.logout.backchannel.as_deref();
    let frontchannel = client.logout.frontchannel.as_deref();
    vec![
        ("client_id", client.id.to_string()),
        ("name", client.name.clone()),
        ("kind", client.kind.as_str().to_owned()),
        ("profile", client.profile.as_str().to_owned()),
        ("auth_method", describe_method(client)),
        ("assertion_audience", dash(audience)),
        ("redirect_uris", client.redirect_uris.join(" ")),
        ("post_logout_redirect_uris", after_logout),
        ("grants", grant_list(client)),
        ("scopes", client.scopes.to_string()),
        ("first_party", client.first_party.to_string()),
        ("serves", client.serves.join(" ")),
        ("access_token_format", format),
        ("access_token_ttl", lifetime(client.access_token_ttl)),
        ("id_token_ttl", lifetime(client.id_token_ttl)),
        ("pkce", pkce(client)),
        ("origins", origin::list_origins(client).join(" ")),
        ("claims_in_id_token", client.claims_in_id_token.to_string()),
        ("require_mfa", client.require_mfa.to_string()),
        ("requests", requests(client)),
        ("request_uris", client.request_uris.join(" ")),
        ("dpop", client.dpop_bound_access_tokens.to_string()),
        ("bind_to_certificate", is_bound),
        ("certificate", certificate(client)),
        ("responses", responses(client)),
        ("algorithms", algorithms(client)),
        ("keys", keys(client)),
        ("sector_identifier", dash(client.pairwise_sector.as_deref())),
        ("backchannel_logout_uri", dash(backchannel)),
        ("frontchannel_logout_uri", dash(frontchannel)),
        ("exchange", exchange(client)),
        ("consent", consent::describe(client)),
        ("details", client.authorization_details_types.join(" ")),
        ("registered_by", client.registered_by.as_str().to_owned()),
        ("disabled_at", output::time_or_dash(client.disabled_at)),
        ("created_at", output::time(client.created_at)),
        ("updated_at", output::time(client.updated_at)),
    ]
}

/// Returns a client as JSON: the settings, and what the server derives from them.
pub(super) fn document(client: &Client) -> Value {
    let settings = client_settings::CHANGEABLE.iter();
    let settings = settings.map(|setting| (setting.shown, (setting.value)(client)));
    let id = ("client_id", json!(client.id.as_str()));
    let fetched_at = client
        .document
        .map(|stored| output::time(stored.fetched_at));
    let others = [
        ("kind", json!(client.kind.as_str())),
        ("scopes", client.scopes.iter().collect()),
        ("origins", json!(origin::list_origins(client))),
        ("document_fetched_at", json!(fetched_at)),
        ("consent", consent::document(client)),
        ("pkce", json!(client.pkce_policy().as_str())),
        ("pkce_switched", json!(client.has_switched_to_pkce())),
        ("registered_by", json!(client.registered_by.as_str())),
        ("disabled_at", json!(client.disabled_at.map(output::time))),
        ("created_at", json!(output::time(client.created_at))),
        ("updated_at", json!(output::time(client.updated_at))),
    ];
    // The later value of a name counts.
    let members = std::iter::once(id).chain(settings).chain(others);
    let members = members.map(|(name, value)| (name.to_owned(), value));
    members.collect::<Map<_, _>>().into()
}

/// Describes the effective policy and its origin.
fn pkce(client: &Client) -> String {
    let policy = client.pkce_policy().as_str();
    if client.has_switched_to_pkce() {
        return format!(
            "{policy} (auto: {PKCE_STREAK} sign-ins in a row used it; undo: doorward client update {} \
             --pkce auto)",
            client.id
        );
    }
    match client.code_protection {
        Some(last) if !client.requires_pkce() => {
            format!(
                "{policy} (protection of the last sign-in: {})",
                last.as_str()
            )
        }
        _ => policy.to_owned(),
    }
}

fn responses(client: &Client) -> String {
    let alg = client.authorization_signed_response_alg;
    alg.map_or_else(
        || "as asked for".to_owned(),
        |alg| format!("signed with {alg}"),
    )
}

fn algorithms(client: &Client) -> String {
    let userinfo = client.userinfo_signed_response_alg;
    let introspection = client.introspection_signed_response_alg.unwrap_or_default();
    format!(
        "ID token {}, userinfo {}, introspection {introspection}",
        client.id_token_signed_response_alg,
        userinfo.map_or("unsigned", SigningAlg::as_str),
    )
}

fn requests(client: &Client) -> String {
    let pushed = client.require_pushed_authorization_requests;
    let signed = client.require_signed_request_object;
    match (pushed, signed) {
        (false, false) => "any",
        (true, false) => "pushed",
        (false, true) => "signed",
        (true, true) => "pushed and signed",
    }
    .to_owned()
}

fn keys(client: &Client) -> String {
    match (&client.jwks, &client.jwks_uri) {
        (Some(_), _) => "registered".to_owned(),
        (None, Some(address)) => address.clone(),
        (None, None) => "-".to_owned(),
    }
}

fn certificate(client: &Client) -> String {
    let subject = client.certificate_subject.as_ref();
    subject.map_or_else(
        || "-".to_owned(),
        |subject| format!("{} {}", subject.member(), subject.value()),
    )
}

fn exchange(client: &Client) -> String {
    match client.exchange.audiences.join(" ") {
        list if list.is_empty() => "-".to_owned(),
        list if client.exchange.impersonation => format!("{list} (may impersonate)"),
        list => list,
    }
}

#[cfg(test)]
mod tests {
    use doorward_domain::model::{ClientId, ClientKind};

    use super::*;

    /// Labels of texts that describe settings with other names.
    const LABELS: [(&str, &str); 20] = [
        ("allowed_origins", "origins"),
        ("dpop_bound_access_tokens", "dpop"),
        ("certificate_bound_access_tokens", "bind_to_certificate"),
        ("authorization_details_types", "details"),
        ("certificate_subject", "certificate"),
        ("require_pushed_authorization_requests", "requests"),
        ("require_signed_request_object", "requests"),
        ("jwks", "keys"),
        ("jwks_uri", "keys"),
        ("authorization_signed_response_alg", "responses"),
        ("id_token_signed_response_alg", "algorithms"),
        ("userinfo_signed_response_alg", "algorithms"),
        ("introspection_signed_response_alg", "algorithms"),
        ("exchange_audiences", "exchange"),
        ("exchange_impersonation", "exchange"),
        // Doorward always sends what these two require.
        (
            "backchannel_logout_session_required",
            "backchannel_logout_uri",
        ),
        (
            "frontchannel_logout_session_required",
            "frontchannel_logout_uri",
        ),
        // Only a registration sets these two; the text does not contain them.
        ("default_max_age", "registered_by"),
        ("default_acr_values", "registered_by"),
        ("grant_types", "grants"),
    ];

    #[test]
    fn text_has_each_setting() {
        let id = ClientId::parse("web").unwrap();
        let client = Client::new(id, "Web".to_owned(), ClientKind::Confidential, 0);
        let fields = fields(&client);
        for setting in client_settings::all() {
            let label = LABELS.iter().find(|(name, _)| *name == setting.name);
            let label = label.map_or(setting.name, |(_, label)| label);
            let is_shown = fields.iter().any(|(name, _)| *name == label);
            assert!(is_shown, "{}", setting.name);
        }
    }
}

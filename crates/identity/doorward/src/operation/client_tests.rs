//! Tests of the command that the console shows for a change of a client: the parser reads the same members
//! from it.

use std::collections::BTreeSet;

use doorward_admin::clients::change_from_json;
use doorward_admin::clients::operations::UPDATE;
use doorward_admin::operation::find;
use doorward_domain::model::{Client, ClientId, ClientKind, client_settings};

use super::*;
use crate::cli;

/// Returns the members that the parser reads from a command.
#[track_caller]
fn read(words: &[String]) -> Map<String, Value> {
    let matches = cli::command().try_get_matches_from(words);
    let matches = matches.unwrap_or_else(|error| panic!("{words:?}: {error}"));
    let invocation = Invocation::read(&matches).unwrap().unwrap();
    body(invocation.entry, &invocation.arguments).unwrap()
}

fn members(id: &str, body: &Value) -> Map<String, Value> {
    let mut members = body.as_object().unwrap().clone();
    members.insert("id".to_owned(), id.into());
    members
}

/// Values of all members that a command can express.
fn values() -> Vec<Value> {
    let uri = "https://app.example/it's?a=1&b=2";
    vec![
        json!({ "name": "Photo $HOME Album" }),
        json!({ "auth_method": "private_key_jwt" }),
        json!({ "profile": "fapi2" }),
        json!({ "redirect_uris": [uri, "https://app.example/b"] }),
        json!({ "redirect_uris": [] }),
        json!({ "post_logout_redirect_uris": [uri] }),
        json!({ "post_logout_redirect_uris": [] }),
        json!({ "grant_types": ["authorization_code", "urn:openid:params:grant-type:ciba"] }),
        json!({ "scope": "openid email" }),
        json!({ "scope": "" }),
        json!({ "first_party": true }),
        json!({ "serves": ["https://api.example"] }),
        json!({ "serves": [] }),
        json!({ "access_token_format": "opaque" }),
        json!({ "access_token_ttl": 3600 }),
        json!({ "access_token_ttl": 0 }),
        json!({ "id_token_ttl": 60 }),
        json!({ "assertion_audience": "default" }),
        json!({ "claims_in_id_token": false }),
        json!({ "pkce": "optional" }),
        json!({ "allowed_origins": ["https://app.example"] }),
        json!({ "allowed_origins": [] }),
        json!({ "require_mfa": true }),
        json!({ "dpop_bound_access_tokens": false }),
        json!({ "tls_client_certificate_bound_access_tokens": true }),
        json!({ "authorization_details_types": ["payment"] }),
        json!({ "authorization_details_types": [] }),
        json!({ "tls_client_auth_subject_dn": "CN=app, O=Example" }),
        json!({ "tls_client_auth_san_dns": "app.example" }),
        json!({ "tls_client_auth_san_uri": uri }),
        json!({ "tls_client_auth_san_ip": "192.0.2.7" }),
        json!({ "tls_client_auth_san_email": "app@app.example" }),
        json!({ "require_pushed_authorization_requests": true }),
        json!({ "require_signed_request_object": true }),
        json!({ "request_uris": [uri] }),
        json!({ "request_uris": [] }),
        json!({ "jwks_uri": uri }),
        json!({ "id_token_signed_response_alg": "ES256" }),
        json!({ "userinfo_signed_response_alg": "" }),
        json!({ "authorization_signed_response_alg": "PS256" }),
        json!({ "introspection_signed_response_alg": "EdDSA" }),
        json!({ "sector_identifier": "" }),
        json!({ "backchannel_logout_uri": uri }),
        json!({ "backchannel_logout_session_required": true }),
        json!({ "frontchannel_logout_uri": "" }),
        json!({ "frontchannel_logout_session_required": false }),
        json!({ "backchannel_client_notification_endpoint": uri }),
        json!({ "exchange_audiences": ["https://api.example"] }),
        json!({ "exchange_audiences": [] }),
        json!({ "exchange_impersonation": true }),
        json!({ "consent": { "optional_scope": "email profile" } }),
        json!({ "consent": { "optional_scope": "" } }),
        json!({ "consent": { "lifetime": 2_592_000 } }),
        json!({ "consent": { "lifetime": 3_600 } }),
        json!({ "consent": { "lifetime": 0 } }),
        json!({ "consent": { "publisher": "Example Ltd" } }),
        json!({ "consent": { "policy_uri": "" } }),
        json!({ "consent": { "tos_uri": uri } }),
    ]
}

#[test]
fn command_has_members_of_call() {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for body in values() {
        let members = members("photos", &body);
        let words = UPDATE.command_with(&members, None);
        assert_eq!(read(&words), members, "{words:?}");
        change_from_json(body).unwrap();
        let settings = client_settings::members().map(|(_, member)| member);
        known.extend(settings.filter(|member| find(&members, member).is_some()));
    }
    // Files of keys are tested below, and the kind is set at registration.
    let all = client_settings::members().map(|(_, member)| member);
    let all: BTreeSet<&str> = all
        .filter(|member| !["jwks", "kind"].contains(member))
        .collect();
    assert_eq!(known, all, "a new setting needs a row");
}

#[test]
fn command_names_file_of_keys() {
    let body = json!({ "jwks": { "keys": [] }, "name": "A" });
    let words = UPDATE.command_with(&members("photos", &body), None);
    let expected = "doorward client update --name=A --jwks=jwks.json photos";
    assert_eq!(words.join(" "), expected);
    let matches = cli::command().try_get_matches_from(words).unwrap();
    assert!(Invocation::read(&matches).unwrap().is_some());
}

#[test]
fn id_that_looks_like_option_is_no_option() {
    let words = UPDATE.command_with(&members("-app", &json!({ "name": "A" })), None);
    assert_eq!(read(&words)["id"], "-app");
}

#[test]
fn short_forms_and_lists_are_read() {
    let words = "doorward client update web --grant device_code --add-scope a --add-scope b \
                 --scope c --consent-lifetime 30d --first-party --origin= --add-redirect-uri x";
    let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    let expected = json!({
        "id": "web", "grant_types": ["device_code"], "add_scope": "a b", "scope": "c",
        "consent": { "lifetime": 2_592_000 }, "first_party": true, "allowed_origins": [],
        "add_redirect_uris": ["x"],
    });
    assert_eq!(Value::Object(read(&words)), expected);
}

/// Checks that a change of one setting changes nothing else.
#[test]
fn change_keeps_other_settings() {
    let id = ClientId::parse("photos").unwrap();
    let mut client = Client::new(id, "A".to_owned(), ClientKind::Confidential, 0);
    let change = change_from_json(json!({ "name": "B" })).unwrap();
    assert_eq!(change.apply(&mut client, 5), ["name"]);
}

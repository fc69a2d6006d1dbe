//! Tests of the command that the console shows for a change: the parser accepts it, and it changes a
//! client as the admin API does.

use std::collections::BTreeSet;

use clap::Parser as _;
use doorward_admin::clients::change_from_json;
use doorward_console_ui::equivalent::client::update_command;
use doorward_domain::model::{Client, ClientChange, ClientId, ClientKind, client_settings};
use serde_json::{Value, json};

use super::{UpdateArgs, Verb};
use crate::cli::{Cli, Command};

/// Parses a command as the program does.
#[track_caller]
fn parse(words: &[String]) -> UpdateArgs {
    let cli = Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{words:?}: {error}"));
    let Command::Client(args) = cli.command else {
        panic!("{words:?}");
    };
    let Verb::Update(args) = args.verb else {
        panic!("{words:?}");
    };
    args
}

/// Returns the change of a command, without additions.
fn change(args: UpdateArgs) -> ClientChange {
    let mut change = ClientChange {
        name: args.name,
        ..args.settings.read().unwrap()
    };
    if let Some(types) = &mut change.authorization_details_types {
        types.retain(|name| !name.is_empty());
    }
    if args.no_origins {
        change.allowed_origins = Some(Vec::new());
    }
    if args.no_exchange {
        change.exchange_audiences = Some(Vec::new());
    }
    change
}

fn id() -> ClientId {
    ClientId::parse("photos").unwrap()
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
        json!({ "exchange_audiences": ["https://api.example"] }),
        json!({ "exchange_audiences": [] }),
        json!({ "exchange_impersonation": true }),
        json!({ "consent": { "optional_scope": "email profile" } }),
        json!({ "consent": { "optional_scope": "" } }),
        json!({ "consent": { "lifetime": 2_592_000 } }),
        json!({ "consent": { "lifetime": 0 } }),
        json!({ "consent": { "publisher": "Example Ltd" } }),
        json!({ "consent": { "policy_uri": "" } }),
        json!({ "consent": { "tos_uri": uri } }),
    ]
}

#[test]
fn command_changes_client_as_api_does() {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for body in values() {
        let words = update_command(&id(), &body).unwrap();
        let args = parse(&words);
        assert_eq!(args.id, "photos");
        let expected = change_from_json(body.clone()).unwrap();
        assert_eq!(change(args), expected, "{words:?}");
        for setting in client_settings::all() {
            let is_given = |member: &&&str| {
                let pointer = format!("/{}", member.replace('.', "/"));
                body.pointer(&pointer).is_some()
            };
            known.extend(setting.members.iter().filter(is_given));
        }
    }
    // Files of keys are tested below, and the kind is set at registration.
    let all: BTreeSet<&str> = client_settings::all()
        .flat_map(|setting| setting.members)
        .copied()
        .filter(|member| !["jwks", "kind"].contains(member))
        .collect();
    assert_eq!(known, all, "a new setting needs a row");
}

#[test]
fn command_names_file_of_keys() {
    let body = json!({ "jwks": { "keys": [] }, "name": "A" });
    let words = update_command(&id(), &body).unwrap();
    let expected = "doorward client update --name=A --jwks=keys.json photos";
    assert_eq!(words.join(" "), expected);
    parse(&words);
}

#[test]
fn lifetime_without_whole_days_has_no_command() {
    let body = json!({ "consent": { "lifetime": 3_600 } });
    assert_eq!(update_command(&id(), &body), None);
}

#[test]
fn id_that_looks_like_option_is_no_option() {
    let id = ClientId::parse("-app").unwrap();
    let words = update_command(&id, &json!({ "name": "A" })).unwrap();
    assert_eq!(parse(&words).id, "-app");
}

/// Checks that a command with the values of a client changes nothing else.
#[test]
fn command_keeps_other_settings() {
    let words = update_command(&id(), &json!({ "name": "B" })).unwrap();
    let mut client = Client::new(id(), "A".to_owned(), ClientKind::Confidential, 0);
    let names = change(parse(&words)).apply(&mut client, 5);
    assert_eq!(names, ["name"]);
}

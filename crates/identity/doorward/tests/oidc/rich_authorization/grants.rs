//! Tests of authorization details at the token endpoint (RFC 9396 §6 to §9), for each grant.

use doorward_domain::model::Client;
use doorward_protocol::token::GrantType;
use doorward_testkit::authorization::VERIFIER;
use doorward_testkit::{Stack, UserAgent, flows_with};
use serde_json::{Value, json};

use super::{BACKUP, BANK, FILES, TYPES, claims, folders, granted, open, payment, request};
use crate::device;
use crate::support::{assert_oauth_error, text, tokens};
use crate::token_exchange as exchange;

flows_with!(
    TYPES;
    rfc_9396_6_code_is_exchanged_for_less_and_never_for_more,
    rfc_9396_6_refresh_is_for_less_and_never_for_more,
    rfc_9396_9_1_token_holds_details_of_audience,
    rfc_9396_6_client_credentials_get_details_without_user,
    rfc_9396_6_exchange_does_not_widen_details,
    rfc_9396_6_device_requests_authorization_details,
    oa_11_withdrawn_type_is_absent_from_tokens,
);

const ERROR: &str = "invalid_authorization_details";

async fn rfc_9396_6_code_is_exchanged_for_less_and_never_for_more(stack: &Stack) {
    let client = &stack.seed.web;
    open(stack, client).await;
    let asked = json!([payment(), folders(&["read", "write"])]);
    let authorization = request(stack, client, &asked);
    let agent = UserAgent::new();
    let redeem = async |details: &str| {
        let code = authorization.complete(&agent, "alice").await.code();
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &client.redirect_uri),
            ("code_verifier", VERIFIER),
            ("authorization_details", details),
        ];
        stack.token(client, &fields).await
    };
    let mut dearer = payment();
    dearer["amount"]["value"] = json!("9999.00");
    for more in [
        "x".to_owned(),
        json!([dearer]).to_string(),
        json!([{"type": "folders", "actions": ["read"]}]).to_string(),
        json!([{"type": "unknown"}]).to_string(),
    ] {
        assert_oauth_error(&redeem(&more).await, 400, ERROR);
    }
    let less = json!([folders(&["read"])]);
    let json = tokens(&redeem(&less.to_string()).await);
    assert_eq!(json["authorization_details"], less);
    assert_eq!(claims(&json)["authorization_details"], less);
    // The grant keeps the details that the user approved.
    let json = tokens(&stack.refresh(client, &text(&json, "refresh_token")).await);
    assert_eq!(json["authorization_details"], asked);
}

async fn rfc_9396_6_refresh_is_for_less_and_never_for_more(stack: &Stack) {
    let client = &stack.seed.web;
    open(stack, client).await;
    let json = granted(stack, client, &json!([folders(&["read", "write"])])).await;
    let mut token = text(&json, "refresh_token");
    for (details, good) in [
        (json!([folders(&["write"])]), true),
        (json!([]), true),
        (json!([payment()]), false),
        (json!([folders(&["read", "write"]), payment()]), false),
        (json!([folders(&["read", "write"])]), true),
    ] {
        let asked = details.to_string();
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &token),
            ("authorization_details", &asked),
        ];
        let page = stack.token(client, &fields).await;
        if !good {
            assert_oauth_error(&page, 400, ERROR);
            continue;
        }
        let json = tokens(&page);
        let expected = details.as_array().filter(|items| !items.is_empty());
        let expected = expected.map(|items| Value::from(items.clone()));
        assert_eq!(json.get("authorization_details"), expected.as_ref());
        token = text(&json, "refresh_token");
    }
}

async fn rfc_9396_9_1_token_holds_details_of_audience(stack: &Stack) {
    let client = &stack.seed.web;
    open(stack, client).await;
    let mut one_place = folders(&["write"]);
    one_place["locations"] = json!([FILES, BACKUP]);
    let asked = json!([payment(), folders(&["read"]), one_place]);
    let json = granted(stack, client, &asked).await;
    let token = text(&json, "refresh_token");
    let mut there = one_place.clone();
    there["locations"] = json!([FILES]);
    let mut token = token;
    for (resource, expected) in [
        (BANK, json!([payment()])),
        (FILES, json!([folders(&["read"]), there])),
    ] {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &token),
            ("resource", resource),
        ];
        let json = tokens(&stack.token(client, &fields).await);
        assert_eq!(json["authorization_details"], expected);
        assert_eq!(claims(&json)["authorization_details"], expected);
        assert_eq!(claims(&json)["aud"], resource);
        token = text(&json, "refresh_token");
    }
}

async fn rfc_9396_6_client_credentials_get_details_without_user(stack: &Stack) {
    let client = &stack.seed.service;
    open(stack, client).await;
    let ask = async |details: &Value| {
        let details = details.to_string();
        let fields = [
            ("grant_type", "client_credentials"),
            ("authorization_details", &details),
        ];
        stack.token(client, &fields).await
    };
    let asked = json!([folders(&["read"])]);
    let json = tokens(&ask(&asked).await);
    assert_eq!(json["authorization_details"], asked);
    let claims = claims(&json);
    assert_eq!(claims["authorization_details"], asked);
    let aud = claims["aud"].as_array().unwrap();
    assert!(aud.contains(&json!(FILES)) && !aud.contains(&json!(BANK)));
    for wrong in [
        json!([payment()]),
        json!([folders(&["steal"])]),
        json!([folders(&["read"]), payment()]),
        json!([{"type": "unknown"}]),
    ] {
        assert_oauth_error(&ask(&wrong).await, 400, ERROR);
    }
}

async fn rfc_9396_6_exchange_does_not_widen_details(stack: &Stack) {
    let (client, gateway) = (&stack.seed.web, exchange::gateway(stack));
    open(stack, client).await;
    exchange::open(stack).await;
    let types = |client: &mut Client| client.authorization_details_types = vec!["folders".into()];
    stack.change_client(&gateway.id, types).await;
    let mut here = folders(&["read", "write"]);
    here["locations"] = json!([FILES]);
    let asked = json!([payment(), here]);
    let authorization = request(stack, client, &asked).with("scope", "openid tasks:read");
    let code = authorization.complete(&UserAgent::new(), "alice").await;
    let json = tokens(&stack.exchange(client, &code.code()).await);
    let subject = text(&json, "access_token");
    // The new token is for the tasks API, which uses neither type.
    let json = exchange::exchanged(stack, &subject, &[]).await;
    assert_eq!(json.get("authorization_details"), None);
    for more in [json!([payment()]), json!([folders(&["read"])])] {
        let fields = [("authorization_details", more.to_string())];
        let fields = fields
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let page = exchange::ask(stack, gateway, &subject, &fields).await;
        assert_oauth_error(&page, 400, ERROR);
    }
    let mut less = here.clone();
    less["actions"] = json!(["read"]);
    let asked = json!([less]).to_string();
    let fields = [("authorization_details", asked.as_str())];
    let page = exchange::ask(stack, gateway, &subject, &fields).await;
    assert_eq!(tokens(&page).get("authorization_details"), None);
}

async fn rfc_9396_6_device_requests_authorization_details(stack: &Stack) {
    let client = &stack.seed.device;
    open(stack, client).await;
    let asked = json!([payment()]);
    let details = asked.to_string();
    let fields = [("scope", "openid"), ("authorization_details", &details)];
    let page = device::begin(stack, client, &fields).await;
    let codes = page.json();
    let agent = UserAgent::new();
    let page = device::open(stack, &agent, "alice").await;
    let page = device::type_code(&agent, &page, &text(&codes, "user_code")).await;
    let said = page.texts_of(".scopes > li").join("\n");
    assert!(
        said.contains("Pay from your account") && said.contains("123.50"),
        "{said}"
    );
    device::press(&agent, &page, "allow").await;
    let page = device::poll(stack, client, &text(&codes, "device_code")).await;
    let json = tokens(&page);
    assert_eq!(json["authorization_details"], asked);
    assert_eq!(claims(&json)["aud"], BANK);
    let fields = [("authorization_details", r#"[{"type":"unknown"}]"#)];
    assert_oauth_error(&device::begin(stack, client, &fields).await, 400, ERROR);
}

async fn oa_11_withdrawn_type_is_absent_from_tokens(stack: &Stack) {
    let client = &stack.seed.web;
    open(stack, client).await;
    let json = granted(stack, client, &json!([payment(), folders(&["read"])])).await;
    let less = |client: &mut Client| client.authorization_details_types = vec!["folders".into()];
    stack.change_client(&client.id, less).await;
    let json = tokens(&stack.refresh(client, &text(&json, "refresh_token")).await);
    assert_eq!(json["authorization_details"], json!([folders(&["read"])]));
    assert_eq!(
        claims(&json)["authorization_details"],
        json["authorization_details"]
    );
    // Without a user to ask, no authorization details are granted (RFC 7523 §2.1).
    let service = &stack.seed.service;
    let allow = |client: &mut Client| client.grant_types.push(GrantType::JwtBearer);
    stack.change_client(&service.id, allow).await;
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("assertion", "x"),
        ("authorization_details", r#"[{"type":"folders"}]"#),
    ];
    assert_oauth_error(&stack.token(service, &fields).await, 400, ERROR);
}

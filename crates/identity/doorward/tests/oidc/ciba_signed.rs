//! Tests of signed authentication requests (CIBA Core §7.1.1, FAPI-CIBA §5.2.2). Each row of rejections
//! resembles a module of the conformance suite.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Client, SecurityProfile};
use doorward_protocol::client_auth::{ClientAuthMethod, JWT_BEARER};
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_rules::client_profile;
use doorward_testkit::{Page, Stack, flows};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{assert_oauth_error, text};
use crate::support_keys::TestKey;
use crate::support_mtls::{http, post, register};

flows!(
    ciba_7_1_1_signed_request_is_accepted,
    ciba_7_1_1_each_flaw_of_signed_request,
    ciba_7_1_1_signature_is_checked,
    ciba_7_1_1_parameters_are_inside_only,
    fapi_ciba_5_2_2_client_must_sign,
    fapi_ciba_5_2_2_token_for_ping_is_signed,
    fapi_ciba_5_2_2_rs256_fails,
);

const ID: &str = "till";
const CIBA: &str = "/oauth2/bc-authorize";

/// A client of the operator with its key.
struct Till<'a> {
    stack: &'a Stack,
    key: TestKey,
}

impl<'a> Till<'a> {
    async fn new(stack: &'a Stack, key: TestKey, profile: SecurityProfile) -> Self {
        register(stack, ID, ClientAuthMethod::PrivateKeyJwt, |client| {
            client.jwks = Some(key.jwks());
            client.scopes = Scope::parse("openid").unwrap();
            client.grant_types = vec![GrantType::Ciba];
            client.first_party = true;
            client.profile = profile;
            client_profile::pin(client, &[]);
        })
        .await;
        Self { stack, key }
    }

    fn object(&self) -> Value {
        let now = self.stack.clock.now();
        json!({
            "iss": ID, "aud": self.stack.issuer(), "iat": now, "nbf": now, "exp": now + 300,
            "jti": Uuid::new_v4(), "scope": "openid", "login_hint": "alice",
            "binding_message": "1234", "requested_expiry": "90",
        })
    }

    fn assertion(&self) -> Value {
        let now = self.stack.clock.now();
        json!({
            "iss": ID, "sub": ID, "aud": self.stack.at(CIBA), "jti": Uuid::new_v4(), "iat": now,
            "exp": now + 60,
        })
    }

    async fn send(&self, fields: &[(&str, &str)]) -> Page {
        let assertion = self.key.sign(None, &self.assertion());
        let mut all = vec![
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion.as_str()),
        ];
        all.extend(fields);
        post(&http(None), &self.stack.at(CIBA), &all).await
    }

    async fn signed(&self, claims: &Value) -> Page {
        self.send(&[("request", &self.key.sign(None, claims))])
            .await
    }
}

async fn ciba_7_1_1_signed_request_is_accepted(stack: &Stack) {
    let till = Till::new(stack, TestKey::new("ES256", "one"), SecurityProfile::None).await;
    for (name, value) in [
        ("requested_expiry", json!("90")),
        ("requested_expiry", json!(90)),
        ("aud", json!([stack.issuer(), "https://other.example"])),
        ("client_id", json!(ID)),
        ("nbf", json!(stack.clock.now() + 8)),
    ] {
        let mut claims = till.object();
        claims[name] = value;
        let page = till.signed(&claims).await;
        assert_eq!(page.status, 200, "{claims}: {}", page.dump());
        assert_eq!(page.json()["expires_in"], 90);
        assert!(!text(&page.json(), "auth_req_id").is_empty());
    }
}

async fn ciba_7_1_1_each_flaw_of_signed_request(stack: &Stack) {
    let till = Till::new(stack, TestKey::new("ES256", "one"), SecurityProfile::None).await;
    let now = stack.clock.now();
    for (name, value) in [
        ("aud", json!(null)),
        ("aud", json!("https://other.example")),
        ("iss", json!(null)),
        ("iss", json!("other")),
        ("client_id", json!("other")),
        ("exp", json!(null)),
        ("exp", json!(now - 300)),
        ("exp", json!(now + 4200)),
        ("iat", json!(null)),
        ("nbf", json!(null)),
        ("nbf", json!(now + 600)),
        ("nbf", json!(now - 4200)),
        ("jti", json!(null)),
        ("login_hint", json!(null)),
        ("id_token_hint", json!("e30.e30.e30")),
        ("login_hint_token", json!("x")),
        ("request", json!("x")),
        ("requested_expiry", json!("soon")),
    ] {
        let mut claims = till.object();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value;
        }
        assert_oauth_error(&till.signed(&claims).await, 400, "invalid_request");
    }
    for (name, value, code) in [
        ("scope", "email", "invalid_scope"),
        ("login_hint", "unknown", "unknown_user_id"),
        ("binding_message", "<b>", "invalid_binding_message"),
    ] {
        let mut claims = till.object();
        claims[name] = json!(value);
        assert_oauth_error(&till.signed(&claims).await, 400, code);
    }
    assert!(stack.mails("alice@example.org").await.is_empty());
}

async fn ciba_7_1_1_signature_is_checked(stack: &Stack) {
    let till = Till::new(stack, TestKey::new("ES256", "one"), SecurityProfile::None).await;
    let other = TestKey::new("ES256", "one").sign(None, &till.object());
    let good = till.key.sign(None, &till.object());
    let unsigned = till.key.sign_with(&json!({"alg": "none"}), &till.object());
    let (unsigned, _) = unsigned.rsplit_once('.').unwrap();
    let truncated = &good[..good.len() - 8];
    for object in [&*other, &format!("{unsigned}."), truncated, "x", ""] {
        assert_oauth_error(
            &till.send(&[("request", object)]).await,
            400,
            "invalid_request",
        );
    }
    // A client assertion is no request.
    let assertion = till.key.sign(None, &till.assertion());
    assert_oauth_error(
        &till.send(&[("request", &assertion)]).await,
        400,
        "invalid_request",
    );
}

async fn ciba_7_1_1_parameters_are_inside_only(stack: &Stack) {
    let till = Till::new(stack, TestKey::new("ES256", "one"), SecurityProfile::None).await;
    let good = till.key.sign(None, &till.object());
    for field in [
        ("scope", "openid"),
        ("login_hint", "alice"),
        ("id_token_hint", "x"),
        ("binding_message", "1234"),
        ("requested_expiry", "90"),
        ("resource", "https://api.example"),
        ("client_notification_token", "x"),
        ("request_uri", "https://till.example/request"),
    ] {
        let page = till.send(&[("request", &good), field]).await;
        assert_oauth_error(&page, 400, "invalid_request");
    }
    // The client identifies itself outside.
    let page = till.send(&[("request", &good), ("client_id", ID)]).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn fapi_ciba_5_2_2_client_must_sign(stack: &Stack) {
    let till = Till::new(stack, TestKey::new("ES256", "one"), SecurityProfile::Fapi2).await;
    let plain = [("scope", "openid"), ("login_hint", "alice")];
    assert_oauth_error(&till.send(&plain).await, 400, "invalid_request");
    let page = till.signed(&till.object()).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    // It authenticates in the same request.
    let object = till.key.sign(None, &till.object());
    let fields = [("request", object.as_str()), ("client_id", ID)];
    let page = post(&http(None), &stack.at(CIBA), &fields).await;
    assert_oauth_error(&page, 401, "invalid_client");
    // Without a profile, a setting decides.
    let optional = |client: &mut Client| client.profile = SecurityProfile::None;
    stack.change_client(ID, optional).await;
    assert_eq!(till.send(&plain).await.status, 200);
    let required = |client: &mut Client| client.require_signed_request_object = true;
    stack.change_client(ID, required).await;
    assert_oauth_error(&till.send(&plain).await, 400, "invalid_request");
}

async fn fapi_ciba_5_2_2_token_for_ping_is_signed(stack: &Stack) {
    let till = Till::new(stack, TestKey::new("ES256", "one"), SecurityProfile::Fapi2).await;
    let pinged = |client: &mut Client| {
        let address = "https://till.example/ping".to_owned();
        client.backchannel_client_notification_endpoint = Some(address);
    };
    stack.change_client(ID, pinged).await;
    let mut claims = till.object();
    assert_oauth_error(&till.signed(&claims).await, 400, "invalid_request");
    claims["client_notification_token"] = json!("8d67dc787faa4d41aabd67707b374255");
    let page = till.signed(&claims).await;
    assert_eq!(page.status, 200, "{}", page.dump());
}

async fn fapi_ciba_5_2_2_rs256_fails(stack: &Stack) {
    let keys = [TestKey::new("ES256", "one"), TestKey::new("RS256", "two")];
    let jwks = TestKey::set(&keys);
    let [strong, weak] = keys;
    let till = Till::new(stack, strong, SecurityProfile::Fapi2).await;
    stack
        .change_client(ID, |client| client.jwks = Some(jwks))
        .await;
    let object = weak.sign(None, &till.object());
    assert_oauth_error(
        &till.send(&[("request", &object)]).await,
        400,
        "invalid_request",
    );
    let till = Till { stack, key: weak };
    let page = till.signed(&till.object()).await;
    assert_oauth_error(&page, 401, "invalid_client");
}

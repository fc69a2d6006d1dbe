//! Tests of signed request objects (RFC 9101, OIDC Core §6).

use doorward_access::clock::Clock as _;
use doorward_testkit::{Authorization, Stack, TestClient, UserAgent, flows};
use serde_json::{Value, json};

use crate::support::{assert_error_page, assert_oauth_error, tokens};
use crate::support_keys::TestKey;

flows!(
    rfc_9101_6_3_only_parameters_of_object_count,
    rfc_9101_6_4_invalid_object_is_invalid_request_object,
    rfc_9101_5_client_of_object_equals_client_of_request,
    rfc_9101_10_5_client_with_required_object_must_sign,
    rfc_9126_3_object_is_pushed,
    without_trusted_address_error_is_page,
);

fn claims(stack: &Stack, client: &TestClient) -> Value {
    let now = stack.clock.now();
    let mut claims =
        json!({ "iss": client.id, "aud": stack.issuer(), "exp": now + 60, "nbf": now });
    for (name, value) in Authorization::new(stack.issuer(), client).pairs() {
        claims[name] = json!(value);
    }
    claims["state"] = json!("signed");
    claims
}

async fn give_key(stack: &Stack, client: &TestClient, key: &TestKey) {
    stack
        .change_client(&client.id, |client| client.jwks = Some(key.jwks()))
        .await;
}

async fn rfc_9101_6_3_only_parameters_of_object_count(stack: &Stack) {
    let client = &stack.seed.web;
    for alg in ["RS256", "PS256", "ES256", "EdDSA"] {
        let key = TestKey::new(alg, "one");
        give_key(stack, client, &key).await;
        let object = key.sign(Some("oauth-authz-req+jwt"), &claims(stack, client));
        let request = Authorization::new(stack.issuer(), client)
            .with("request", &object)
            .with("scope", "openid email tasks:delete")
            .with("response_mode", "form_post")
            .with("prompt", "none");
        let agent = UserAgent::new();
        let answer = request.complete(&agent, "alice").await.expect_client();
        assert_eq!(answer["state"], "signed");
        let issued = tokens(&stack.exchange(client, &answer["code"]).await);
        assert_eq!(issued["scope"], "openid");
        // With only the client ID beside the object.
        let mut bare = Authorization::new(stack.issuer(), client);
        for (name, _) in Authorization::new(stack.issuer(), client).pairs() {
            if name != "client_id" {
                bare = bare.is_disabled(name);
            }
        }
        let bare = bare.with("request", &object);
        let by_post = bare.start_by_post(&agent).await.expect_client();
        assert_eq!(by_post["state"], "signed");
        assert!(by_post.contains_key("code"));
    }
}

async fn rfc_9101_6_4_invalid_object_is_invalid_request_object(stack: &Stack) {
    let client = &stack.seed.web;
    let key = TestKey::new("ES256", "one");
    give_key(stack, client, &key).await;
    let changed = |name: &str, value: Value| {
        let mut claims = claims(stack, client);
        claims[name] = value;
        key.sign(None, &claims)
    };
    let without_exp = || {
        let mut claims = claims(stack, client);
        claims.as_object_mut().unwrap().remove("exp");
        key.sign(None, &claims)
    };
    let now = stack.clock.now();
    let good = key.sign(None, &claims(stack, client));
    let (body, _) = good.rsplit_once('.').unwrap();
    let header = key.sign(None, &json!({}));
    let header = header.split('.').next().unwrap();
    for object in [
        TestKey::unsigned(&claims(stack, client)),
        TestKey::new("ES256", "one").sign(None, &claims(stack, client)),
        TestKey::new("ES256", "two").sign(None, &claims(stack, client)),
        format!("{body}."),
        format!("{body}.AAAA"),
        "x".to_owned(),
        // A JWE (CVE-2026-9793), and plain JSON instead of a JWT.
        format!("{header}.e30.e30.e30.e30"),
        claims(stack, client).to_string(),
        key.sign(Some("at+jwt"), &claims(stack, client)),
        key.sign(Some("client-authentication+jwt"), &claims(stack, client)),
        changed("aud", json!("https://other.example")),
        changed("aud", Value::Null),
        changed("iss", json!("post-app")),
        changed("sub", json!(client.id)),
        changed("exp", json!(now)),
        changed("exp", json!(now + 70 * 60)),
        without_exp(),
        changed("nbf", json!(now + 120)),
        changed("request", json!("x")),
        changed("request_uri", json!("urn:ietf:params:oauth:request_uri:x")),
        changed("scope", json!(["openid"])),
    ] {
        let request = Authorization::new(stack.issuer(), client).with("request", &object);
        let answer = request.start(&UserAgent::new()).await.expect_client();
        assert_eq!(
            answer["error"], "invalid_request_object",
            "{answer:?} of {object}"
        );
        assert_eq!(answer["state"], "af0ifjsldkj");
        assert_eq!(answer["iss"], stack.issuer());
        let pushed = stack
            .as_client("/oauth2/par", client, &[("request", &object)])
            .await;
        assert_oauth_error(&pushed, 400, "invalid_request_object");
    }
    // Never both parameters (RFC 9101 §5).
    let both = Authorization::new(stack.issuer(), client)
        .with("request", &good)
        .with("request_uri", "urn:ietf:params:oauth:request_uri:x");
    let answer = both.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "invalid_request");
    // An invalid parameter in a valid object is reported to the object's redirect URI.
    let wrong = changed("response_type", json!("token"));
    let request = Authorization::new(stack.issuer(), client).with("request", &wrong);
    let answer = request.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "unsupported_response_type");
    assert_eq!(answer["state"], "signed");
}

async fn rfc_9101_5_client_of_object_equals_client_of_request(stack: &Stack) {
    let (web, post) = (&stack.seed.web, &stack.seed.post);
    let key = TestKey::new("ES256", "one");
    give_key(stack, web, &key).await;
    give_key(stack, post, &key).await;
    let mut other = claims(stack, web);
    other["client_id"] = json!(post.id);
    for object in [key.sign(None, &claims(stack, post)), key.sign(None, &other)] {
        let request = Authorization::new(stack.issuer(), web).with("request", &object);
        let answer = request.start(&UserAgent::new()).await.expect_client();
        assert_eq!(answer["error"], "invalid_request_object");
    }
    // A client without keys cannot sign.
    let native = &stack.seed.native;
    let object = key.sign(None, &claims(stack, native));
    let request = Authorization::new(stack.issuer(), native).with("request", &object);
    let answer = request.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "request_not_supported");
}

async fn rfc_9101_10_5_client_with_required_object_must_sign(stack: &Stack) {
    let client = &stack.seed.web;
    let key = TestKey::new("ES256", "one");
    stack
        .change_client(&client.id, |client| {
            client.jwks = Some(key.jwks());
            client.require_signed_request_object = true;
        })
        .await;
    let plain = Authorization::new(stack.issuer(), client);
    let answer = plain.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "invalid_request");
    let pushed = stack.as_client("/oauth2/par", client, &plain.pairs()).await;
    assert_oauth_error(&pushed, 400, "invalid_request");
    let object = key.sign(None, &claims(stack, client));
    let signed = plain.with("request", &object);
    signed.complete(&UserAgent::new(), "alice").await.code();
}

async fn rfc_9126_3_object_is_pushed(stack: &Stack) {
    let client = &stack.seed.web;
    let key = TestKey::new("PS256", "one");
    stack
        .change_client(&client.id, |client| {
            client.jwks = Some(key.jwks());
            client.require_signed_request_object = true;
            client.require_pushed_authorization_requests = true;
        })
        .await;
    let object = key.sign(None, &claims(stack, client));
    let fields = [("request", object.as_str()), ("state", "beside")];
    let page = stack.as_client("/oauth2/par", client, &fields).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    let name = page.json()["request_uri"].as_str().unwrap().to_owned();
    let request = Authorization::new(stack.issuer(), client).with("request_uri", &name);
    let answer = request
        .complete(&UserAgent::new(), "alice")
        .await
        .expect_client();
    assert_eq!(answer["state"], "signed");
    tokens(&stack.exchange(client, &answer["code"]).await);
}

async fn without_trusted_address_error_is_page(stack: &Stack) {
    let client = &stack.seed.web;
    let key = TestKey::new("ES256", "one");
    give_key(stack, client, &key).await;
    let forged = TestKey::new("ES256", "one").sign(None, &claims(stack, client));
    for redirect_uri in ["", "https://evil.example/"] {
        let request = Authorization::new(stack.issuer(), client)
            .with("request", &forged)
            .with("redirect_uri", redirect_uri);
        let page = request.start(&UserAgent::new()).await.expect_page();
        assert_error_page(&page);
        assert!(
            page.text().contains("invalid_request_object"),
            "{}",
            page.dump()
        );
    }
    // The redirect URI in a valid object is checked as well.
    let mut claims = claims(stack, client);
    claims["redirect_uri"] = json!("https://evil.example/");
    let object = key.sign(None, &claims);
    let request = Authorization::new(stack.issuer(), client).with("request", &object);
    assert_error_page(&request.start(&UserAgent::new()).await.expect_page());
}

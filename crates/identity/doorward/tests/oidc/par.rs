//! Tests of pushed authorization requests (RFC 9126).

use doorward_protocol::client_auth::JWT_BEARER;
use doorward_testkit::trial::Trial;
use doorward_testkit::{
    Authorization, Backend, Outcome, Page, Stack, TestClient, UserAgent, agent, both_backends,
    flows, flows_with, stack,
};
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{assert_error_page, assert_not_stored, assert_oauth_error, tokens};
use crate::support_keys::TestKey;

both_backends!(of_48_concurrent_browsers_only_first_gets_code,);
flows!(
    rfc_9126_2_2_pushed_request_leads_to_tokens,
    rfc_9126_2_1_pushed_request_is_validated_like_authorize,
    rfc_9126_2_1_client_authenticates_and_pushes_for_itself,
    rfc_9126_2_3_methods_and_sizes,
    rfc_9126_4_request_uri_is_bound_to_client_and_expires,
    name_is_used_once_and_survives_reload_and_sign_in,
    name_is_used_once_in_silence,
    rfc_9126_6_client_with_required_par_must_push,
    parameters_with_name_are_ignored,
    every_method_of_client_authentication_is_taken,
);
const PAR_REQUIRED: &[(&str, &str)] =
    &[("DOORWARD__AUTHORIZATION__REQUIRE_PUSHED_REQUESTS", "true")];
flows_with!(PAR_REQUIRED; rfc_9126_5_server_with_required_par_rejects_plain_requests);

/// Pushes a request with the client's credentials.
pub async fn push(stack: &Stack, client: &TestClient, request: &Authorization) -> Page {
    let pairs = request.pairs();
    // A client that authenticates in the body already sends `client_id` there.
    let own = |(name, _): &&(&str, &str)| {
        *name != "client_id" || client.credentials == doorward_testkit::Credentials::Basic
    };
    let fields: Vec<_> = pairs.iter().filter(own).copied().collect();
    stack.as_client("/oauth2/par", client, &fields).await
}

/// Returns the `request_uri` of a pushed request; checks the response.
#[track_caller]
fn name(page: &Page) -> String {
    // The response has status 201 (RFC 9126 §2.2).
    assert_eq!(page.status, 201, "{}", page.dump());
    assert_eq!(page.media_type(), "application/json");
    assert_not_stored(page);
    let answer = page.json();
    let ttl = answer["expires_in"].as_i64().unwrap();
    assert!((1..=90).contains(&ttl), "{ttl}");
    let name = answer["request_uri"].as_str().unwrap().to_owned();
    let random = name.strip_prefix("urn:ietf:params:oauth:request_uri:");
    assert!(random.is_some_and(|text| text.len() >= 43), "{name}");
    name
}

/// Returns the authorization request with this `request_uri`.
fn by_name(stack: &Stack, client: &TestClient, name: &str) -> Authorization {
    Authorization::new(stack.issuer(), client).pushed_as(name)
}

async fn pushed(stack: &Stack, client: &TestClient) -> Authorization {
    let request = Authorization::new(stack.issuer(), client);
    by_name(stack, client, &name(&push(stack, client, &request).await))
}

#[track_caller]
fn assert_refused_by_page(outcome: Outcome) {
    let page = outcome.expect_page();
    assert_error_page(&page);
    assert!(
        page.text().contains("invalid_request_uri"),
        "{}",
        page.dump()
    );
}

async fn rfc_9126_2_2_pushed_request_leads_to_tokens(stack: &Stack) {
    for client in [&stack.seed.web, &stack.seed.post, &stack.seed.native] {
        let outcome = pushed(stack, client).await;
        let answer = outcome
            .complete(&UserAgent::new(), "alice")
            .await
            .expect_client();
        assert_eq!(answer["state"], "af0ifjsldkj");
        assert_eq!(answer["iss"], stack.issuer());
        let issued = tokens(&stack.exchange(client, &answer["code"]).await);
        assert!(issued["id_token"].is_string());
    }
}

async fn rfc_9126_2_1_pushed_request_is_validated_like_authorize(stack: &Stack) {
    let client = &stack.seed.web;
    let good = || Authorization::new(stack.issuer(), client);
    for (request, code) in [
        (
            good().with("request_uri", "urn:ietf:params:oauth:request_uri:x"),
            "invalid_request",
        ),
        (
            good().with("request_uri", "https://client.example/r"),
            "invalid_request",
        ),
        (
            good().with("redirect_uri", "https://evil.example/"),
            "invalid_request",
        ),
        (good().is_disabled("redirect_uri"), "invalid_request"),
        (good().is_disabled("client_id"), "invalid_request"),
        (good().is_disabled("code_challenge"), "invalid_request"),
        (
            good().with("code_challenge_method", "plain"),
            "invalid_request",
        ),
        (
            good().with("response_type", "token"),
            "unsupported_response_type",
        ),
        (good().is_disabled("response_type"), "invalid_request"),
        (good().with("response_mode", "fragment"), "invalid_request"),
        (good().with("scope", "openid \"x\""), "invalid_scope"),
        (
            good().with("resource", "https://unknown.example/"),
            "invalid_target",
        ),
        (good().with("prompt", "none login"), "invalid_request"),
        (good().and("state", "again"), "invalid_request"),
        (
            good().with("registration", "{}"),
            "registration_not_supported",
        ),
        (good().with("request", "e30.e30.x"), "request_not_supported"),
    ] {
        assert_oauth_error(&push(stack, client, &request).await, 400, code);
    }
    // A client without the grant.
    let service = &stack.seed.service;
    let request = Authorization::new(stack.issuer(), service);
    assert_oauth_error(
        &push(stack, service, &request).await,
        400,
        "unauthorized_client",
    );
}

async fn rfc_9126_2_1_client_authenticates_and_pushes_for_itself(stack: &Stack) {
    let client = &stack.seed.web;
    let wrong = TestClient {
        secret: Some("wrong".to_owned()),
        ..client.clone()
    };
    let request = Authorization::new(stack.issuer(), client);
    assert_oauth_error(&push(stack, &wrong, &request).await, 401, "invalid_client");
    let agent = UserAgent::new();
    let bare = agent
        .http()
        .post(stack.at("/oauth2/par"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(agent::encode(request.pairs()));
    assert_oauth_error(&agent.send(bare).await, 401, "invalid_client");
    let other = request.with("client_id", &stack.seed.post.id);
    assert_oauth_error(&push(stack, client, &other).await, 400, "invalid_request");
}

async fn rfc_9126_2_3_methods_and_sizes(stack: &Stack) {
    let page = UserAgent::new().get(stack.at("/oauth2/par")).await;
    assert_oauth_error(&page, 405, "invalid_request");
    assert_eq!(page.header("allow"), Some("POST"));
    let long = "x".repeat(70_000);
    let request = Authorization::new(stack.issuer(), &stack.seed.web).with("state", &long);
    let page = push(stack, &stack.seed.web, &request).await;
    assert_eq!(page.status, 413, "{}", page.dump());
}

async fn rfc_9126_4_request_uri_is_bound_to_client_and_expires(stack: &Stack) {
    let client = &stack.seed.web;
    let request = pushed(stack, client).await;
    let other = request.clone().with("client_id", &stack.seed.post.id);
    assert_refused_by_page(other.start(&UserAgent::new()).await);
    let unknown = request.clone().with("client_id", "nobody");
    assert_error_page(&unknown.start(&UserAgent::new()).await.expect_page());
    let without_client = request.clone().is_disabled("client_id");
    assert_error_page(&without_client.start(&UserAgent::new()).await.expect_page());
    // The other client's attempt has not consumed the request.
    let agent = UserAgent::new();
    assert!(
        request
            .start(&agent)
            .await
            .expect_page()
            .has("[name=password]")
    );
    // Only an unused request expires.
    let late = pushed(stack, client).await;
    stack.clock.advance(91);
    assert_refused_by_page(late.start(&UserAgent::new()).await);
    assert!(
        request
            .start(&agent)
            .await
            .expect_page()
            .has("[name=password]")
    );
    // A `request_uri` that was never pushed.
    let foreign = by_name(stack, client, "https://client.example/request");
    let page = foreign.start(&UserAgent::new()).await.expect_page();
    assert_error_page(&page);
    assert!(
        page.text().contains("request_uri_not_supported"),
        "{}",
        page.dump()
    );
}

async fn name_is_used_once_and_survives_reload_and_sign_in(stack: &Stack) {
    let client = &stack.seed.web;
    let request = pushed(stack, client).await;
    let agent = UserAgent::new();
    for _ in 0..3 {
        let page = request.start(&agent).await.expect_page();
        assert!(
            page.has("[name=password]"),
            "a reload continues the flow: {}",
            page.dump()
        );
    }
    // Another browser is rejected, before and after the completion.
    assert_refused_by_page(request.start(&UserAgent::new()).await);
    let code = request.complete(&agent, "alice").await.code();
    assert_refused_by_page(request.start(&UserAgent::new()).await);
    let again = request.start(&agent).await.expect_page();
    assert_error_page(&again);
    assert!(again.text().contains("was used before"), "{}", again.dump());
    assert!(
        !again.text().contains("already signed in"),
        "{}",
        again.dump()
    );
    tokens(&stack.exchange(client, &code).await);
}

async fn name_is_used_once_in_silence(stack: &Stack) {
    let client = &stack.seed.trusted;
    let agent = UserAgent::new();
    let signed_in = Authorization::new(stack.issuer(), client);
    signed_in.complete(&agent, "alice").await.code();
    let request = signed_in.with("prompt", "none");
    let request = by_name(stack, client, &name(&push(stack, client, &request).await));
    let answers = join_all((0..32).map(|_| request.start(&agent))).await;
    let codes = answers.into_iter().filter(
        |outcome| matches!(outcome, Outcome::Client(answer) if answer.contains_key("code")),
    );
    assert_eq!(codes.count(), 1);
    // Without a session, the response is an error, and the request is consumed.
    let request = Authorization::new(stack.issuer(), client).with("prompt", "none");
    let request = by_name(stack, client, &name(&push(stack, client, &request).await));
    let answer = request.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "login_required");
    assert_refused_by_page(request.start(&UserAgent::new()).await);
}

async fn of_48_concurrent_browsers_only_first_gets_code(stack: &Stack) {
    let trial = Trial::new("R5", "pushed request");
    let rounds = trial.size(1, 2_000);
    for _ in 0..rounds {
        race_for_request(stack).await;
    }
    trial.done(json!({ "rounds": rounds, "at_once": 48, "succeeded": rounds }));
}

async fn race_for_request(stack: &Stack) {
    let request = pushed(stack, &stack.seed.web).await;
    let browsers: Vec<_> = (0..48).map(|_| UserAgent::new()).collect();
    let outcomes = join_all(browsers.iter().map(|browser| request.start(browser))).await;
    let pages = outcomes.into_iter().map(Outcome::expect_page);
    let (inside, outside): (Vec<_>, Vec<_>) = pages.partition(|page| page.has("[name=password]"));
    assert_eq!(inside.len(), 1);
    for page in outside {
        assert_error_page(&page);
    }
}

async fn rfc_9126_6_client_with_required_par_must_push(stack: &Stack) {
    let client = &stack.seed.web;
    stack
        .change_client(&client.id, |client| {
            client.require_pushed_authorization_requests = true;
        })
        .await;
    let plain = Authorization::new(stack.issuer(), client);
    let answer = plain.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "invalid_request");
    assert_eq!(answer["state"], "af0ifjsldkj");
    let request = pushed(stack, client).await;
    request.complete(&UserAgent::new(), "alice").await.code();
}

async fn rfc_9126_5_server_with_required_par_rejects_plain_requests(stack: &Stack) {
    let discovery = stack.at("/.well-known/openid-configuration");
    let document = UserAgent::new().get(discovery).await.json();
    assert_eq!(document["require_pushed_authorization_requests"], true);
    let client = &stack.seed.native;
    let plain = Authorization::new(stack.issuer(), client);
    let answer = plain.start(&UserAgent::new()).await.expect_client();
    assert_eq!(answer["error"], "invalid_request");
    let request = pushed(stack, client).await;
    request.complete(&UserAgent::new(), "alice").await.code();
}

async fn parameters_with_name_are_ignored(stack: &Stack) {
    let client = &stack.seed.web;
    let request = pushed(stack, client)
        .await
        .with("state", "another")
        .with("scope", "openid tasks:delete")
        .with("prompt", "none")
        .with("response_type", "token");
    let answer = request
        .complete(&UserAgent::new(), "alice")
        .await
        .expect_client();
    assert_eq!(answer["state"], "af0ifjsldkj");
    let issued = tokens(&stack.exchange(client, &answer["code"]).await);
    assert_eq!(issued["scope"], "openid");
}

async fn every_method_of_client_authentication_is_taken(stack: &Stack) {
    let key = TestKey::new("PS256", "one");
    let client = &stack.seed.web;
    stack
        .change_client(&client.id, |client| {
            client.auth_method =
                doorward_protocol::client_auth::ClientAuthMethod::PrivateKeyJwt.into();
            client.jwks = Some(key.jwks());
        })
        .await;
    let now = doorward_access::clock::Clock::now(&stack.clock);
    let claims = json!({
        "iss": client.id, "sub": client.id, "aud": stack.issuer(), "jti": "par-1", "exp": now + 60,
    });
    let assertion = key.sign(None, &claims);
    let request = Authorization::new(stack.issuer(), client)
        .with("client_assertion_type", JWT_BEARER)
        .with("client_assertion", &assertion);
    let agent = UserAgent::new();
    let send = || async {
        let sent = agent
            .http()
            .post(stack.at("/oauth2/par"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(agent::encode(request.pairs()));
        agent.send(sent).await
    };
    name(&send().await);
    assert_oauth_error(&send().await, 401, "invalid_client");
}

#[test]
fn rfc_9126_2_3_too_many_are_reported_to_wait() {
    let settings = [("DOORWARD__LIMITS__MULTIPLIER", "1")];
    stack::run_with(Backend::SqliteMemory, &settings, async |stack: &Stack| {
        let client = &stack.seed.native;
        let request = Authorization::new(stack.issuer(), client);
        let attempts = (0..61).map(|_| push(stack, client, &request));
        let pages = join_all(attempts).await;
        let consumed: Vec<_> = pages.iter().filter(|page| page.status != 201).collect();
        assert_eq!(consumed.len(), 1);
        assert_eq!(consumed[0].status, 429);
        assert!(consumed[0].header("retry-after").is_some());
        assert_not_stored(consumed[0]);
        // An authenticated client has a separate limit.
        let own = Authorization::new(stack.issuer(), &stack.seed.web);
        name(&push(stack, &stack.seed.web, &own).await);
    });
}

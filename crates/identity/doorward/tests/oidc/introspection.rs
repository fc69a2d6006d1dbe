//! Tests of introspection (RFC 7662): only the client of the token and its resource server may
//! introspect it.

use doorward_access::clock::Clock as _;
use doorward_access::jwt::jwks::KeySet;
use doorward_access::jwt::verify::verify_jws;
use doorward_testkit::{Page, Stack, UserAgent, flows, jwt};

use crate::support::{EVERYTHING, assert_not_stored, assert_oauth_error, is_active, sign_in, text};

flows!(
    rfc_7662_2_2_active_token_is_described,
    address_is_given_with_its_verification,
    refresh_token_is_active_for_client_until_used,
    rfc_7662_2_1_foreign_clients_see_inactive_token,
    rfc_7662_2_2_invalid_tokens_are_inactive,
    rfc9701_response_is_signed_on_request,
    rfc9701_only_exact_media_type_gets_signed_response,
);

async fn rfc_7662_2_2_active_token_is_described(stack: &Stack) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    let token = text(&json, "access_token");
    let page = stack
        .as_client("/oauth2/introspect", client, &[("token", &token)])
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_not_stored(&page);
    let (answer, claims) = (page.json(), jwt::claims(&token));
    assert_eq!(answer["active"], true);
    for name in [
        "sub",
        "client_id",
        "exp",
        "iat",
        "iss",
        "jti",
        "scope",
        "aud",
    ] {
        let single = answer[name].as_array().and_then(|list| list.first());
        assert!(
            answer[name] == claims[name] || single == Some(&claims[name]),
            "{name}: {answer}"
        );
    }
    assert_eq!(answer["username"], "alice");
    assert_eq!(answer["token_type"], "Bearer");
}

/// `email_verified` says something about `email`: both are present, or neither.
async fn address_is_given_with_its_verification(stack: &Stack) {
    let client = &stack.seed.trusted;
    for (scope, is_given) in [
        (EVERYTHING, true),
        ("openid email", true),
        ("openid tasks:read", false),
    ] {
        let json = sign_in(stack, client, scope).await;
        let token = text(&json, "access_token");
        let fields = [("token", token.as_str())];
        let page = stack.as_client("/oauth2/introspect", client, &fields).await;
        let answer = page.json();
        assert_eq!(answer["active"], true, "{scope}");
        assert_eq!(answer.get("email").is_some(), is_given, "{scope}: {answer}");
        let has_verification = answer.get("email_verified").is_some();
        assert_eq!(has_verification, is_given, "{scope}: {answer}");
    }
}

async fn refresh_token_is_active_for_client_until_used(stack: &Stack) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    let token = text(&json, "refresh_token");
    assert!(is_active(stack, client, &token).await);
    stack.refresh(client, &token).await;
    assert!(
        !is_active(stack, client, &token).await,
        "a used token is inactive"
    );
}

async fn rfc_7662_2_1_foreign_clients_see_inactive_token(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, EVERYTHING).await;
    for name in ["access_token", "refresh_token"] {
        let token = text(&json, name);
        let page = stack
            .as_client("/oauth2/introspect", &stack.seed.web, &[("token", &token)])
            .await;
        assert_eq!(page.json(), serde_json::json!({"active": false}), "{name}");
    }
    // A client that does not authenticate is rejected (RFC 7662 §2.1).
    let token = text(&json, "access_token");
    let page = stack
        .as_client(
            "/oauth2/introspect",
            &stack.seed.native,
            &[("token", &token)],
        )
        .await;
    assert!([400, 401, 403].contains(&page.status), "{}", page.dump());
}

async fn rfc_7662_2_2_invalid_tokens_are_inactive(stack: &Stack) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    let token = text(&json, "access_token");
    let forged = jwt::with_claims(&token, |claims| claims["sub"] = "mona".into());
    for dead in ["x", "", &forged, &text(&json, "id_token")] {
        let page = stack
            .as_client("/oauth2/introspect", client, &[("token", dead)])
            .await;
        if dead.is_empty() {
            assert_oauth_error(&page, 400, "invalid_request");
        } else {
            assert_eq!(page.json(), serde_json::json!({"active": false}), "{dead}");
        }
    }
    stack.clock.advance(299);
    assert!(is_active(stack, client, &token).await);
    stack.clock.advance(1);
    assert!(!is_active(stack, client, &token).await);
}

const SIGNED: &str = "application/token-introspection+jwt";

async fn asked(stack: &Stack, token: &str, accept: &str) -> Page {
    let client = &stack.seed.trusted;
    let agent = UserAgent::new();
    let url = stack.at("/oauth2/introspect");
    let request = client.request(agent.http(), &url, &[("token", token)]);
    agent.send(request.header("accept", accept)).await
}

async fn rfc9701_response_is_signed_on_request(stack: &Stack) {
    let client = &stack.seed.trusted;
    let json = sign_in(stack, client, EVERYTHING).await;
    let token = text(&json, "access_token");
    let page = asked(stack, &token, SIGNED).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_not_stored(&page);
    assert_eq!(page.header("content-type"), Some(SIGNED));
    let answer = page.text();
    // A separate type, and neither `sub` nor `exp` outside of the response (§5).
    let header = jwt::header(&answer);
    assert_eq!(header["typ"], "token-introspection+jwt");
    assert_eq!(header["alg"], "RS256");
    let claims = jwt::claims(&answer);
    let mut names: Vec<_> = claims.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["aud", "iat", "iss", "token_introspection"]);
    assert_eq!(claims["iss"], stack.issuer());
    assert_eq!(claims["aud"], client.id.as_str());
    assert_eq!(claims["iat"], stack.clock.now());
    let plain = asked(stack, &token, "application/json").await.json();
    assert_eq!(claims["token_introspection"], plain);
    assert_eq!(plain["active"], true);
    // Signed with a published key, and valid for no other purpose (§8.1).
    let jwks = UserAgent::new().get(&stack.at("/oauth2/jwks")).await.json();
    let keys = KeySet::from_jwks(&jwks.to_string()).unwrap();
    verify_jws(&answer, &keys, &["token-introspection+jwt"]).unwrap();
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at("/oauth2/userinfo"));
    let page = agent.send(request.bearer_auth(&answer)).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    // An inactive token gives no other member (§5).
    let dead = asked(stack, &answer, SIGNED).await;
    let claims = jwt::claims(&dead.text());
    assert_eq!(
        claims["token_introspection"],
        serde_json::json!({"active": false})
    );
}

async fn rfc9701_only_exact_media_type_gets_signed_response(stack: &Stack) {
    let signed = [
        SIGNED.to_owned(),
        format!("application/json;q=0.5, {SIGNED}"),
        SIGNED.to_uppercase(),
    ];
    for accept in signed {
        let page = asked(stack, "x", &accept).await;
        assert_eq!(page.header("content-type"), Some(SIGNED), "{accept}");
    }
    let plain = ["*/*", "application/*", "application/json", "nonsense"].map(str::to_owned);
    for accept in plain.into_iter().chain([format!("{SIGNED};q=0")]) {
        let page = asked(stack, "x", &accept).await;
        assert_eq!(
            page.json(),
            serde_json::json!({"active": false}),
            "{accept}"
        );
    }
}

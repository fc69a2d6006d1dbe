//! Tests of the client credentials grant (RFC 6749 §4.4).

use doorward_testkit::{Page, Stack, flows, jwt};

use crate::support::{assert_oauth_error, text, tokens, userinfo};

flows!(
    rfc_6749_5_1_answer_is_json_and_is_not_stored,
    service_gets_token_with_client_as_subject,
    scope_and_audience_are_limited_by_registration,
    rfc_6749_4_4_is_for_registered_confidential_clients_only,
    token_opens_no_userinfo,
);

async fn ask(stack: &Stack, fields: &[(&str, &str)]) -> Page {
    let fields = [&[("grant_type", "client_credentials")], fields].concat();
    stack.token(&stack.seed.service, &fields).await
}

async fn service_gets_token_with_client_as_subject(stack: &Stack) {
    let json = tokens(&ask(stack, &[("scope", "tasks:read")]).await);
    assert_eq!(json["token_type"], "Bearer");
    assert_eq!(json["scope"], "tasks:read");
    // No refresh token (RFC 6749 §4.4.3), and without a user no ID token.
    assert!(
        json.get("refresh_token").is_none() && json.get("id_token").is_none(),
        "{json}"
    );
    let claims = jwt::claims(&text(&json, "access_token"));
    assert_eq!(claims["sub"], stack.seed.service.id.as_str());
    assert_eq!(claims["client_id"], stack.seed.service.id.as_str());
    assert_eq!(claims["aud"], stack.seed.audience.as_str());
    for absent in ["auth_time", "acr", "amr", "sid"] {
        assert!(claims.get(absent).is_none(), "{absent}: {claims}");
    }
    // The roles of the service itself.
    assert_eq!(claims["roles"], serde_json::json!(["manager"]));
    let entitlements = claims["entitlements"].as_array().expect("entitlements");
    assert!(entitlements.contains(&"tasks:read_all".into()), "{claims}");
    // Without `scope`, all registered scopes.
    let json = tokens(&ask(stack, &[]).await);
    assert!(text(&json, "scope").contains("tasks:read"), "{json}");
}

async fn scope_and_audience_are_limited_by_registration(stack: &Stack) {
    for scope in [
        "openid",
        "offline_access",
        "profile tasks:read",
        "no_such_scope",
    ] {
        let page = ask(stack, &[("scope", scope)]).await;
        assert_oauth_error(&page, 400, "invalid_scope");
    }
    let page = ask(stack, &[("resource", "https://unknown.example/")]).await;
    assert_oauth_error(&page, 400, "invalid_target");
    let page = ask(stack, &[("resource", &stack.seed.audience)]).await;
    let claims = jwt::claims(&text(&tokens(&page), "access_token"));
    assert_eq!(claims["aud"], stack.seed.audience.as_str());
}

async fn rfc_6749_4_4_is_for_registered_confidential_clients_only(stack: &Stack) {
    let fields = [("grant_type", "client_credentials")];
    for client in [&stack.seed.web, &stack.seed.trusted, &stack.seed.native] {
        let page = stack.token(client, &fields).await;
        assert_oauth_error(&page, 400, "unauthorized_client");
    }
    for (grant, code) in [
        ("password", "unsupported_grant_type"),
        ("implicit", "unsupported_grant_type"),
        (
            "urn:ietf:params:oauth:grant-type:device_code",
            "invalid_request",
        ),
        (
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "invalid_request",
        ),
        ("", "invalid_request"),
    ] {
        let page = stack
            .token(&stack.seed.service, &[("grant_type", grant)])
            .await;
        assert_oauth_error(&page, 400, code);
    }
}

async fn token_opens_no_userinfo(stack: &Stack) {
    let json = tokens(&ask(stack, &[("scope", "tasks:read")]).await);
    let page = userinfo(stack, &text(&json, "access_token")).await;
    assert!([401, 403].contains(&page.status), "{}", page.dump());
}

/// Checks the token response; `support::tokens` checks the same for every grant.
async fn rfc_6749_5_1_answer_is_json_and_is_not_stored(stack: &Stack) {
    let page = ask(stack, &[("scope", "tasks:read")]).await;
    let json = tokens(&page);
    assert_eq!(page.header("pragma"), Some("no-cache"));
    assert_eq!(json["token_type"], "Bearer");
    assert_eq!(json["scope"], "tasks:read");
    assert!(json["expires_in"].is_u64() && json["access_token"].is_string());
    // RFC 6749 §4.4.3.
    assert_eq!(json.get("refresh_token"), None);
}

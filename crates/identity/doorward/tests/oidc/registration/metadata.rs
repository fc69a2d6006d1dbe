//! Tests that the registered metadata takes effect.

use doorward_domain::model::{AuditKind, ClientId, PkcePolicy};
use doorward_store::repo;
use doorward_testkit::{Authorization, Stack, TestClient, UserAgent, flows_with, jwt};
use serde_json::json;

use super::{BY_TOKEN, client, registered, web_client};
use crate::support::{assert_oauth_error, sign_in, text, tokens, userinfo};
use crate::support_dpop::{Prover, redeem, refresh};

flows_with!(
    BY_TOKEN;
    rfc_9449_5_2_registered_dpop_client_gets_only_bound_tokens,
    oidc_registration_2_default_acr_values_are_stored,
    rfc_9700_2_1_1_registered_client_has_policy_auto,
);
const WITHOUT_CLAIMS: &[(&str, &str)] = &[
    BY_TOKEN[0],
    ("DOORWARD__CLIENT_REGISTRATION__CLAIMS_IN_ID_TOKEN", "false"),
];
flows_with!(WITHOUT_CLAIMS; oidcc_scope_email);

async fn rfc_9449_5_2_registered_dpop_client_gets_only_bound_tokens(stack: &Stack) {
    let prover = Prover::new();
    for method in ["none", "client_secret_basic"] {
        let mut bound = web_client();
        bound["dpop_bound_access_tokens"] = json!(true);
        bound["token_endpoint_auth_method"] = json!(method);
        let answer = registered(stack, &bound).await;
        assert_eq!(answer["dpop_bound_access_tokens"], true);
        let app = client(&answer);
        let request = Authorization::new(stack.issuer(), &app);
        let request = request.with("scope", "openid offline_access");
        let code = request.complete(&UserAgent::new(), "alice").await.code();
        let page = redeem(stack, &app, &code, &[]).await;
        assert_oauth_error(&page, 400, "invalid_dpop_proof");
        let json = tokens(&redeem(stack, &app, &code, &[&prover.for_token(stack)]).await);
        assert_eq!(json["token_type"], "DPoP");
        let access = jwt::claims(&text(&json, "access_token"));
        assert_eq!(access["cnf"]["jkt"], prover.jkt());
        let consumed = text(&json, "refresh_token");
        let page = refresh(stack, &app, &consumed, &[]).await;
        assert_oauth_error(&page, 400, "invalid_dpop_proof");
        tokens(&refresh(stack, &app, &consumed, &[&prover.for_token(stack)]).await);
    }
    // Without the setting, no proof is required, and the response does not contain it.
    let answer = registered(stack, &web_client()).await;
    assert_eq!(answer.get("dpop_bound_access_tokens"), None);
    let app = client(&answer);
    let request = Authorization::new(stack.issuer(), &app);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    assert_eq!(
        tokens(&redeem(stack, &app, &code, &[]).await)["token_type"],
        "Bearer"
    );
}

/// Checks that `default_acr_values` are stored and returned; the tests of the second factor check
/// their effect.
async fn oidc_registration_2_default_acr_values_are_stored(stack: &Stack) {
    let mut strong = web_client();
    strong["default_acr_values"] = json!(["aal2", "urn:example:unknown"]);
    let answer = registered(stack, &strong).await;
    assert_eq!(answer["default_acr_values"], strong["default_acr_values"]);
    let db = stack.db().await;
    let id = ClientId::parse(&text(&answer, "client_id")).unwrap();
    let found = repo::clients::find(db.read(), &id).await;
    db.close().await.unwrap();
    let kept = found.unwrap().unwrap().default_acr_values;
    assert_eq!(kept, ["aal2", "urn:example:unknown"]);
    // They are voluntary (OIDC Core §3.1.2.1): a user without a second factor can sign in.
    let app = client(&answer);
    let request = Authorization::new(stack.issuer(), &app);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let json = tokens(&stack.exchange(&app, &code).await);
    assert_eq!(jwt::claims(&text(&json, "id_token"))["acr"], "aal1");
    assert_eq!(
        registered(stack, &web_client())
            .await
            .get("default_acr_values"),
        None
    );
}

/// Returns the stored PKCE policy of a client.
async fn policy(stack: &Stack, app: &TestClient) -> PkcePolicy {
    let db = stack.db().await;
    let found = repo::clients::find(db.read(), &ClientId::parse(&app.id).unwrap()).await;
    db.close().await.unwrap();
    found.unwrap().unwrap().pkce
}

/// Checks that a confidential client may omit PKCE until it has used PKCE ten times in a row, and
/// that a public client must always use it (C1).
async fn rfc_9700_2_1_1_registered_client_has_policy_auto(stack: &Stack) {
    let app = client(&registered(stack, &web_client()).await);
    assert_eq!(policy(stack, &app).await, PkcePolicy::Auto);
    let with = Authorization::new(stack.issuer(), &app);
    let without = || {
        let request = Authorization::new(stack.issuer(), &app).is_disabled("code_challenge");
        request.is_disabled("code_challenge_method")
    };
    let agent = UserAgent::new();
    let code = without().complete(&agent, "alice").await.code();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", app.redirect_uri.as_str()),
    ];
    let json = tokens(&stack.token(&app, &fields).await);
    assert_eq!(jwt::claims(&text(&json, "id_token"))["aud"], app.id);
    for _ in 0..10 {
        let code = with.complete(&agent, "alice").await.code();
        tokens(&stack.exchange(&app, &code).await);
    }
    assert_eq!(stack.audited(AuditKind::ClientPkceRequired).await.len(), 1);
    stack.clear_caches();
    let answer = without().complete(&agent, "alice").await.expect_client();
    assert_eq!(answer["error"], "invalid_request", "{answer:?}");

    let mut public = web_client();
    public["token_endpoint_auth_method"] = json!("none");
    let app = client(&registered(stack, &public).await);
    assert_eq!(policy(stack, &app).await, PkcePolicy::Required);
    let request = Authorization::new(stack.issuer(), &app).is_disabled("code_challenge");
    let request = request.is_disabled("code_challenge_method");
    let answer = request.complete(&agent, "alice").await.expect_client();
    assert_eq!(answer["error"], "invalid_request", "{answer:?}");
}

/// Checks the conformance suite's module of this name: with the setting, the claims of a scope are
/// only at userinfo (OIDC Core §5.4).
async fn oidcc_scope_email(stack: &Stack) {
    let app = client(&registered(stack, &web_client()).await);
    let granted = sign_in(stack, &app, "openid email").await;
    let id_token = jwt::claims(&text(&granted, "id_token"));
    assert_eq!(id_token.get("email"), None, "{id_token}");
    let page = userinfo(stack, &text(&granted, "access_token")).await;
    assert!(page.json()["email"].is_string(), "{}", page.dump());
    // A client of an administrator has its own setting.
    let granted = sign_in(stack, &stack.seed.web, "openid email").await;
    let id_token = jwt::claims(&text(&granted, "id_token"));
    assert!(id_token["email"].is_string(), "{id_token}");
}

//! Tests of certificate-bound tokens (RFC 8705 §3 and §4).

use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_testkit::authorization::VERIFIER;
use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, jwt};
use serde_json::json;

use super::BILLING;
use crate::support::{assert_oauth_error, code, text, tokens};
use crate::support_dpop::Prover;
use crate::support_mtls::{Holder, ask, dn, flows_with_certificates, http, post, register};

flows_with_certificates!(
    BY_LISTENER;
    rfc_8705_3_1_token_carries_thumbprint,
    rfc_8705_3_bound_token_requires_certificate,
    rfc_8705_3_4_mtls_client_gets_only_bound_tokens,
    rfc_8705_4_public_refresh_token_requires_certificate,
    decision_55_proof_in_request_binds_instead,
);

/// Registers a service with certificate-bound tokens.
async fn bound(stack: &Stack, id: &str) {
    register(stack, id, ClientAuthMethod::TlsClientAuth, |client| {
        client.certificate_subject = Some(dn("billing"));
        client.certificate_bound_access_tokens = true;
    })
    .await;
}

/// Requires certificate-bound tokens for the native client.
async fn bind_native(stack: &Stack) {
    let id = &stack.seed.native.id;
    stack
        .change_client(id, |client| client.certificate_bound_access_tokens = true)
        .await;
}

async fn redeem(stack: &Stack, http: &reqwest::Client) -> Page {
    let client = &stack.seed.native;
    let code = code(stack, client, "openid offline_access").await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", client.id.as_str()),
        ("code", code.as_str()),
        ("redirect_uri", client.redirect_uri.as_str()),
        ("code_verifier", VERIFIER),
    ];
    post(http, &stack.at_mtls("/oauth2/token"), &fields).await
}

async fn userinfo(http: &reqwest::Client, address: &str, token: &str) -> Page {
    UserAgent::new()
        .send(http.get(address).bearer_auth(token))
        .await
}

async fn rfc_8705_3_1_token_carries_thumbprint(stack: &Stack) {
    bound(stack, "billing").await;
    let own = Holder::issued(BILLING);
    let answer = tokens(&ask(&own.http(), stack, "billing").await);
    assert_eq!(answer["token_type"], "Bearer");
    let token = text(&answer, "access_token");
    let expected = json!({ "x5t#S256": own.thumbprint() });
    assert_eq!(jwt::claims(&token)["cnf"], expected);
    // Introspection returns the same binding (§3.2).
    let fields = [("token", token.as_str()), ("client_id", "billing")];
    let page = post(&own.http(), &stack.at_mtls("/oauth2/introspect"), &fields).await;
    let answer = page.json();
    assert_eq!(answer["active"], true);
    assert_eq!(answer["cnf"], expected);
    // It is still a bearer token (§3); `DPoP` is for tokens with a proof (RFC 9449 §6.2).
    assert_eq!(answer["token_type"], "Bearer");
    // For a client without this setting, the certificate only authenticates the client.
    register(stack, "plain", ClientAuthMethod::TlsClientAuth, |client| {
        client.certificate_subject = Some(dn("billing"));
    })
    .await;
    let answer = tokens(&ask(&own.http(), stack, "plain").await);
    let token = jwt::claims(&text(&answer, "access_token"));
    assert!(token.get("cnf").is_none());
}

async fn rfc_8705_3_bound_token_requires_certificate(stack: &Stack) {
    bind_native(stack).await;
    let (own, thief) = (Holder::new(BILLING, None), Holder::new(BILLING, None));
    let token = text(&tokens(&redeem(stack, &own.http()).await), "access_token");
    let at_mtls = stack.at_mtls("/oauth2/userinfo");
    assert_eq!(userinfo(&own.http(), &at_mtls, &token).await.status, 200);
    for (http, address) in [
        (thief.http(), at_mtls.clone()),
        (http(None), at_mtls),
        (own.http(), stack.at("/oauth2/userinfo")),
    ] {
        let page = userinfo(&http, &address, &token).await;
        assert_oauth_error(&page, 401, "invalid_token");
        let challenge = page.header("www-authenticate").unwrap_or_default();
        assert!(challenge.starts_with("Bearer "), "{challenge}");
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    }
    // The JSON API checks the binding, too.
    let address = stack.at_mtls("/api/auth/profile");
    let page = userinfo(&thief.http(), &address, &token).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    assert!(
        page.dump().contains("another certificate"),
        "{}",
        page.dump()
    );
    // So does the tasks API, which receives no certificate.
    let page = userinfo(&own.http(), &stack.at_tasks("/api/tasks/"), &token).await;
    assert_eq!(page.status, 401, "{}", page.dump());
}

async fn rfc_8705_3_4_mtls_client_gets_only_bound_tokens(stack: &Stack) {
    bind_native(stack).await;
    let page = redeem(stack, &http(None)).await;
    assert_oauth_error(&page, 400, "invalid_request");
    // The client cannot sign in where no binding is possible.
    let app = &stack.seed.app.id;
    let body = json!({ "username": "alice", "password": PASSWORD, "client_id": app });
    for expected in [200, 403] {
        let request = http(None).post(stack.at("/api/auth/login")).json(&body);
        let page = UserAgent::new().send(request).await;
        assert_eq!(page.status, expected, "{}", page.dump());
        stack
            .change_client(app, |client| client.certificate_bound_access_tokens = true)
            .await;
    }
}

async fn rfc_8705_4_public_refresh_token_requires_certificate(stack: &Stack) {
    bind_native(stack).await;
    let (own, thief) = (Holder::new(BILLING, None), Holder::new(BILLING, None));
    let mut refresh = text(&tokens(&redeem(stack, &own.http()).await), "refresh_token");
    let spend = async |http: &reqwest::Client, token: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", stack.seed.native.id.as_str()),
            ("refresh_token", token),
        ];
        post(http, &stack.at_mtls("/oauth2/token"), &fields).await
    };
    for _ in 0..2 {
        assert_oauth_error(&spend(&thief.http(), &refresh).await, 400, "invalid_grant");
        let page = spend(&http(None), &refresh).await;
        assert_oauth_error(&page, 400, "invalid_request");
        // The rejected requests have neither consumed the token nor revoked the family.
        let answer = tokens(&spend(&own.http(), &refresh).await);
        let token = jwt::claims(&text(&answer, "access_token"));
        assert_eq!(token["cnf"], json!({ "x5t#S256": own.thumbprint() }));
        refresh = text(&answer, "refresh_token");
    }
}

async fn decision_55_proof_in_request_binds_instead(stack: &Stack) {
    bound(stack, "billing").await;
    let (own, prover) = (Holder::issued(BILLING), Prover::new());
    // The proof names the requested address (RFC 9449 §4.2).
    let address = stack.at_mtls("/oauth2/token");
    let claims = crate::support_dpop::claims(stack, "POST", &address);
    let request = own
        .http()
        .post(&address)
        .header("dpop", prover.sign(&claims))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials&client_id=billing");
    let response = tokens(&UserAgent::new().send(request).await);
    assert_eq!(response["token_type"], "DPoP");
    let token = jwt::claims(&text(&response, "access_token"));
    assert_eq!(token["cnf"], json!({ "jkt": prover.jkt() }));
}

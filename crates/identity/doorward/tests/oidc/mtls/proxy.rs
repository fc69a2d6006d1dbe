//! Tests of certificates that a proxy forwards (RFC 9440).

use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_testkit::{Page, Stack, UserAgent};

use super::BILLING;
use crate::support::{EVERYTHING, assert_oauth_error, code, text, tokens};
use crate::support_mtls::{Holder, dn, flows_with_certificates, http, register, register_subject};

flows_with_certificates!(
    BY_PROXY;
    rfc_9440_trusted_proxy_passes_certificate_on,
    rfc_9440_malformed_header_is_client_error,
    rfc_9440_tasks_api_accepts_forwarded_certificate,
);
mod from_anybody_else {
    use super::*;

    flows_with_certificates!(UNTRUSTED_PROXY; rfc_9440_header_of_untrusted_sender_is_ignored);

    async fn rfc_9440_header_of_untrusted_sender_is_ignored(stack: &Stack) {
        register_subject(stack, "billing", dn("billing")).await;
        for field in [Holder::issued(BILLING).field(), "rubbish".to_owned()] {
            let page = ask(stack, "billing", &[("client-cert", &field)]).await;
            assert_oauth_error(&page, 401, "invalid_client");
        }
    }
}

async fn ask(stack: &Stack, id: &str, fields: &[(&str, &str)]) -> Page {
    let mut request = http(None)
        .post(stack.at("/oauth2/token"))
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let body = format!("grant_type=client_credentials&client_id={id}");
    UserAgent::new().send(request.body(body)).await
}

async fn rfc_9440_trusted_proxy_passes_certificate_on(stack: &Stack) {
    register_subject(stack, "billing", dn("billing")).await;
    let own = Holder::issued(BILLING).field();
    tokens(&ask(stack, "billing", &[("client-cert", &own)]).await);
    let between = crate::support_mtls::below(&crate::support_mtls::AUTHORITY);
    let (far, chain) = (
        Holder::new(BILLING, Some(&between)).field(),
        between.field(),
    );
    let page = ask(stack, "billing", &[("client-cert", &far)]).await;
    assert_oauth_error(&page, 401, "invalid_client");
    let fields = [("client-cert", far.as_str()), ("client-cert-chain", &chain)];
    tokens(&ask(stack, "billing", &fields).await);
    // No certificate was forwarded.
    for fields in [&[][..], &[("client-cert", "::")]] {
        let page = ask(stack, "billing", fields).await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
    // The proxy requests certificates at the issuer itself, so there are no aliases.
    let address = stack.at("/.well-known/openid-configuration");
    let document = UserAgent::new().get(address).await.json();
    assert!(document.get("mtls_endpoint_aliases").is_none());
    assert_eq!(document["tls_client_certificate_bound_access_tokens"], true);
}

async fn rfc_9440_malformed_header_is_client_error(stack: &Stack) {
    register_subject(stack, "billing", dn("billing")).await;
    let own = Holder::issued(BILLING).field();
    for fields in [
        &[("client-cert", "rubbish")][..],
        &[("client-cert", ":AQID:")],
        &[("client-cert", ":%%%:")],
        &[("client-cert", &own), ("client-cert", &own)],
        &[("client-cert", &own), ("client-cert-chain", "rubbish")],
    ] {
        let page = ask(stack, "billing", fields).await;
        assert_oauth_error(&page, 400, "invalid_request");
    }
    // An invalid chain is rejected.
    let fields = [
        ("client-cert", own.as_str()),
        ("client-cert-chain", ":AQID:"),
    ];
    assert_oauth_error(&ask(stack, "billing", &fields).await, 401, "invalid_client");
}

async fn rfc_9440_tasks_api_accepts_forwarded_certificate(stack: &Stack) {
    let client = &stack.seed.trusted;
    stack
        .change_client(&client.id, |client| {
            client.certificate_bound_access_tokens = true;
        })
        .await;
    let (own, thief) = (
        Holder::issued(BILLING).field(),
        Holder::issued(BILLING).field(),
    );
    let code = code(stack, client, EVERYTHING).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", client.redirect_uri.as_str()),
        ("code_verifier", doorward_testkit::authorization::VERIFIER),
    ];
    let agent = UserAgent::new();
    let request = client.request(agent.http(), &stack.at("/oauth2/token"), &fields);
    let response = tokens(&agent.send(request.header("client-cert", &own)).await);
    let token = text(&response, "access_token");
    for (field, expected) in [(Some(&own), 200), (Some(&thief), 401), (None, 401)] {
        let mut request = agent
            .http()
            .get(stack.at_tasks("/api/tasks/"))
            .bearer_auth(&token);
        if let Some(field) = field {
            request = request.header("client-cert", field);
        }
        let page = agent.send(request).await;
        assert_eq!(page.status, expected, "{}", page.dump());
    }
    let request = agent
        .http()
        .get(stack.at_tasks("/api/tasks/"))
        .bearer_auth(&token);
    let page = agent.send(request.header("client-cert", "rubbish")).await;
    assert_eq!(page.status, 401, "{}", page.dump());
    // A registered key works here as well.
    let holder = Holder::new(BILLING, None);
    register(
        stack,
        "own",
        ClientAuthMethod::SelfSignedTlsClientAuth,
        |client| {
            client.jwks = Some(holder.x5c());
        },
    )
    .await;
    tokens(&ask(stack, "own", &[("client-cert", &holder.field())]).await);
}

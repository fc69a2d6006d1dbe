//! Tests of the audience of a client assertion if an endpoint accepts its own URL beside the token
//! endpoint's (CIBA Core §7.1) or has an mTLS alias (RFC 8705 §5); decision 46.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AssertionAudience, Client};
use doorward_protocol::client_auth::{ClientAuthMethod, JWT_BEARER};
use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;
use doorward_testkit::{Page, Stack, flows};
use serde_json::json;
use uuid::Uuid;

use crate::support::{assert_oauth_error, text, tokens};
use crate::support_keys::TestKey;
use crate::support_mtls::{flows_with_certificates, http, post, register};

flows!(
    ciba_7_1_backchannel_endpoint_is_audience_of_own_requests,
    alias_is_no_audience_without_mutual_tls,
);
flows_with_certificates!(
    BY_LISTENER;
    rfc_8705_5_alias_of_token_endpoint_is_audience,
);

const ID: &str = "signer";
const TOKEN: &str = "/oauth2/token";
const PAR: &str = "/oauth2/par";
const CIBA: &str = "/oauth2/bc-authorize";

/// Registers a client with this signing key and the grants that the tests use.
async fn signer(stack: &Stack) -> TestKey {
    let key = TestKey::new("ES256", "one");
    register(stack, ID, ClientAuthMethod::PrivateKeyJwt, |client| {
        client.jwks = Some(key.jwks());
        client.scopes = Scope::parse("openid").unwrap();
        client.grant_types.push(GrantType::Ciba);
    })
    .await;
    key
}

async fn set(stack: &Stack, audience: AssertionAudience) {
    let change = |client: &mut Client| client.assertion_audience = Some(audience);
    stack.change_client(ID, change).await;
}

/// Sends a valid request to the endpoint, with an assertion for `aud`.
async fn ask(stack: &Stack, key: &TestKey, url: &str, aud: &str) -> Page {
    let now = stack.clock.now();
    let claims = json!({
        "iss": ID, "sub": ID, "aud": aud, "jti": Uuid::new_v4(), "iat": now, "exp": now + 60,
    });
    let assertion = key.sign(None, &claims);
    let mut fields = vec![
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion.as_str()),
    ];
    if url.ends_with(CIBA) {
        fields.extend([("scope", "openid"), ("login_hint", "alice")]);
    } else {
        fields.push(("grant_type", "client_credentials"));
    }
    post(&http(None), url, &fields).await
}

async fn ciba_7_1_backchannel_endpoint_is_audience_of_own_requests(stack: &Stack) {
    let key = signer(stack).await;
    // The operator's client may name every user.
    let own = |client: &mut Client| client.first_party = true;
    stack.change_client(ID, own).await;
    let (ciba, token) = (stack.at(CIBA), stack.at(TOKEN));
    for aud in [stack.issuer(), &token, &ciba] {
        let page = ask(stack, &key, &ciba, aud).await;
        assert_eq!(page.status, 200, "{aud}: {}", page.dump());
        assert!(!text(&page.json(), "auth_req_id").is_empty());
    }
    for (url, aud) in [(&ciba, &stack.at(PAR)), (&token, &ciba)] {
        let page = ask(stack, &key, url, aud).await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
    set(stack, AssertionAudience::Issuer).await;
    // The specification demands all three; only the token endpoint follows the setting.
    for aud in [stack.issuer(), &token, &ciba] {
        let page = ask(stack, &key, &ciba, aud).await;
        assert_eq!(page.status, 200, "{aud}: {}", page.dump());
    }
    for aud in [&token, &ciba] {
        let page = ask(stack, &key, &token, aud).await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
}

async fn rfc_8705_5_alias_of_token_endpoint_is_audience(stack: &Stack) {
    let key = signer(stack).await;
    let (usual, alias) = (stack.at(TOKEN), stack.at_mtls(TOKEN));
    assert_ne!(usual, alias);
    for url in [&usual, &alias] {
        for aud in [stack.issuer(), &usual, &alias] {
            tokens(&ask(stack, &key, url, aud).await);
        }
        // The alias identifies the endpoint, not the issuer or another endpoint.
        for aud in [stack.at_mtls(""), stack.at_mtls("/oauth2/introspect")] {
            let page = ask(stack, &key, url, &aud).await;
            assert_oauth_error(&page, 401, "invalid_client");
        }
    }
    set(stack, AssertionAudience::Issuer).await;
    for url in [&usual, &alias] {
        for aud in [&usual, &alias] {
            let page = ask(stack, &key, url, aud).await;
            assert_oauth_error(&page, 401, "invalid_client");
        }
        tokens(&ask(stack, &key, url, stack.issuer()).await);
    }
}

async fn alias_is_no_audience_without_mutual_tls(stack: &Stack) {
    let key = signer(stack).await;
    let alias = format!("https://localhost:8443{TOKEN}");
    let page = ask(stack, &key, &stack.at(TOKEN), &alias).await;
    assert_oauth_error(&page, 401, "invalid_client");
}

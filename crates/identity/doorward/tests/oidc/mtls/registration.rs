//! Tests of dynamic registration with certificates (RFC 8705 §2.1.2 and §3.4, RFC 7591).

use doorward_testkit::{Page, Stack, UserAgent, flows_with};
use serde_json::{Value, json};

use crate::support::assert_oauth_error;
use crate::support_mtls::flows_with_certificates;

flows_with_certificates!(
    BY_PROXY_AND_OPEN;
    rfc_8705_2_1_2_exactly_one_subject_name_is_registered,
);
const OPEN: &[(&str, &str)] = &[("DOORWARD__CLIENT_REGISTRATION__MODE", "open")];
flows_with!(OPEN; rejects_certificate_metadata_without_mtls);

async fn register(stack: &Stack, extra: &Value) -> Page {
    let mut body = json!({
        "redirect_uris": ["https://app.example/cb"],
        "token_endpoint_auth_method": "tls_client_auth",
    });
    for (name, value) in extra.as_object().unwrap() {
        body[name] = value.clone();
    }
    let agent = UserAgent::new();
    let request = agent.http().post(stack.at("/oauth2/register")).json(&body);
    agent.send(request).await
}

async fn rfc_8705_2_1_2_exactly_one_subject_name_is_registered(stack: &Stack) {
    let page = register(
        stack,
        &json!({
            "tls_client_auth_san_dns": "app.example",
            "tls_client_certificate_bound_access_tokens": true,
        }),
    )
    .await;
    assert_eq!(page.status, 201, "{}", page.dump());
    let received = page.json();
    assert_eq!(received["token_endpoint_auth_method"], "tls_client_auth");
    assert_eq!(received["tls_client_auth_san_dns"], "app.example");
    assert_eq!(received["tls_client_certificate_bound_access_tokens"], true);
    assert!(received.get("client_secret").is_none());
    for wrong in [
        json!({}),
        json!({ "tls_client_auth_san_dns": "app.example", "tls_client_auth_san_ip": "192.0.2.7" }),
        json!({ "tls_client_auth_subject_dn": "CN=app", "tls_client_auth_san_ip": "192.0.2.7" }),
        json!({ "tls_client_auth_subject_dn": "app" }),
        json!({ "tls_client_auth_san_dns": "*.example" }),
        json!({ "tls_client_auth_san_dns": 7 }),
        json!({ "tls_client_auth_san_dns": "app.example", "token_endpoint_auth_method": "none" }),
        json!({ "token_endpoint_auth_method": "self_signed_tls_client_auth" }),
    ] {
        let page = register(stack, &wrong).await;
        assert_oauth_error(&page, 400, "invalid_client_metadata");
    }
}

async fn rejects_certificate_metadata_without_mtls(stack: &Stack) {
    for extra in [
        json!({ "tls_client_auth_san_dns": "app.example" }),
        json!({
            "token_endpoint_auth_method": "none",
            "tls_client_certificate_bound_access_tokens": true,
        }),
    ] {
        let page = register(stack, &extra).await;
        assert_oauth_error(&page, 400, "invalid_client_metadata");
    }
    let address = stack.at("/.well-known/openid-configuration");
    let document = UserAgent::new().get(address).await.json();
    assert!(
        document
            .get("tls_client_certificate_bound_access_tokens")
            .is_none()
    );
    let listed = document["token_endpoint_auth_methods_supported"].to_string();
    assert!(!listed.contains("tls_client_auth"), "{listed}");
}

//! Tests of self-signed certificates that a client publishes at its `jwks_uri` (RFC 8705 §2.2.2).

use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_testkit::Stack;

use super::BILLING;
use crate::support::{assert_oauth_error, tokens};
use crate::support_keys::KeyServer;
use crate::support_mtls::{Holder, ask, flows_with_certificates, http, register};

flows_with_certificates!(
    BY_LISTENER_WITH_KEYS;
    rfc_8705_2_2_2_certificate_is_known_by_clients_address,
    rfc_8705_2_2_2_useless_jwks_uri_rejects_client,
);

const METHOD: ClientAuthMethod = ClientAuthMethod::SelfSignedTlsClientAuth;

async fn rfc_8705_2_2_2_certificate_is_known_by_clients_address(stack: &Stack) {
    let (old, new) = (Holder::new(BILLING, None), Holder::new(BILLING, None));
    let server = KeyServer::start(old.x5c()).await;
    let address = server.url();
    register(stack, "billing", METHOD, |client| {
        client.jwks_uri = Some(address);
    })
    .await;
    tokens(&ask(&old.http(), stack, "billing").await);
    tokens(&ask(&old.http(), stack, "billing").await);
    assert_eq!(server.visits(), 1, "the response is cached");
    for anonymous_caller in [Holder::issued(BILLING).http(), http(None)] {
        let page = ask(&anonymous_caller, stack, "billing").await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
    // A new certificate is published before it is used; the next fetch replaces the old one.
    server.serve(new.x5c());
    stack.clock.advance(2 * 3600);
    tokens(&ask(&new.http(), stack, "billing").await);
    let page = ask(&old.http(), stack, "billing").await;
    assert_oauth_error(&page, 401, "invalid_client");
}

async fn rfc_8705_2_2_2_useless_jwks_uri_rejects_client(stack: &Stack) {
    let own = Holder::new(BILLING, None);
    for (id, document) in [
        ("empty", r#"{"keys":[]}"#.to_owned()),
        ("no-keys", "[]".to_owned()),
        ("another", Holder::new(BILLING, None).x5c()),
    ] {
        let server = KeyServer::start(document).await;
        let address = server.url();
        register(stack, id, METHOD, |client| client.jwks_uri = Some(address)).await;
        let page = ask(&own.http(), stack, id).await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
}

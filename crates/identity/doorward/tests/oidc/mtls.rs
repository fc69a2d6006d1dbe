//! Tests of client authentication with certificates (RFC 8705 §2 and §5), over the server's own TLS
//! listener.

mod bound_tokens;
mod proxy;
mod recipes;
mod registration;
mod self_signed;

use doorward_access::clock::Clock as _;
use doorward_protocol::certificate::CertificateSubject;
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_testkit::{Stack, UserAgent};
use serde_json::{Value, json};

use crate::support::{assert_oauth_error, tokens};
use crate::support_mtls::{
    AUTHORITY, CertificateContent, Holder, ask, below, dn, flows_with_certificates, http, post,
    register, register_subject, untrusted_authority,
};

flows_with_certificates!(
    BY_LISTENER;
    rfc_8705_2_1_2_certificate_carries_registered_name,
    rfc_8705_2_1_each_wrong_certificate_is_invalid_client,
    rfc_8705_2_1_chain_leads_to_authority,
    rfc_8705_2_2_registered_certificate_needs_no_authority,
    rfc_8705_2_exactly_registered_method_counts,
    rfc_8705_2_every_endpoint_for_clients_takes_certificates,
    rfc_8705_5_discovery_announces_aliases,
    mtls_listener_serves_no_pages,
);

const BILLING: CertificateContent = CertificateContent {
    name: "billing",
    dns: "billing.example.org",
    valid: (0, 4_000_000_000),
    is_authority: false,
    for_servers_only: false,
};

async fn rfc_8705_2_1_2_certificate_carries_registered_name(stack: &Stack) {
    let own = Holder::issued(BILLING).http();
    for (index, subject) in [
        dn("billing"),
        CertificateSubject::Dns("billing.example.org".to_owned()),
        CertificateSubject::Uri("spiffe://example.org/billing".to_owned()),
        CertificateSubject::Ip("192.0.2.7".to_owned()),
        CertificateSubject::Email("billing@example.org".to_owned()),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("good-{index}");
        register_subject(stack, &id, subject).await;
        let answer = tokens(&ask(&own, stack, &id).await);
        assert_eq!(answer["token_type"], "Bearer");
    }
    for (index, subject) in [
        dn("billings"),
        CertificateSubject::Dn("C=NL,CN=billing".to_owned()),
        CertificateSubject::Dns("example.org".to_owned()),
        CertificateSubject::Uri("spiffe://example.org/".to_owned()),
        CertificateSubject::Ip("192.0.2.8".to_owned()),
        CertificateSubject::Email("other@example.org".to_owned()),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("bad-{index}");
        register_subject(stack, &id, subject).await;
        assert_oauth_error(&ask(&own, stack, &id).await, 401, "invalid_client");
    }
}

async fn rfc_8705_2_1_each_wrong_certificate_is_invalid_client(stack: &Stack) {
    register_subject(stack, "billing", dn("billing")).await;
    let now = stack.clock.now();
    let at = |valid| CertificateContent { valid, ..BILLING };
    let server = CertificateContent {
        for_servers_only: true,
        ..BILLING
    };
    for (name, holder) in [
        (
            "of another authority",
            Holder::new(BILLING, Some(&untrusted_authority())),
        ),
        ("of its own making", Holder::new(BILLING, None)),
        ("over", Holder::issued(at((0, now - 1)))),
        ("not yet", Holder::issued(at((now + 60, now + 600)))),
        ("for servers", Holder::issued(server)),
        (
            "of a client",
            Holder::new(BILLING, Some(&Holder::issued(BILLING))),
        ),
        (
            "of another name",
            Holder::issued(CertificateContent::named("tasks")),
        ),
    ] {
        let page = ask(&holder.http(), stack, "billing").await;
        assert_eq!(page.status, 401, "{name}: {}", page.dump());
        assert_oauth_error(&page, 401, "invalid_client");
    }
    assert_oauth_error(
        &ask(&http(None), stack, "billing").await,
        401,
        "invalid_client",
    );
    // The server's clock counts: the valid certificate has expired later.
    let short = Holder::issued(at((now - 60, now + 60))).http();
    tokens(&ask(&short, stack, "billing").await);
    stack.clock.advance(61);
    assert_oauth_error(&ask(&short, stack, "billing").await, 401, "invalid_client");
}

async fn rfc_8705_2_1_chain_leads_to_authority(stack: &Stack) {
    register_subject(stack, "billing", dn("billing")).await;
    let between = below(&AUTHORITY);
    let alone = Holder::new(BILLING, Some(&between));
    assert_oauth_error(
        &ask(&alone.http(), stack, "billing").await,
        401,
        "invalid_client",
    );
    let whole = Holder::new(BILLING, Some(&between)).with(&[&between]);
    tokens(&ask(&whole.http(), stack, "billing").await);
    let anonymous_caller = untrusted_authority();
    let between = below(&anonymous_caller);
    let elsewhere = Holder::new(BILLING, Some(&between)).with(&[&between, &anonymous_caller]);
    assert_oauth_error(
        &ask(&elsewhere.http(), stack, "billing").await,
        401,
        "invalid_client",
    );
}

async fn rfc_8705_2_2_registered_certificate_needs_no_authority(stack: &Stack) {
    let method = ClientAuthMethod::SelfSignedTlsClientAuth;
    let now = stack.clock.now();
    let own = Holder::new(BILLING, None);
    register(stack, "by-x5c", method, |client| {
        client.jwks = Some(own.x5c());
    })
    .await;
    register(stack, "by-key", method, |client| {
        client.jwks = Some(own.jwks());
    })
    .await;
    for id in ["by-x5c", "by-key"] {
        tokens(&ask(&own.http(), stack, id).await);
        for other in [Holder::new(BILLING, None), Holder::issued(BILLING)] {
            assert_oauth_error(&ask(&other.http(), stack, id).await, 401, "invalid_client");
        }
        assert_oauth_error(&ask(&http(None), stack, id).await, 401, "invalid_client");
    }
    let over = Holder::new(
        CertificateContent {
            valid: (0, now - 1),
            ..BILLING
        },
        None,
    );
    register(stack, "over", method, |client| {
        client.jwks = Some(over.x5c());
    })
    .await;
    assert_oauth_error(
        &ask(&over.http(), stack, "over").await,
        401,
        "invalid_client",
    );
}

async fn rfc_8705_2_exactly_registered_method_counts(stack: &Stack) {
    register_subject(stack, "billing", dn("billing")).await;
    let own = Holder::issued(BILLING).http();
    let address = stack.at_mtls("/oauth2/token");
    let grant = ("grant_type", "client_credentials");
    // A secret beside the certificate is a second method.
    let fields = [grant, ("client_id", "billing"), ("client_secret", "abc")];
    assert_oauth_error(&post(&own, &address, &fields).await, 401, "invalid_client");
    // A certificate without `client_id` identifies no client (§2).
    assert_oauth_error(&post(&own, &address, &[grant]).await, 401, "invalid_client");
    // A client with a secret cannot authenticate with a certificate instead.
    let fields = [grant, ("client_id", stack.seed.service.id.as_str())];
    assert_oauth_error(&post(&own, &address, &fields).await, 401, "invalid_client");
    // Without TLS, the server receives no certificate.
    let fields = [grant, ("client_id", "billing")];
    let page = post(&own, &stack.at("/oauth2/token"), &fields).await;
    assert_oauth_error(&page, 401, "invalid_client");
    // The header is ignored on the server's own TLS connections.
    let request = http(None)
        .post(&address)
        .header("client-cert", Holder::issued(BILLING).field());
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials&client_id=billing");
    let page = UserAgent::new().send(request).await;
    assert_oauth_error(&page, 401, "invalid_client");
}

/// A path, its form fields, and the expected status.
type Asked<'a> = (&'a str, &'a [(&'a str, &'a str)], u16);

async fn rfc_8705_2_every_endpoint_for_clients_takes_certificates(stack: &Stack) {
    use doorward_protocol::token::GrantType;
    let own = Holder::issued(BILLING).http();
    register(
        stack,
        "billing",
        ClientAuthMethod::TlsClientAuth,
        |client| {
            client.certificate_subject = Some(dn("billing"));
            client.grant_types.push(GrantType::AuthorizationCode);
            client.grant_types.push(GrantType::DeviceCode);
            client.redirect_uris = vec!["https://billing.example/cb".to_owned()];
            client.scopes = ["openid"].into_iter().collect();
        },
    )
    .await;
    let challenge = "A".repeat(43);
    let pushed = [
        ("response_type", "code"),
        ("redirect_uri", "https://billing.example/cb"),
        ("scope", "openid"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let all: [Asked<'_>; 5] = [
        (
            "/oauth2/token",
            &[("grant_type", "client_credentials")],
            200,
        ),
        ("/oauth2/introspect", &[("token", "abc")], 200),
        ("/oauth2/revoke", &[("token", "abc")], 200),
        ("/oauth2/device_authorization", &[("scope", "openid")], 200),
        ("/oauth2/par", &pushed, 201),
    ];
    for (path, fields, expected) in all {
        let mut fields = fields.to_vec();
        fields.push(("client_id", "billing"));
        let page = post(&own, &stack.at_mtls(path), &fields).await;
        assert_eq!(page.status, expected, "{path}: {}", page.dump());
        let page = post(&http(None), &stack.at_mtls(path), &fields).await;
        assert_oauth_error(&page, 401, "invalid_client");
    }
}

async fn rfc_8705_5_discovery_announces_aliases(stack: &Stack) {
    let address = stack.at("/.well-known/openid-configuration");
    let document = UserAgent::new().get(address).await.json();
    for member in ["token", "revocation", "introspection"] {
        let listed = &document[format!("{member}_endpoint_auth_methods_supported")];
        let listed: Vec<_> = listed
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert!(listed.contains(&"tls_client_auth"), "{listed:?}");
        assert!(
            listed.contains(&"self_signed_tls_client_auth"),
            "{listed:?}"
        );
    }
    assert_eq!(document["tls_client_certificate_bound_access_tokens"], true);
    let aliases = document["mtls_endpoint_aliases"].as_object().unwrap();
    assert_eq!(aliases.len(), 7);
    for (name, alias) in aliases {
        let usual = document[name].as_str().unwrap();
        let path = usual.strip_prefix(stack.issuer()).unwrap();
        assert_eq!(*alias, json!(stack.at_mtls(path)), "{name}");
        // The announced alias works.
        let page = UserAgent::new()
            .send(http(None).get(alias.as_str().unwrap()))
            .await;
        assert!([401, 405].contains(&page.status), "{name}: {}", page.dump());
    }
}

async fn mtls_listener_serves_no_pages(stack: &Stack) {
    for path in ["/login", "/oauth2/authorize", "/", "/account"] {
        let page = UserAgent::new()
            .send(http(None).get(stack.at_mtls(path)))
            .await;
        assert_eq!(page.status, 421, "{path}: {}", page.dump());
        assert!(page.header("set-cookie").is_none());
    }
}

//! Tests the recipes of `docs/guides/mutual-tls.md` in real proxies.

use std::net::Ipv4Addr;

use doorward_testkit::proxy::{Proxy, Recipe, nginx_module};
use doorward_testkit::{Page, Stack, UserAgent};

use super::BILLING;
use crate::support::{assert_oauth_error, tokens};
use crate::support_mtls::{Holder, dn, flows_with_certificates, register_subject};

const NAME: &str = "mtls.id.example.org";

flows_with_certificates!(
    BEHIND_A_RECIPE;
    nginx_passes_certificates_on_and_no_claims,
    caddy_passes_certificates_on_and_no_claims,
);

/// Returns the code block of the guide that starts with this line.
fn recipe(first: &str) -> String {
    let path = format!(
        "{}/../../../docs/guides/mutual-tls.md",
        env!("CARGO_MANIFEST_DIR")
    );
    let guide = std::fs::read_to_string(path).unwrap();
    let mut blocks = guide
        .split("\n```")
        .filter_map(|block| block.split_once('\n'));
    let found = blocks.find(|(_, block)| block.starts_with(first));
    found
        .unwrap_or_else(|| panic!("no {first:?} in the guide"))
        .1
        .to_owned()
}

fn address(stack: &Stack) -> &str {
    stack.issuer().trim_start_matches("http://")
}

async fn nginx_passes_certificates_on_and_no_claims(stack: &Stack) {
    let server = recipe("js_import");
    let module = nginx_module("ngx_http_js_module.so");
    let whole = format!(
        "load_module {};\npid DIR/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{server}\n}}\n",
        module.display()
    );
    let recipe_of_guide = Recipe::new(&whole, NAME);
    recipe_of_guide.file("client_cert.js", &recipe("// /etc/nginx/client_cert.js"));
    let proxy = recipe_of_guide
        .replace("DIR/nginx.pid", "DIR/nginx.pid")
        .replace("/etc/nginx/client_cert.js", "DIR/client_cert.js")
        .replace(
            "listen 443 ssl;",
            "listen 127.0.0.1:PORT ssl;\nssl_certificate DIR/tls.pem;\nssl_certificate_key DIR/tls.key;",
        )
        .replace("127.0.0.1:8400", address(stack))
        .nginx();
    verify(stack, &proxy).await;
}

async fn caddy_passes_certificates_on_and_no_claims(stack: &Stack) {
    let proxy = Recipe::new(&recipe("mtls.id.example.org {"), NAME)
        .replace(
            "mtls.id.example.org {",
            "https://mtls.id.example.org:PORT {\n\tbind 127.0.0.1",
        )
        .replace("\ttls {", "\ttls DIR/tls.pem DIR/tls.key {")
        .replace("127.0.0.1:8400", address(stack))
        .caddy();
    verify(stack, &proxy).await;
}

async fn verify(stack: &Stack, proxy: &Proxy) {
    register_subject(stack, "billing", dn("billing")).await;
    let own = Holder::issued(BILLING);
    let ask = async |displayed: Option<&Holder>, claimed: &[(&str, &str)]| -> Page {
        let builder = reqwest::Client::builder()
            .no_proxy()
            .tls_danger_accept_invalid_certs(true)
            .resolve(NAME, (Ipv4Addr::LOCALHOST, 0).into());
        let builder = match displayed {
            Some(holder) => builder.identity(holder.identity()),
            None => builder,
        };
        let mut request = builder
            .build()
            .unwrap()
            .post(format!("https://{NAME}:{}/oauth2/token", proxy.port))
            // The host as with the default port.
            .header("host", NAME)
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials&client_id=billing");
        for (name, value) in claimed {
            request = request.header(*name, *value);
        }
        UserAgent::new().send(request).await
    };
    let page = ask(Some(&own), &[]).await;
    assert_eq!(page.status, 200, "{} {}", page.dump(), proxy.log());
    tokens(&page);
    // A certificate of an unknown authority, and no certificate.
    let anonymous_caller = Holder::new(BILLING, Some(&crate::support_mtls::untrusted_authority()));
    let claims = [
        ("client-cert", own.field()),
        ("client-cert-chain", own.field()),
    ];
    let claims = claims
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    for claimed in [&[][..], &claims] {
        for displayed in [None, Some(&anonymous_caller)] {
            let page = ask(displayed, claimed).await;
            assert_oauth_error(&page, 401, "invalid_client");
        }
    }
    // With the correct certificate, forged headers have no effect.
    let other = [("client-cert", ":AQID:"), ("client-cert-chain", "rubbish")];
    tokens(&ask(Some(&own), &other).await);
}

//! Tests of an organization's own domain, which only selects the organization and its look
//! (decision 42).

use std::time::Duration;

use doorward_admin::operator::AdminContext;
use doorward_admin::organizations::{self, OrganizationChange};
use doorward_domain::model::SubjectKind;
use doorward_rules::organization_domain::{OrganizationDomain, ReservedHosts};
use doorward_store::repo;
use doorward_testkit::{Authorization, PASSWORD, Page, Stack, UserAgent, flows};
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::organization::{claims, given, seed};
use crate::support::{assert_oauth_error, text, tokens};

flows!(
    browser_is_sent_on_to_issuer_for_organization_of_domain,
    domain_serves_sign_in_and_client_credentials_only,
    unknown_and_removed_domains_are_misdirected,
    forwarded_headers_do_not_name_domain,
);

const DOMAIN: &str = "login.acme.example";

/// Creates the organizations, and sets or removes the domain of acme.
async fn set_domain(stack: &Stack, domain: Option<&str>) {
    let reserved = ReservedHosts {
        issuer: stack.issuer(),
        mtls: None,
        base_domain: None,
    };
    let domain = domain.map(|text| OrganizationDomain::parse(text, reserved).expect("a domain"));
    let db = stack.db().await;
    let context = AdminContext::command_line(&db, &stack.clock);
    let change = OrganizationChange {
        domain: Some(domain),
        ..OrganizationChange::default()
    };
    organizations::update(&context, "acme", change)
        .await
        .unwrap();
}

/// Returns a domain with the issuer's port.
fn host(stack: &Stack, domain: &str) -> String {
    let (_, port) = stack.issuer().rsplit_once(':').expect("a port");
    format!("{domain}:{port}")
}

fn request(stack: &Stack, host: &str, method: Method, path: &str) -> RequestBuilder {
    let http = UserAgent::new().http().clone();
    http.request(method, stack.at(path)).header("host", host)
}

async fn get(stack: &Stack, host: &str, path: &str) -> Page {
    let asked = request(stack, host, Method::GET, path);
    UserAgent::new().send(asked).await
}

async fn browser_is_sent_on_to_issuer_for_organization_of_domain(stack: &Stack) {
    seed(stack).await;
    set_domain(stack, Some(DOMAIN)).await;
    let client = &stack.seed.trusted;
    let asked = Authorization::new(stack.issuer(), client)
        .with("scope", "openid offline_access tasks:read");
    let path = asked.url().as_str().replace(stack.issuer(), "");
    let sent = get(stack, &host(stack, "LOGIN.acme.example"), &path).await;
    assert_eq!(sent.status, 303, "{}", sent.dump());
    assert_eq!(sent.header("set-cookie"), None);
    let place = sent.location().expect("a redirect").to_string();
    assert!(
        place.starts_with(&stack.at("/oauth2/authorize?")) && place.ends_with("organization=acme"),
        "{place}"
    );
    let agent = UserAgent::new();
    let page = agent.get(&place).await;
    let page = agent.follow(page, "").await;
    let form = page.form("form:has([name=password])");
    let form = form.with("identifier", "alice").with("password", PASSWORD);
    let next = agent.submit(&form).await;
    let answer = asked.follow(&agent, next).await.expect_client();
    let page = stack.exchange(client, &answer["code"]).await;
    let own = claims(&tokens(&page));
    assert_eq!(own["org"], "acme");
    assert_eq!(own["iss"], stack.issuer());
    // Another organization in the parameter is a conflict.
    let path = format!("{path}&organization=zeta");
    let sent = get(stack, &host(stack, DOMAIN), &path).await;
    let place = sent.location().expect("a redirect").to_string();
    assert!(
        place.contains("organization=zeta&") && place.ends_with("organization=acme"),
        "{place}"
    );
}

async fn domain_serves_sign_in_and_client_credentials_only(stack: &Stack) {
    seed(stack).await;
    set_domain(stack, Some(DOMAIN)).await;
    let acme = host(stack, DOMAIN);
    let plain = json!({ "username": "alice", "password": PASSWORD });
    for (tenant, status) in [("", 200), ("acme", 200), ("zeta", 400)] {
        let mut asked = request(stack, &acme, Method::POST, "/api/auth/login").json(&plain);
        if !tenant.is_empty() {
            asked = asked.header("x-tenant-id", tenant);
        }
        let page = UserAgent::new().send(asked).await;
        assert_eq!(page.status, status, "{tenant}: {}", page.dump());
        assert_eq!(page.header("set-cookie"), None);
        if status == 200 {
            let access = text(&page.json(), "access");
            assert_eq!(doorward_testkit::jwt::claims(&access)["org"], "acme");
        }
    }
    let service = &stack.seed.service;
    let ask = async || {
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "tasks:read"),
        ];
        let http = UserAgent::new().http().clone();
        let asked = service.request(&http, &stack.at("/oauth2/token"), &fields);
        UserAgent::new().send(asked.header("host", &acme)).await
    };
    assert_oauth_error(&ask().await, 400, "access_denied");
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let here = given(SubjectKind::Client, &service.id, "reader", Some("acme"));
    repo::roles::assign(&tx, &here).await.unwrap();
    tx.commit().await.unwrap();
    // The roles of clients may be a second old.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(claims(&tokens(&ask().await))["org"], "acme");
    for path in ["/", "/login", "/account"] {
        let page = get(stack, &acme, path).await;
        let place = stack.at(&format!("{path}?organization=acme"));
        assert_eq!(page.location().unwrap().as_str(), place);
        assert_eq!(page.header("set-cookie"), None, "{path}");
    }
    for path in [
        "/login/2fa",
        "/account/security",
        "/oauth2/jwks",
        "/.well-known/openid-configuration",
        "/api/auth/profile",
        "/api/admin/users",
        "/static/app.css",
    ] {
        let page = get(stack, &acme, path).await;
        assert_eq!(page.status, 421, "{path}: {}", page.dump());
        assert_eq!(page.header("set-cookie"), None, "{path}");
    }
}

async fn unknown_and_removed_domains_are_misdirected(stack: &Stack) {
    seed(stack).await;
    set_domain(stack, Some(DOMAIN)).await;
    let acme = host(stack, DOMAIN);
    // Some HTTP libraries leave the port out.
    for named in [acme.as_str(), DOMAIN] {
        assert_eq!(get(stack, named, "/").await.status, 303, "{named}");
    }
    for other in [
        host(stack, "other.acme.example"),
        host(stack, "login.acme.example."),
        host(stack, "a.login.acme.example"),
        format!("{DOMAIN}:1"),
        format!("{acme}@evil.example"),
    ] {
        let page = get(stack, &other, "/").await;
        assert!(matches!(page.status, 400 | 421), "{other}: {}", page.dump());
        assert_eq!(page.header("location"), None, "{other}");
    }
    set_domain(stack, None).await;
    // The change of another process takes effect within a second.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(get(stack, &acme, "/").await.status, 421);
}

async fn forwarded_headers_do_not_name_domain(stack: &Stack) {
    seed(stack).await;
    set_domain(stack, Some(DOMAIN)).await;
    for name in ["x-forwarded-host", "forwarded"] {
        let value = match name {
            "forwarded" => format!("host=\"{}\"", host(stack, DOMAIN)),
            _ => host(stack, DOMAIN),
        };
        let asked = request(stack, "evil.example", Method::GET, "/").header(name, value);
        assert_eq!(UserAgent::new().send(asked).await.status, 421, "{name}");
    }
}

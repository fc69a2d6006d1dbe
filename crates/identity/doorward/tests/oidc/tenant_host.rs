//! Tests of an organization's host name, which only selects the organization and its look
//! (decision 42).

use doorward_access::clock::Clock as _;
use doorward_domain::model::{BrandOwner, SubjectKind};
use doorward_rules::own_brand::{BrandSetting, OwnBrand};
use doorward_store::repo;
use doorward_testkit::{
    Authorization, Credentials, PASSWORD, Page, Stack, UserAgent, flows, flows_with,
};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::organization::{claims, given, seed};
use crate::support::{assert_oauth_error, text, tokens};

const SETTINGS: &[(&str, &str)] = &[("DOORWARD__ORGANIZATIONS__BASE_DOMAIN", "id.example.com")];

flows_with!(
    SETTINGS;
    browser_is_sent_on_to_issuer_with_organization,
    non_member_is_rejected_at_organization_host,
    disagreement_is_reported_to_client,
    organization_host_serves_no_pages_or_cookies,
    pages_at_issuer_have_look_of_host,
    look_ends_at_other_pages_and_requests,
    unknown_organization_has_look_of_deployment,
    first_party_client_signs_in_at_organization_host,
    client_acts_for_organization_of_host,
    grant_is_for_issuer_alone,
    unknown_hosts_are_misdirected,
    issuer_is_equal_for_all_hosts,
);
flows!(without_base_domain_hosts_name_no_organization);

fn port(stack: &Stack) -> String {
    let (_, port) = stack.issuer().rsplit_once(':').expect("a port");
    port.to_owned()
}

/// Returns the host name of an organization at the issuer's port.
fn host(stack: &Stack, slug: &str) -> String {
    format!("{slug}.id.example.com:{}", port(stack))
}

fn request(stack: &Stack, host: &str, method: Method, path: &str) -> RequestBuilder {
    let http = UserAgent::new().http().clone();
    http.request(method, stack.at(path)).header("host", host)
}

async fn get(stack: &Stack, host: &str, path: &str) -> Page {
    let asked = request(stack, host, Method::GET, path);
    UserAgent::new().send(asked).await
}

fn asked(stack: &Stack) -> Authorization {
    let scope = "openid offline_access tasks:read";
    Authorization::new(stack.issuer(), &stack.seed.trusted).with("scope", scope)
}

/// Sends an authorization request to the organization's host; returns the response to the client.
async fn at_client(
    stack: &Stack,
    slug: &str,
    asked: &Authorization,
) -> std::collections::BTreeMap<String, String> {
    let agent = UserAgent::new();
    let path = asked.url().as_str().replace(stack.issuer(), "");
    let sent = get(stack, &host(stack, slug), &path).await;
    assert_eq!(sent.status, 303, "{}", sent.dump());
    assert_eq!(sent.header("set-cookie"), None);
    let place = sent.location().expect("a redirect").to_string();
    assert!(
        place.starts_with(&stack.at("/oauth2/authorize?")),
        "{place}"
    );
    let page = agent.get(&place).await;
    let mut outcome = asked.follow(&agent, page).await;
    if let doorward_testkit::Outcome::Page(page) = outcome {
        let form = page.form("form:has([name=password])");
        let form = form.with("identifier", "alice").with("password", PASSWORD);
        let next = agent.submit(&form).await;
        outcome = asked.follow(&agent, next).await;
    }
    outcome.expect_client()
}

async fn browser_is_sent_on_to_issuer_with_organization(stack: &Stack) {
    seed(stack).await;
    for (slug, named) in [("acme", None), ("ZETA", None), ("acme", Some("acme"))] {
        let mut asked = asked(stack);
        if let Some(named) = named {
            asked = asked.with("organization", named);
        }
        let answer = at_client(stack, slug, &asked).await;
        assert_eq!(answer["iss"], stack.issuer());
        let page = stack.exchange(&stack.seed.trusted, &answer["code"]).await;
        let json = tokens(&page);
        assert_eq!(claims(&json)["org"], slug.to_lowercase());
        assert_eq!(claims(&json)["iss"], stack.issuer());
        // The refreshed token keeps the organization.
        let refresh = text(&json, "refresh_token");
        let next = tokens(&stack.refresh(&stack.seed.trusted, &refresh).await);
        assert_eq!(claims(&next)["org"], slug.to_lowercase());
    }
}

async fn non_member_is_rejected_at_organization_host(stack: &Stack) {
    seed(stack).await;
    let answer = at_client(stack, "elsewhere", &asked(stack)).await;
    assert_eq!(answer["error"], "access_denied");
    assert_eq!(answer["iss"], stack.issuer());
}

/// Checks that a conflict is reported to the client, with `state` (RFC 6749 §4.1.2.1).
async fn disagreement_is_reported_to_client(stack: &Stack) {
    seed(stack).await;
    let asked = asked(stack).with("organization", "zeta");
    let answer = at_client(stack, "acme", &asked).await;
    assert_eq!(answer["error"], "invalid_request");
    assert_eq!(answer["state"], "af0ifjsldkj");
    assert!(!answer.contains_key("code"));
}

async fn organization_host_serves_no_pages_or_cookies(stack: &Stack) {
    seed(stack).await;
    let acme = host(stack, "acme");
    for path in ["/", "/login", "/account", "/register", "/forgot-password"] {
        for query in ["", "?next=//evil.example&organization=zeta&flow=x"] {
            let page = get(stack, &acme, &format!("{path}{query}")).await;
            assert_eq!(page.status, 303, "{path}: {}", page.dump());
            assert_eq!(page.header("set-cookie"), None, "{path}");
            let place = stack.at(&format!("{path}?organization=acme"));
            assert_eq!(page.location().unwrap().as_str(), place);
        }
    }
    for path in [
        "/login/2fa",
        "/account/security",
        "/consent",
        "/logout",
        "/verify-email",
        "/admin",
        "/reset-password?token=x",
        "/setup",
        "/oauth2/logout",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/oauth2/jwks",
        "/oauth2/userinfo",
        "/api/auth/profile",
        "/api/admin/users",
        "/static/app.css",
    ] {
        let page = get(stack, &acme, path).await;
        assert_eq!(page.status, 421, "{path}: {}", page.dump());
        assert_eq!(page.header("set-cookie"), None, "{path}");
        assert_eq!(page.header("location"), None, "{path}");
    }
    // Posted data is never redirected (RFC 9700 §4.12).
    for path in ["/login", "/oauth2/authorize", "/", "/api/auth/register"] {
        let form = "identifier=alice&password=x";
        let posted = request(stack, &acme, Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let page = UserAgent::new().send(posted).await;
        assert_eq!(page.status, 421, "{path}: {}", page.dump());
        assert_eq!(page.header("location"), None, "{path}");
    }
}

/// Sets the accent of acme, by which its pages are recognized.
async fn set_brand(stack: &Stack) {
    let mut brand = OwnBrand::default();
    brand.set(BrandSetting::Accent, "#c2410c").unwrap();
    let acme = BrandOwner::Organization("acme".to_owned());
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let now = stack.clock.now();
    repo::brands::put(&tx, &acme, &brand, now).await.unwrap();
    tx.commit().await.unwrap();
    stack.clear_caches();
}

/// Returns true if a page has the accent of acme.
fn has_look(page: &Page) -> bool {
    let styles = page.attributes("link[rel=stylesheet]", "href");
    let mut styles = styles.iter();
    styles.any(|style| style.starts_with("/brand/colors-c2410c-"))
}

/// Opens a path at acme's host in a browser, which follows the redirects.
async fn open_at_acme(stack: &Stack, agent: &UserAgent, path: &str) -> Page {
    let sent = get(stack, &host(stack, "acme"), path).await;
    let page = agent.get(sent.location().expect("a redirect")).await;
    agent.follow(page, "").await
}

async fn pages_at_issuer_have_look_of_host(stack: &Stack) {
    seed(stack).await;
    set_brand(stack).await;
    for path in ["/login", "/account", "/register", "/forgot-password"] {
        let page = open_at_acme(stack, &UserAgent::new(), path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.dump());
        assert!(has_look(&page), "{path}: {}", page.dump());
    }
    // A sign-in that begins at the bare host, with a mistake and a forgotten password.
    let agent = UserAgent::new();
    let page = open_at_acme(stack, &agent, "/").await;
    assert!(has_look(&page), "{}", page.dump());
    let form = page.form("#login").with("identifier", "alice");
    let rejected = agent.submit(&form.clone().with("password", "no")).await;
    assert_eq!(rejected.status, 401, "{}", rejected.dump());
    assert!(has_look(&rejected), "{}", rejected.dump());
    let forgot = agent.get(stack.at("/forgot-password")).await;
    assert!(has_look(&forgot), "{}", forgot.dump());
    let page = agent
        .submit(&forgot.form("#forgot").with("identifier", "bob"))
        .await;
    assert!(has_look(&agent.follow(page, "").await));
    let mail = stack.mail("bob@example.org").await;
    assert!(mail.html.contains("background:#c2410c"), "{}", mail.html);
    let link = mail.link(stack.issuer());
    let page = agent.get(link).await;
    let page = agent.follow(page, "").await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(has_look(&page), "{}", page.dump());
    let page = agent.submit(&form.with("password", PASSWORD)).await;
    assert_eq!(page.location().unwrap().as_str(), stack.at("/account"));
    let page = agent.follow(page, "").await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert!(has_look(&page), "{}", page.dump());
    // The language form returns to the page, and a signed-in user stays signed in.
    let page = open_at_acme(stack, &agent, "/login").await;
    assert!(has_look(&page), "{}", page.dump());
    let page = agent
        .submit(&page.press("button[name=lang][value=de]"))
        .await;
    let page = agent.follow(page, "").await;
    assert!(page.has("html[lang=de]") && has_look(&page));
}

async fn look_ends_at_other_pages_and_requests(stack: &Stack) {
    seed(stack).await;
    set_brand(stack).await;
    let agent = UserAgent::new();
    assert!(has_look(&open_at_acme(stack, &agent, "/login").await));
    // A request of a client has its own brand, before and after an error in it.
    let page = asked(stack).start(&agent).await.expect_page();
    assert!(page.has("[name=password]"), "{}", page.dump());
    assert!(!has_look(&page), "{}", page.dump());
    let refused = agent.get(stack.at("/oauth2/authorize?client_id=x")).await;
    assert!(!has_look(&refused), "{}", refused.dump());
    assert!(!has_look(&agent.get(stack.at("/device")).await));
    assert!(!has_look(&agent.get(stack.at("/nothing")).await));
    // An empty parameter removes the look.
    assert!(has_look(&agent.get(stack.at("/login")).await));
    let page = agent.get(stack.at("/login?organization=")).await;
    assert!(!has_look(&page), "{}", page.dump());
    assert!(!has_look(&agent.get(stack.at("/login")).await));
}

async fn unknown_organization_has_look_of_deployment(stack: &Stack) {
    seed(stack).await;
    set_brand(stack).await;
    let cookie = |page: &Page| {
        let fields = page.headers.get_all("set-cookie").iter();
        let fields = fields.filter_map(|field| field.to_str().ok());
        let mut own = fields.filter(|field| field.starts_with("doorward_organization="));
        own.next().map(str::to_owned)
    };
    // An organization without a brand, and an unknown one.
    for slug in ["zeta", "elsewhere"] {
        let path = format!("/login?organization={slug}");
        let page = UserAgent::new().get(stack.at(&path)).await;
        assert_eq!(page.status, 200, "{slug}: {}", page.dump());
        assert!(!page.text().contains("/brand/"), "{}", page.dump());
        let stored = cookie(&page).expect("a cookie");
        let rest = stored.strip_prefix(&format!("doorward_organization={slug};"));
        let rest = rest.expect("the slug");
        assert!(
            rest.contains("HttpOnly") && rest.contains("SameSite=Lax") && rest.contains("Path=/"),
            "{stored}"
        );
    }
    for text in ["ACME", "//evil.example", "acme%0d%0aX:y", "%22%3e%3cb%3e"] {
        let path = format!("/login?organization={text}");
        let page = UserAgent::new().get(stack.at(&path)).await;
        assert_eq!(page.status, 200, "{text}: {}", page.dump());
        assert!(!has_look(&page), "{}", page.dump());
        let stored = cookie(&page).expect("a cookie");
        assert!(stored.starts_with("doorward_organization=;"), "{stored}");
    }
}

async fn login(stack: &Stack, host: &str, path: &str, body: &Value, tenant: &str) -> Page {
    let mut asked = request(stack, host, Method::POST, path).json(body);
    if !tenant.is_empty() {
        asked = asked.header("x-tenant-id", tenant);
    }
    UserAgent::new().send(asked).await
}

async fn first_party_client_signs_in_at_organization_host(stack: &Stack) {
    seed(stack).await;
    let path = "/api/auth/login";
    let plain = json!({ "username": "alice", "password": PASSWORD });
    let with =
        |slug: &str| json!({ "username": "alice", "password": PASSWORD, "organization": slug });
    let acme = host(stack, "acme");
    for (body, tenant) in [(&plain, ""), (&with("acme"), ""), (&plain, "acme")] {
        let page = login(stack, &acme, path, body, tenant).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        assert_eq!(page.header("set-cookie"), None);
        let access = text(&page.json(), "access");
        let claims = doorward_testkit::jwt::claims(&access);
        assert_eq!(claims["org"], "acme");
        assert_eq!(claims["iss"], stack.issuer());
    }
    for (body, tenant) in [
        (&with("zeta"), ""),
        (&plain, "zeta"),
        (&with("acme"), "zeta"),
    ] {
        let page = login(stack, &acme, path, body, tenant).await;
        assert_eq!(page.status, 400, "{}", page.dump());
    }
    let other = host(stack, "elsewhere");
    let page = login(stack, &other, path, &plain, "").await;
    assert_eq!(page.status, 403, "{}", page.dump());
    // The request with the second factor also reads the host.
    let step = json!({ "mfa_token": "x", "code": "123456", "organization": "zeta" });
    let page = login(stack, &acme, "/api/auth/login/mfa", &step, "").await;
    assert!(matches!(page.status, 400 | 401), "{}", page.dump());
    // The refresh cookie belongs to pages of the issuer.
    let cookie = "/api/auth/login?cookie=true";
    for origin in [stack.issuer().to_owned(), format!("http://{acme}")] {
        let asked = request(stack, &acme, Method::POST, cookie).json(&plain);
        let asked = asked.header("origin", origin);
        let page = UserAgent::new().send(asked).await;
        assert_eq!(page.header("set-cookie"), None, "{}", page.dump());
    }
}

async fn client_acts_for_organization_of_host(stack: &Stack) {
    seed(stack).await;
    let service = &stack.seed.service;
    assert_eq!(service.credentials, Credentials::Basic);
    let ask = async |slug: &str, named: &str, tenant: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "tasks:read"),
            ("organization", named),
        ];
        let http = UserAgent::new().http().clone();
        let asked = service.request(&http, &stack.at("/oauth2/token"), &fields);
        let mut asked = asked.header("host", host(stack, slug));
        if !tenant.is_empty() {
            asked = asked.header("x-tenant-id", tenant);
        }
        UserAgent::new().send(asked).await
    };
    assert_oauth_error(&ask("acme", "", "").await, 400, "access_denied");
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let here = given(SubjectKind::Client, &service.id, "reader", Some("acme"));
    repo::roles::assign(&tx, &here).await.unwrap();
    tx.commit().await.unwrap();
    for (named, tenant) in [("", ""), ("acme", ""), ("", "acme")] {
        let own = claims(&tokens(&ask("acme", named, tenant).await));
        assert_eq!(own["org"], "acme");
        assert_eq!(own["iss"], stack.issuer());
    }
    for (named, tenant) in [("zeta", ""), ("", "zeta"), ("acme", "zeta")] {
        let refused = ask("acme", named, tenant).await;
        assert_oauth_error(&refused, 400, "invalid_request");
    }
    assert_oauth_error(&ask("zeta", "", "").await, 400, "access_denied");
}

async fn grant_is_for_issuer_alone(stack: &Stack) {
    seed(stack).await;
    let client = &stack.seed.trusted;
    let answer = at_client(stack, "acme", &asked(stack)).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", answer["code"].as_str()),
        ("redirect_uri", client.redirect_uri.as_str()),
        ("code_verifier", doorward_testkit::authorization::VERIFIER),
    ];
    let http = UserAgent::new().http().clone();
    for slug in ["acme", "zeta"] {
        let asked = client.request(&http, &stack.at("/oauth2/token"), &fields);
        let asked = asked.header("host", host(stack, slug));
        let refused = UserAgent::new().send(asked).await;
        assert_oauth_error(&refused, 400, "invalid_request");
    }
    // The requests to the wrong host have not consumed the code.
    let json = tokens(&stack.exchange(client, &answer["code"]).await);
    assert_eq!(claims(&json)["org"], "acme");
}

async fn unknown_hosts_are_misdirected(stack: &Stack) {
    seed(stack).await;
    let port = port(stack);
    for host in [
        "acme.id.example.com:1".to_owned(),
        format!("acme.id.example.com.:{port}"),
        format!("north.acme.id.example.com:{port}"),
        format!("ac_me.id.example.com:{port}"),
        format!("ac%6de.id.example.com:{port}"),
        format!("acme id.example.com:{port}"),
        format!("-acme.id.example.com:{port}"),
        format!("a.id.example.com:{port}"),
        format!("acmeid.example.com:{port}"),
        format!("id.example.com:{port}"),
        format!("acme.id.example.com.evil.example:{port}"),
        format!("acme.id.example.com:{port}@evil.example"),
        format!("acme.id.example.com:{port}/x"),
        format!("{}.id.example.com:{port}", "a".repeat(64)),
    ] {
        let page = get(stack, &host, "/oauth2/authorize?client_id=x").await;
        assert!(matches!(page.status, 400 | 421), "{host}: {}", page.dump());
        assert_eq!(page.header("location"), None, "{host}");
    }
    // The `X-Forwarded-Host` header is ignored.
    let asked = request(stack, "evil.example", Method::GET, "/oauth2/authorize");
    let asked = asked.header("x-forwarded-host", format!("acme.id.example.com:{port}"));
    assert_eq!(UserAgent::new().send(asked).await.status, 421);
}

async fn issuer_is_equal_for_all_hosts(stack: &Stack) {
    let agent = UserAgent::new();
    let place = stack.at("/.well-known/openid-configuration");
    let document = agent.get(place).await.json();
    assert_eq!(document["issuer"], stack.issuer());
    assert!(
        !document.to_string().contains("id.example.com"),
        "{document}"
    );
    let keys = UserAgent::new().get(stack.at("/oauth2/jwks")).await;
    assert_eq!(keys.status, 200);
    // The issuer's own host names no organization.
    seed(stack).await;
    let service = [
        ("grant_type", "client_credentials"),
        ("scope", "tasks:read"),
    ];
    let own = tokens(&stack.token(&stack.seed.service, &service).await);
    assert_eq!(claims(&own).get("org"), None);
}

async fn without_base_domain_hosts_name_no_organization(stack: &Stack) {
    seed(stack).await;
    for path in ["/", "/oauth2/authorize", "/login"] {
        let page = get(stack, &host(stack, "acme"), path).await;
        assert_eq!(page.status, 421, "{path}: {}", page.dump());
    }
}

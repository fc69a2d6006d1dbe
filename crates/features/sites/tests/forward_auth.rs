//! Tests of forward authentication as proxies use it: the answers to requests, the sign-in at a host, and attacks on
//! both. `proxies.rs` has the same attacks in real proxies.

use std::time::{Duration, Instant};

use doorward_domain::model::ClientId;
use doorward_store::repo;
use doorward_testkit::authorization::next_form;
use doorward_testkit::{Stack, UserAgent, flows_with, sites};
use url::Url;

use self::agent::{Browser, MAIL, NAVIGATION, SHOP, WIKI, create_site, rules, send};

#[path = "forward_auth/agent.rs"]
mod agent;
#[path = "forward_auth/credentials.rs"]
mod credentials;
#[path = "forward_auth/identity.rs"]
mod identity;

flows_with!(TRUSTED;
    sign_in_at_host_leads_back_and_names_user,
    client_of_site_is_stored_once,
    cookie_of_other_host_or_site_is_none,
    scripts_and_programs_get_challenge,
    end_of_session_takes_effect_at_once,
    disabled_user_is_stopped_within_two_seconds,
    step_up_asks_for_second_factor_and_does_not_loop,
    denial_has_page_and_decision_id,
    token_is_verified_by_jwks_and_kept_for_half_minute,
    ambiguous_requests_are_rejected,
    forged_state_starts_no_session,
    sign_out_reaches_other_hosts,
);
flows_with!(BY_SECRET; secret_is_required_of_every_sender);
flows_with!(NONE; server_without_proxies_answers_nobody);
flows_with!(SHARED; proxy_of_this_server_needs_secret);

const TRUSTED: &[(&str, &str)] = &[("DOORWARD__FORWARD_AUTH__PROXIES", "127.0.0.1/32")];
const SECRET: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
const BY_SECRET: &[(&str, &str)] = &[("DOORWARD__FORWARD_AUTH__PROXY_SECRET", SECRET)];
const NONE: &[(&str, &str)] = &[];
const SHARED: &[(&str, &str)] = &[
    ("DOORWARD__FORWARD_AUTH__PROXIES", "127.0.0.1/32"),
    ("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32"),
];

async fn sign_in_at_host_leads_back_and_names_user(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let mut browser = Browser::new(stack);
    browser.sign_in(WIKI, "alice").await;
    let page = browser.open(WIKI, "/").await;
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.header("remote-user"), Some("alice"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let page = Browser::new(stack).open(WIKI, "/public/x").await;
    assert_eq!((page.status, page.header("remote-user")), (200, None));
}

async fn client_of_site_is_stored_once(stack: &Stack) {
    let site = sites::create(stack, "wiki", &[WIKI], rules()).await;
    let id = ClientId::parse(&format!("site-{}", site.id)).unwrap();
    let mut stored = Vec::new();
    for _ in 0..2 {
        Browser::new(stack).sign_in(WIKI, "alice").await;
        stored.push(
            repo::clients::find(stack.db().await.read(), &id)
                .await
                .unwrap(),
        );
        stack.clock.advance(1);
    }
    assert!(stored[0].is_some() && stored[0] == stored[1], "{stored:?}");
}

async fn cookie_of_other_host_or_site_is_none(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI, MAIL]).await;
    create_site(stack, "shop", &[SHOP]).await;
    let mut browser = Browser::new(stack);
    browser.sign_in(WIKI, "alice").await;
    let cookie = browser.cookie_header(WIKI);
    for host in [MAIL, SHOP] {
        let page = browser.ask(host, "/", &[("cookie", &cookie)]).await;
        assert_eq!(page.status, 401, "{host}: {}", page.dump());
    }
    // Within one second, first at the other site.
    stack.clock.advance(1);
    for (host, expected) in [(SHOP, 401), (MAIL, 401), (WIKI, 200)] {
        let page = browser.ask(host, "/", &[("cookie", &cookie)]).await;
        assert_eq!(page.status, expected, "{host}: {}", page.dump());
    }
    // Two cookies of a name, one that is malformed, and many.
    let pair = cookie
        .split("; ")
        .find(|pair| pair.contains("_site="))
        .unwrap();
    let doubled = format!("{pair}; {pair}");
    let long = format!("{}; x={}", pair.replace('=', "=\""), "y".repeat(8_000));
    let plain = pair.replace("__Host-", "");
    for sent in [
        doubled.as_str(),
        &long,
        &plain,
        "__Host-doorward_site=",
        "=; ;;",
    ] {
        let page = browser.ask(WIKI, "/", &[("cookie", sent)]).await;
        assert_eq!(page.status, 401, "{sent:.60}: {}", page.dump());
    }
    let page = browser
        .ask(WIKI, "/", &[("cookie", &"z".repeat(64 * 1024))])
        .await;
    assert!(page.status >= 400, "{}", page.dump());
    // The session of this server is none at the host, and the reverse.
    let (_, value) = pair.split_once('=').unwrap();
    let session = format!("doorward_session={value}");
    let agent = UserAgent::forgetful();
    let request = agent
        .http()
        .get(stack.at("/account"))
        .header("cookie", session);
    assert!(agent.send(request).await.is_redirect());
}

async fn scripts_and_programs_get_challenge(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let browser = Browser::new(stack);
    let requests: [&[(&str, &str)]; 6] = [
        &[],
        &[("sec-fetch-mode", "cors"), ("accept", "text/html")],
        &[
            ("sec-fetch-mode", "websocket"),
            ("upgrade", "websocket"),
            ("connection", "upgrade"),
        ],
        &[("sec-websocket-key", "x"), ("accept", "text/html")],
        &[("x-forwarded-method", "POST"), ("accept", "text/html")],
        &[("user-agent", "GoogleHC/1.0")],
    ];
    for headers in requests {
        let page = browser.ask(WIKI, "/", headers).await;
        assert_eq!(page.status, 401, "{headers:?}: {}", page.dump());
        let challenge = page.header("www-authenticate").unwrap_or_default();
        assert!(challenge.starts_with("Bearer "), "{challenge}");
        assert_eq!(page.header("location"), None);
    }
    // nginx gets the redirect as 401, because it passes on no other status.
    let mut headers = vec![
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", WIKI),
        ("x-forwarded-method", "GET"),
        ("x-forwarded-uri", "/a?b=c&d"),
        ("x-forwarded-for", "192.0.2.7"),
    ];
    headers.extend(NAVIGATION);
    let page = send(stack, "/forward-auth/nginx", &headers).await;
    assert_eq!(page.status, 401);
    let location = page.header("location").unwrap();
    assert_eq!(
        location,
        format!("https://{WIKI}/.doorward/start?to=%2Fa%3Fb%3Dc%26d")
    );
}

async fn end_of_session_takes_effect_at_once(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let mut browser = Browser::new(stack);
    browser.sign_in(WIKI, "alice").await;
    assert_eq!(browser.open(WIKI, "/").await.status, 200);
    stack.end_sessions("alice").await;
    assert_stopped(&browser).await;
}

async fn disabled_user_is_stopped_within_two_seconds(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let mut browser = Browser::new(stack);
    browser.sign_in(WIKI, "alice").await;
    assert_eq!(browser.open(WIKI, "/").await.status, 200);
    stack.disable_user("alice").await;
    assert_stopped(&browser).await;
}

/// The test writes as another process: the next second counts.
async fn assert_stopped(browser: &Browser<'_>) {
    browser.stack.clock.advance(1);
    let started = Instant::now();
    while browser.open(WIKI, "/").await.status == 200 {
        assert!(started.elapsed() < Duration::from_secs(2));
    }
}

async fn step_up_asks_for_second_factor_and_does_not_loop(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let mut browser = Browser::new(stack);
    browser.sign_in(WIKI, "alice").await;
    let page = browser
        .ask(WIKI, "/strong/x", &[("sec-fetch-mode", "cors")])
        .await;
    assert_eq!(page.status, 401);
    let challenge = page.header("www-authenticate").unwrap_or_default();
    assert!(
        challenge.contains("insufficient_user_authentication"),
        "{challenge}"
    );
    assert!(challenge.contains("acr_values=\"aal2\""), "{challenge}");
    // A user without a second factor ends at a page, after one more sign-in.
    let first = browser.open(WIKI, "/strong/x").await;
    assert_eq!(first.status, 303);
    let (page, url) = browser.go(&first, "alice").await;
    assert_eq!((page.status, url), (403, None), "{}", page.dump());
}

async fn denial_has_page_and_decision_id(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let mut browser = Browser::new(stack);
    browser.sign_in(WIKI, "alice").await;
    let page = browser.open(WIKI, "/admins/x").await;
    assert_eq!(page.status, 403, "{}", page.dump());
    let id = page.header("x-decision-id").unwrap().to_owned();
    assert!(page.text().contains(&id), "{}", page.dump());
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    let page = browser.ask(WIKI, "/admins/x", &[]).await;
    assert_eq!(page.json()["reason"], "site_not_allowed");
    let mut again = Browser::new(stack);
    let url = format!("https://{WIKI}/.doorward/denied?id={id}")
        .parse()
        .unwrap();
    let page = again.visit(&url).await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains(&id), "{}", page.dump());
}

async fn token_is_verified_by_jwks_and_kept_for_half_minute(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let mut browser = Browser::new(stack);
    browser.sign_in(WIKI, "alice").await;
    let token_of = async |browser: &Browser<'_>| {
        let page = browser.open(WIKI, "/").await;
        page.header("remote-token").unwrap().to_owned()
    };
    let first = token_of(&browser).await;
    assert_eq!(token_of(&browser).await, first);
    let claims = super::jarm::verified(stack, &first).await;
    assert_eq!(claims["aud"], format!("https://{WIKI}"));
    assert_eq!(claims["iss"], stack.issuer());
    assert_eq!(claims["username"], "alice");
    let exp = claims["exp"].as_i64().unwrap();
    assert_eq!(exp - claims["iat"].as_i64().unwrap(), 60);
    stack.clock.advance(31);
    assert_ne!(token_of(&browser).await, first);
    // It opens nothing at this server.
    let agent = UserAgent::forgetful();
    for path in ["/oauth2/userinfo", "/api/auth/profile"] {
        let request = agent.http().get(stack.at(path)).bearer_auth(&first);
        let page = agent.send(request).await;
        assert!(matches!(page.status, 401 | 403), "{path}: {}", page.dump());
    }
}

async fn ambiguous_requests_are_rejected(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let mut browser = Browser::new(stack);
    browser.sign_in(WIKI, "alice").await;
    let targets = [
        "/public/../admins",
        "/public/%2e%2e/admins",
        "//admins",
        "/./admins",
        "/admins;x=1",
        "/public%2f..%2fadmins",
        "/public\\..\\admins",
        "/admins/%00",
        "https://wiki.example.com/public",
        "admins",
        "",
        "/public/%252e%252e/admins",
        "/%61dmins",
    ];
    for target in targets {
        let page = browser.open(WIKI, target).await;
        assert_eq!(page.status, 400, "{target}: {}", page.dump());
    }
    // Another case selects no other rule.
    assert_eq!(browser.open(WIKI, "/Admins/x").await.status, 403);
    let hosts = [
        "wiki.example.com.",
        "wiki.example.com:abc",
        "wiki.example.com, evil.example",
        "-x",
        "",
    ];
    for host in hosts {
        let page = browser.ask(WIKI, "/", &[("x-forwarded-host", host)]).await;
        assert_eq!(page.status, 400, "{host}: {}", page.dump());
    }
    for host in ["WIKI.example.com", "wiki.example.com:443"] {
        let page = browser.ask(WIKI, "/", &[("x-forwarded-host", host)]).await;
        assert_eq!(page.status, 200, "{host}: {}", page.dump());
    }
    for host in ["other.example.com", "wiki.example.com:8443"] {
        let page = browser
            .ask(WIKI, "/public/x", &[("x-forwarded-host", host)])
            .await;
        assert_eq!(page.status, 403, "{host}: {}", page.dump());
    }
    let page = browser
        .ask(WIKI, "/public/x", &[("x-forwarded-proto", "http")])
        .await;
    assert_eq!(page.status, 400);
    let overrides = [
        ("x-http-method-override", "DELETE"),
        ("x-original-url", "/public"),
        ("x-rewrite-url", "/public"),
        ("forwarded", "host=evil.example"),
        ("remote-user", "root"),
    ];
    for header in overrides {
        let page = browser.ask(WIKI, "/admins/x", &[header]).await;
        assert_eq!(page.status, 403, "{header:?}");
    }
}

/// The state is bound to the browser and the host, a code is used once, and no value leads to another host.
async fn forged_state_starts_no_session(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI, MAIL]).await;
    let mut attacker = Browser::new(stack);
    let start = format!("https://{WIKI}/.doorward/start?to=//evil.example/")
        .parse()
        .unwrap();
    let page = attacker.visit(&start).await;
    let authorize = page.location().unwrap();
    assert!(
        authorize
            .as_str()
            .starts_with(&stack.at("/oauth2/authorize?")),
        "{authorize}"
    );
    // The attacker signs in, and keeps the callback for the victim.
    let mut page = attacker.agent.get(&authorize).await;
    let callback = loop {
        if let Some(form) = next_form(&page, "bob").filter(|_| !page.is_redirect()) {
            page = attacker.agent.submit(&form).await;
            continue;
        }
        let location = page.location().unwrap_or_else(|| panic!("{}", page.dump()));
        if location.scheme() == "https" {
            break location;
        }
        page = attacker.agent.get(&location).await;
    };
    assert_eq!(callback.path(), "/.doorward/callback");
    let mut victim = Browser::new(stack);
    let page = victim.visit(&callback).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    // Also with a sign-in of the victim in progress.
    victim.visit(&start).await;
    let page = victim.visit(&callback).await;
    assert_eq!(page.status, 400, "{}", page.dump());
    assert_eq!(victim.open(WIKI, "/").await.status, 303);
    let mut elsewhere = callback.clone();
    elsewhere.set_host(Some(MAIL)).unwrap();
    assert_eq!(attacker.visit(&elsewhere).await.status, 400);
    // In the browser that started it, it works once, and leads to the first page.
    let page = attacker.visit(&callback).await;
    assert_eq!(
        page.header("location"),
        Some("https://wiki.example.com/"),
        "{}",
        page.dump()
    );
    let page = attacker.visit(&callback).await;
    assert_eq!(page.status, 400, "{}", page.dump());
}

async fn sign_out_reaches_other_hosts(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    create_site(stack, "mail", &[MAIL]).await;
    create_site(stack, "shop", &[SHOP]).await;
    let mut browser = Browser::new(stack);
    for host in [WIKI, MAIL, SHOP] {
        browser.sign_in(host, "alice").await;
    }
    // A page of another site leads to a question only.
    let url: Url = format!("https://{WIKI}/.doorward/sign-out")
        .parse()
        .unwrap();
    let mut headers = vec![
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", WIKI),
        ("x-forwarded-for", "192.0.2.7"),
        ("sec-fetch-site", "cross-site"),
    ];
    let cookies = browser.cookie_header(WIKI);
    headers.push(("cookie", &cookies));
    let page = send(stack, "/.doorward/sign-out", &headers).await;
    assert_eq!(page.header("location"), Some(stack.at("/logout").as_str()));
    assert_eq!(browser.open(WIKI, "/").await.status, 200);
    // At one host alone.
    let here = format!("https://{SHOP}/.doorward/sign-out?here=true")
        .parse()
        .unwrap();
    assert_eq!(browser.visit(&here).await.status, 200);
    assert_eq!(browser.open(SHOP, "/").await.status, 303);
    assert_eq!(browser.open(MAIL, "/").await.status, 200);
    // At all.
    let page = browser.visit(&url).await;
    let (page, _) = browser.go(&page, "alice").await;
    assert_eq!(page.status, 200, "{}", page.dump());
    for host in [WIKI, MAIL, SHOP] {
        let page = browser.open(host, "/").await;
        assert_eq!(page.status, 303, "{host}: {}", page.dump());
    }
}

async fn secret_is_required_of_every_sender(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let browser = Browser::new(stack);
    for sent in [None, Some("wrong"), Some("")] {
        let headers: Vec<(&str, &str)> = sent
            .map(|sent| ("doorward-proxy-secret", sent))
            .into_iter()
            .collect();
        let page = browser.ask(WIKI, "/public/x", &headers).await;
        assert_eq!(page.status, 403, "{sent:?}: {}", page.dump());
    }
    let page = browser
        .ask(WIKI, "/public/x", &[("doorward-proxy-secret", SECRET)])
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let page = send(stack, "/.doorward/start", &[("x-forwarded-host", WIKI)]).await;
    assert_eq!(page.status, 403);
}

async fn server_without_proxies_answers_nobody(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let browser = Browser::new(stack);
    let page = browser.ask(WIKI, "/public/x", &[]).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    let page = send(stack, "/.doorward/sign-out", &[("x-forwarded-host", WIKI)]).await;
    assert_eq!(page.status, 403);
}

/// A client could describe any request through the proxy in front of this server.
async fn proxy_of_this_server_needs_secret(stack: &Stack) {
    create_site(stack, "wiki", &[WIKI]).await;
    let page = Browser::new(stack).ask(WIKI, "/public/x", &[]).await;
    assert_eq!(page.status, 403, "{}", page.dump());
}

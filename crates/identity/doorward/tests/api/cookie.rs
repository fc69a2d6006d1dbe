//! Tests of cookie mode: scripts cannot read the refresh token, and other sites cannot send it.

use doorward_testkit::{PASSWORD, Page, Stack, flows, flows_with};
use serde_json::json;

use crate::support::{body, call, problem};

const LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
flows_with!(LIMITS; anonymous_callers_do_not_keep_owner_out_of_known_browser);
flows!(
    refresh_token_stays_in_cookie,
    sign_out_everywhere_clears_browser_data,
    cross_site_requests_are_rejected
);

const NAME: &str = "doorward_refresh";
const CLEAR_SITE_DATA: &str = "\"cache\", \"storage\"";

/// Returns the `Set-Cookie` header of the refresh token.
#[track_caller]
fn cookie(page: &Page) -> String {
    let all = page.headers.get_all("set-cookie").iter();
    let mut own = all
        .filter_map(|value| value.to_str().ok())
        .filter(|text| text.starts_with(NAME));
    own.next().expect("a cookie").to_owned()
}

fn pair(set: &str) -> String {
    set.split(';').next().unwrap().to_owned()
}

async fn login(stack: &Stack) -> Page {
    let login = json!({ "username": "alice", "password": PASSWORD });
    let request = call(stack, "POST", "/api/auth/login?cookie=true");
    request
        .header("sec-fetch-site", "same-origin")
        .json(&login)
        .send()
        .await
}

async fn send(stack: &Stack, path: &str, cookie: &str) -> Page {
    let request = call(stack, "POST", path).header("cookie", cookie);
    request.header("sec-fetch-site", "same-origin").send().await
}

async fn refresh_token_stays_in_cookie(stack: &Stack) {
    let page = login(stack).await;
    assert!(body(&page, 200).get("refresh").is_none());
    let set = cookie(&page);
    for flag in [
        "HttpOnly",
        "Secure",
        "SameSite=Strict",
        "Path=/api/auth",
        "Max-Age=86400",
    ] {
        assert!(set.split("; ").any(|part| part == flag), "{flag}: {set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    let first = pair(&set);
    let page = send(stack, "/api/auth/token/refresh", &first).await;
    let renewed = body(&page, 200);
    assert!(
        renewed.get("refresh").is_none() && renewed["access"].is_string(),
        "{renewed}"
    );
    let second = pair(&cookie(&page));
    assert_ne!(first, second);
    let page = send(stack, "/api/auth/logout", &second).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert_eq!(page.header("clear-site-data"), Some(CLEAR_SITE_DATA));
    let removed = cookie(&page);
    assert!(
        removed.starts_with("doorward_refresh=;") && removed.contains("Max-Age=0"),
        "{removed}"
    );
    let page = send(stack, "/api/auth/token/refresh", &second).await;
    problem(&page, 401, "invalid-refresh-token");
    problem(
        &send(stack, "/api/auth/token/refresh", "other=1").await,
        400,
        "invalid-input",
    );
    let page = call(stack, "POST", "/api/auth/login?cookie=maybe")
        .json(&json!({}))
        .send()
        .await;
    problem(&page, 400, "invalid-input");
}

async fn cross_site_requests_are_rejected(stack: &Stack) {
    let cookie = pair(&cookie(&login(stack).await));
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        for path in ["/api/auth/token/refresh", "/api/auth/logout"] {
            let request = call(stack, "POST", path).header("cookie", &cookie);
            let page = request.header(name, value).send().await;
            problem(&page, 403, "cross-site-request");
        }
        let login = json!({ "username": "alice", "password": PASSWORD });
        let request = call(stack, "POST", "/api/auth/login?cookie=true").header(name, value);
        problem(
            &request.json(&login).send().await,
            403,
            "cross-site-request",
        );
    }
    // The token was not consumed; a page of this origin can use it.
    let request = call(stack, "POST", "/api/auth/token/refresh").header("cookie", &cookie);
    let page = request.header("origin", stack.issuer()).send().await;
    body(&page, 200);
}

async fn anonymous_callers_do_not_keep_owner_out_of_known_browser(stack: &Stack) {
    let page = login(stack).await;
    let device = page.headers.get_all("set-cookie").iter();
    let mut device = device.filter_map(|value| value.to_str().ok());
    let device = pair(
        device
            .find(|text| text.starts_with("doorward_device"))
            .unwrap(),
    );
    let wrong = json!({ "username": "alice", "password": "wrong" });
    for _ in 0..6 {
        let request = call(stack, "POST", "/api/auth/login");
        request.json(&wrong).send().await;
    }
    let right = json!({ "username": "alice", "password": PASSWORD });
    let page = call(stack, "POST", "/api/auth/login")
        .json(&right)
        .send()
        .await;
    problem(&page, 429, "too-many-requests");
    let request = call(stack, "POST", "/api/auth/login").header("cookie", &device);
    body(&request.json(&right).send().await, 200);
}

/// Checks that signing out everywhere clears the browser's data; a client that stores its tokens
/// itself gets no such header.
async fn sign_out_everywhere_clears_browser_data(stack: &Stack) {
    let page = login(stack).await;
    let access = body(&page, 200)["access"].as_str().unwrap().to_owned();
    let refresh = pair(&cookie(&page));
    let request = call(stack, "POST", "/api/auth/logout/all").bearer(&access);
    let request = request.header("sec-fetch-site", "same-origin");
    let page = request.header("cookie", &refresh).send().await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert_eq!(page.header("clear-site-data"), Some(CLEAR_SITE_DATA));

    for path in ["/api/auth/logout", "/api/auth/logout/all"] {
        let tokens = crate::support::sign_in(stack, "alice").await;
        let request = call(stack, "POST", path).bearer(&tokens.access);
        let page = request.json(&json!({})).send().await;
        assert_eq!(page.status, 204, "{}", page.dump());
        assert_eq!(page.header("clear-site-data"), None);
    }
}

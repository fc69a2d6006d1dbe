//! Helpers of the protocol tests: signing in, and strict checks of responses.

use std::time::Duration;

use doorward_testkit::{Authorization, Page, Stack, TestClient, UserAgent};
use serde_json::Value;

/// The scopes of a user who lets a client do everything that a developer may do.
pub const EVERYTHING: &str =
    "openid profile email address phone offline_access tasks:read tasks:write tasks:delete";

/// Checks an error response of a JSON endpoint (RFC 6749 §5.2, RFC 6750 §3).
#[track_caller]
pub fn assert_oauth_error(page: &Page, status: u16, code: &str) {
    assert_eq!(page.status, status, "{}", page.dump());
    assert_eq!(page.media_type(), "application/json", "{}", page.dump());
    assert_eq!(
        page.member("error").as_deref(),
        Some(code),
        "{}",
        page.dump()
    );
    assert_not_stored(page);
    // A 401 names a scheme (RFC 9110 §11.6.1). `invalid_client` has a separate rule (RFC 6749
    // §5.2), which `client_auth` tests.
    if status == 401 && code != "invalid_client" {
        assert!(page.header("www-authenticate").is_some(), "{}", page.dump());
    }
}

/// Asserts that caches must not store the response (RFC 6749 §5.1).
#[track_caller]
pub fn assert_not_stored(page: &Page) {
    let control = page.header("cache-control").unwrap_or_default();
    assert!(control.contains("no-store"), "{}", page.dump());
}

/// Asserts an error page: HTML without a redirect.
#[track_caller]
pub fn assert_error_page(page: &Page) {
    assert!((400..500).contains(&page.status), "{}", page.dump());
    assert!(page.header("location").is_none(), "{}", page.dump());
    assert_eq!(page.media_type(), "text/html", "{}", page.dump());
    assert!(page.has("h1"), "{}", page.dump());
}

/// Repeats a call as `Retry-After` asks while the server is busy (RFC 9110 §15.6.4), at most ten times. A hundred parallel
/// calls beside other tests may wait for the database longer than the server lets them.
pub async fn unless_busy(call: impl AsyncFn() -> Page) -> Page {
    let mut page = call().await;
    for _ in 0..10 {
        let Some(seconds) = page.header("retry-after").filter(|_| page.status == 503) else {
            break;
        };
        let seconds = seconds.parse().expect("a number of seconds");
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        page = call().await;
    }
    page
}

/// Asserts that tokens were issued and returns the JSON.
#[track_caller]
pub fn tokens(page: &Page) -> Value {
    assert_eq!(page.status, 200, "{}", page.dump());
    assert_eq!(page.media_type(), "application/json");
    assert_not_stored(page);
    // Required by RFC 6749 §5.1.
    assert_eq!(page.header("pragma"), Some("no-cache"));
    page.json()
}

/// Returns a required string member.
#[track_caller]
pub fn text(json: &Value, name: &str) -> String {
    json[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {json}"))
        .to_owned()
}

/// Returns a code for alice in a new browser.
pub async fn code(stack: &Stack, client: &TestClient, scope: &str) -> String {
    let request = Authorization::new(stack.issuer(), client).with("scope", scope);
    request.complete(&UserAgent::new(), "alice").await.code()
}

/// Returns tokens for alice in a new browser.
pub async fn sign_in(stack: &Stack, client: &TestClient, scope: &str) -> Value {
    let code = code(stack, client, scope).await;
    tokens(&stack.exchange(client, &code).await)
}

/// Requests `UserInfo` with a bearer token.
pub async fn userinfo(stack: &Stack, access_token: &str) -> Page {
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at("/oauth2/userinfo"));
    agent.send(request.bearer_auth(access_token)).await
}

/// Returns true if introspection by the client reports the token as active.
pub async fn is_active(stack: &Stack, client: &TestClient, token: &str) -> bool {
    let page = stack
        .as_client("/oauth2/introspect", client, &[("token", token)])
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page.json()["active"].as_bool().expect("active")
}

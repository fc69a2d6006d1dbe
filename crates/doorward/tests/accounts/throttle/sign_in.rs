//! Tries are counted, failures make one wait.

use doorward_testkit::{PASSWORD, Page, Stack, UserAgent};

use super::support::{LIMITS, fail, form, post, retry_after, sign_in};
use crate::limited;

limited!(LIMITS;
    the_sixth_sign_in_in_a_minute_is_refused_for_everybody_alike,
    right_passwords_count_too,
    spelling_does_not_evade,
    forwarded_headers_of_strangers_do_not_evade,
);
limited!(BEHIND_A_PROXY; waits_grow_and_end_by_the_clock);
limited!(TWICE; the_factor_raises_limit_and_tolerance);

const BEHIND_A_PROXY: &[(&str, &str)] = &[LIMITS[0], ("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32")];
const TWICE: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "2")];

/// What a person, or a program, could compare.
fn look(page: &Page, identifier: &str) -> (u16, String, Vec<(String, String)>) {
    let told = ["ratelimit", "ratelimit-policy", "retry-after"];
    let told = told.map(|name| page.header(name).unwrap_or_default().to_owned());
    let mut headers: Vec<(String, String)> = page
        .headers
        .keys()
        .map(|name| (name.to_string(), String::new()))
        .collect();
    headers.sort();
    headers.extend(told.map(|value| (String::new(), value)));
    let words = page.text_of("main").unwrap_or_default();
    (page.status, words.replace(identifier, "NAME"), headers)
}

async fn the_sixth_sign_in_in_a_minute_is_refused_for_everybody_alike(stack: &Stack) {
    for left in (0..5).rev() {
        let known = fail(stack, "alice").await;
        let unknown = fail(stack, "nobody").await;
        assert_eq!(known.status, 401, "{}", known.shown());
        assert_eq!(
            known.header("ratelimit"),
            Some(format!("\"sign-in\";r={left};t=60").as_str())
        );
        assert_eq!(
            known.header("ratelimit-policy"),
            Some("\"sign-in\";q=5;w=60")
        );
        assert_eq!(known.header("retry-after"), None);
        assert_eq!(look(&known, "alice"), look(&unknown, "nobody"));
    }
    // The right password does not help any more.
    let known = sign_in(stack, &UserAgent::new(), "alice", PASSWORD).await;
    let unknown = sign_in(stack, &UserAgent::new(), "nobody", PASSWORD).await;
    assert_eq!(retry_after(&known), 60);
    assert!(known.text().contains("Too many tries"), "{}", known.shown());
    assert_eq!(look(&known, "alice"), look(&unknown, "nobody"));
    // Other accounts are untouched.
    let other = sign_in(stack, &UserAgent::new(), "bob", PASSWORD).await;
    assert_eq!(other.status, 303, "{}", other.shown());
}

async fn right_passwords_count_too(stack: &Stack) {
    for _ in 0..5 {
        let page = sign_in(stack, &UserAgent::new(), "bob", PASSWORD).await;
        assert_eq!(page.status, 303, "{}", page.shown());
    }
    let page = sign_in(stack, &UserAgent::new(), "bob", PASSWORD).await;
    assert_eq!(retry_after(&page), 60);
}

async fn spelling_does_not_evade(stack: &Stack) {
    for name in ["alice", "ALICE", "  alice ", "Alice\t", "ａｌｉｃｅ"] {
        let page = fail(stack, name).await;
        assert_eq!(page.status, 401, "{name}: {}", page.shown());
    }
    for name in ["alice", "aLiCe", "\u{a0}alice"] {
        retry_after(&fail(stack, name).await);
    }
}

// HD-1, CVE-2023-36456: only a trusted proxy says where a request comes from.
async fn forwarded_headers_of_strangers_do_not_evade(stack: &Stack) {
    let agent = UserAgent::new();
    let form = form(stack, &agent, "", "a wrong password").await;
    for number in 0..30 {
        let form = form.clone().with("identifier", &format!("nobody{number}"));
        let address = format!("192.0.2.{number}");
        let page = post(stack, &agent, stack.issuer(), &form, Some(&address)).await;
        assert_eq!(page.status, 401, "{number}: {}", page.shown());
    }
    let form = form.with("identifier", "somebody");
    let page = post(stack, &agent, stack.issuer(), &form, Some("198.51.100.1")).await;
    assert_eq!(retry_after(&page), 60);
    assert_eq!(page.header("ratelimit"), Some("\"address\";r=0;t=60"));
    // A new account counts as well, and nothing typed is lost but the password.
    let page = agent.get(stack.at("/register")).await;
    let form = page.form("form:has([name=password_confirm])");
    let form = form
        .with("username", "newcomer")
        .with("email", "newcomer@example.org")
        .with("password", PASSWORD)
        .with("password_confirm", PASSWORD);
    let page = agent.submit(&form).await;
    assert_eq!(retry_after(&page), 60);
    let again = page.form("form:has([name=password_confirm])");
    assert_eq!(again.value("username"), Some("newcomer"));
    // Pages are read, and tokens are issued, as before.
    assert_eq!(agent.get(stack.at("/login")).await.status, 200);
    let client = &stack.seed.web;
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "none")];
    assert_eq!(stack.token(client, &fields).await.status, 400);
}

/// A sign-in as alice through the trusted proxy.
async fn from(stack: &Stack, address: &str, password: &str) -> Page {
    let agent = UserAgent::new();
    let form = form(stack, &agent, "alice", password).await;
    post(stack, &agent, stack.issuer(), &form, Some(address)).await
}

async fn waits_grow_and_end_by_the_clock(stack: &Stack) {
    for _ in 0..5 {
        let page = from(stack, "192.0.2.1", "a wrong password").await;
        assert_eq!(page.status, 401, "{}", page.shown());
    }
    for wait in [60, 300, 900, 3600] {
        // From any address: the account waits.
        let page = from(stack, "2001:db8::7", PASSWORD).await;
        assert_eq!(retry_after(&page), wait);
        stack.clock.advance(wait - 1);
        assert_eq!(retry_after(&from(stack, "192.0.2.9", PASSWORD).await), 1);
        stack.clock.advance(1);
        if wait < 3600 {
            let page = from(stack, "192.0.2.2", "a wrong password").await;
            assert_eq!(page.status, 401, "{}", page.shown());
        }
    }
    let page = from(stack, "192.0.2.2", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.shown());
    // All is forgiven.
    let page = from(stack, "192.0.2.3", "a wrong password").await;
    assert_eq!(page.status, 401, "{}", page.shown());
}

async fn the_factor_raises_limit_and_tolerance(stack: &Stack) {
    for number in 0..10 {
        let page = fail(stack, "alice").await;
        assert_eq!(page.status, 401, "{number}: {}", page.shown());
    }
    retry_after(&fail(stack, "alice").await);
}

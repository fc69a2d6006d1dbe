//! Tests that sign-in attempts are counted and that failures delay the next attempt.

use doorward_testkit::{PASSWORD, Page, Stack, UserAgent};
use futures_util::future::join_all;

use super::support::{LIMITS, fail, form, post, retry_after, sign_in};
use crate::limited;

limited!(LIMITS;
    right_passwords_count_too,
    spelling_does_not_evade,
    forged_forwarded_headers_do_not_evade_limits,
);
limited!(
    BEHIND_A_PROXY;
    sixth_sign_in_per_minute_is_rejected_for_all_users,
    account_has_five_attempts_across_all_addresses,
    waits_grow_and_end_by_clock,
    address_has_ten_failures_per_minute,
);
limited!(TWICE; factor_raises_limit_and_tolerance);

const BEHIND_A_PROXY: &[(&str, &str)] = &[LIMITS[0], ("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32")];
const TWICE: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "2")];

/// Returns all that an attacker could compare in a response.
fn comparable_parts(page: &Page, identifier: &str) -> (u16, String, Vec<(String, String)>) {
    let received = ["ratelimit", "ratelimit-policy", "retry-after"];
    let received = received.map(|name| page.header(name).unwrap_or_default().to_owned());
    let mut headers: Vec<(String, String)> = page
        .headers
        .keys()
        .map(|name| (name.to_string(), String::new()))
        .collect();
    headers.sort();
    headers.extend(received.map(|value| (String::new(), value)));
    let words = page.text_of("main").unwrap_or_default();
    (page.status, words.replace(identifier, "NAME"), headers)
}

async fn sixth_sign_in_per_minute_is_rejected_for_all_users(stack: &Stack) {
    let known = async |password| sign_in_from(stack, "192.0.2.1", "alice", password).await;
    let unknown = async |password| sign_in_from(stack, "192.0.2.2", "nobody", password).await;
    for left in (0..5).rev() {
        let known = known("a wrong password").await;
        let unknown = unknown("a wrong password").await;
        assert_eq!(known.status, 401, "{}", known.dump());
        assert_eq!(
            known.header("ratelimit"),
            Some(format!("\"sign-in\";r={left};t=60").as_str())
        );
        assert_eq!(
            known.header("ratelimit-policy"),
            Some("\"sign-in\";q=5;w=60")
        );
        assert_eq!(known.header("retry-after"), None);
        assert_eq!(
            comparable_parts(&known, "alice"),
            comparable_parts(&unknown, "nobody")
        );
    }
    // The correct password is rejected as well.
    let known = known(PASSWORD).await;
    let unknown = unknown(PASSWORD).await;
    assert_eq!(retry_after(&known), 60);
    assert!(known.text().contains("Too many tries"), "{}", known.dump());
    assert_eq!(
        comparable_parts(&known, "alice"),
        comparable_parts(&unknown, "nobody")
    );
    // Other accounts are not affected.
    let other = sign_in_from(stack, "192.0.2.1", "bob", PASSWORD).await;
    assert_eq!(other.status, 303, "{}", other.dump());
}

// More addresses do not give an attacker more attempts at one account (ASVS 5.0 §6.3.1).
async fn account_has_five_attempts_across_all_addresses(stack: &Stack) {
    for name in ["alice", "nobody"] {
        let addresses: Vec<_> = (1..=40).map(|last| format!("192.0.2.{last}")).collect();
        let guesses = addresses
            .iter()
            .map(|address| sign_in_from(stack, address, name, "a wrong password"));
        let pages = join_all(guesses).await;
        let checked = pages.iter().filter(|page| page.status == 401).count();
        assert_eq!(checked, 5, "{name}");
        for page in pages.iter().filter(|page| page.status != 401) {
            assert!((1..=60).contains(&retry_after(page)), "{}", page.dump());
        }
    }
}

// Failures count for the address whatever account they name, and successes between them do not
// reset it (ASVS 5.0 §6.3.1).
async fn address_has_ten_failures_per_minute(stack: &Stack) {
    let mut failed = 0;
    for number in 0..14 {
        let name = format!("nobody{number}");
        let page = sign_in_from(stack, "2001:db8:1:2::7", &name, PASSWORD).await;
        if page.status == 401 {
            failed += 1;
        } else {
            let wait = retry_after(&page);
            assert!((1..=60).contains(&wait), "{}", page.dump());
            let error = page.header("ratelimit").unwrap_or_default();
            assert_eq!(error, format!("\"failed\";r=0;t={wait}"));
        }
        if number == 3 {
            let page = sign_in_from(stack, "2001:db8:1:2::8", "alice", PASSWORD).await;
            assert_eq!(page.status, 303, "{}", page.dump());
        }
    }
    assert_eq!(failed, 10);
    // An IPv6 subscriber has a whole /64; the next /64 is another subscriber.
    let page = sign_in_from(stack, "2001:db8:1:2:ffff::1", "alice", PASSWORD).await;
    retry_after(&page);
    let page = sign_in_from(stack, "2001:db8:1:3::7", "alice", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}

async fn right_passwords_count_too(stack: &Stack) {
    for _ in 0..5 {
        let page = sign_in(stack, &UserAgent::new(), "bob", PASSWORD).await;
        assert_eq!(page.status, 303, "{}", page.dump());
    }
    let page = sign_in(stack, &UserAgent::new(), "bob", PASSWORD).await;
    assert_eq!(retry_after(&page), 60);
}

async fn spelling_does_not_evade(stack: &Stack) {
    for name in ["alice", "ALICE", "  alice ", "Alice\t", "ａｌｉｃｅ"] {
        let page = fail(stack, name).await;
        assert_eq!(page.status, 401, "{name}: {}", page.dump());
    }
    for name in ["alice", "aLiCe", "\u{a0}alice"] {
        retry_after(&fail(stack, name).await);
    }
}

// Only a trusted proxy may set the client address (CVE-2023-36456).
async fn forged_forwarded_headers_do_not_evade_limits(stack: &Stack) {
    let agent = UserAgent::new();
    let form = form(stack, &agent, "", "a wrong password").await;
    let mut checked = 0;
    let mut last = None;
    for number in 0..1000_u32 {
        let form = form.clone().with("identifier", &format!("nobody{number}"));
        let [.., high, low] = number.to_be_bytes();
        let address = match number % 3 {
            0 => format!("192.0.{high}.{low}"),
            1 => format!("2001:db8:{high:x}:{low:x}::1"),
            _ => format!("198.51.100.{low}, 203.0.113.{low}"),
        };
        let page = post(stack, &agent, stack.issuer(), &form, Some(&address)).await;
        match page.status {
            401 => checked += 1,
            _ => assert!(retry_after(&page) > 0, "{}", page.dump()),
        }
        last = Some(page);
    }
    assert_eq!(checked, 10, "one address: ten failures in a minute");
    let page = last.expect("a page");
    assert_eq!(retry_after(&page), 60);
    assert_eq!(page.header("ratelimit"), Some("\"address\";r=0;t=60"));
    // Registration counts as well; the form keeps all values except the password.
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
    // Pages and the token endpoint are not affected.
    assert_eq!(agent.get(stack.at("/login")).await.status, 200);
    let client = &stack.seed.web;
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "none")];
    assert_eq!(stack.token(client, &fields).await.status, 400);
}

/// Signs in as alice through the trusted proxy.
async fn from(stack: &Stack, address: &str, password: &str) -> Page {
    sign_in_from(stack, address, "alice", password).await
}

/// Signs in with a new browser through the trusted proxy.
async fn sign_in_from(stack: &Stack, address: &str, name: &str, password: &str) -> Page {
    let agent = UserAgent::new();
    let form = form(stack, &agent, name, password).await;
    post(stack, &agent, stack.issuer(), &form, Some(address)).await
}

async fn waits_grow_and_end_by_clock(stack: &Stack) {
    for _ in 0..5 {
        let page = from(stack, "192.0.2.1", "a wrong password").await;
        assert_eq!(page.status, 401, "{}", page.dump());
    }
    for wait in [60, 300, 900, 3600] {
        // The lockout applies to the account, from any address.
        let page = from(stack, "2001:db8::7", PASSWORD).await;
        assert_eq!(retry_after(&page), wait);
        stack.clock.advance(wait - 1);
        assert_eq!(retry_after(&from(stack, "192.0.2.9", PASSWORD).await), 1);
        stack.clock.advance(1);
        if wait < 3600 {
            let page = from(stack, "192.0.2.2", "a wrong password").await;
            assert_eq!(page.status, 401, "{}", page.dump());
        }
    }
    let page = from(stack, "192.0.2.2", PASSWORD).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    // The lockout is reset; only the limit per minute is left, which uses the real clock.
    let page = from(stack, "192.0.2.3", "a wrong password").await;
    assert!(retry_after(&page) <= 60, "{}", page.dump());
}

async fn factor_raises_limit_and_tolerance(stack: &Stack) {
    for number in 0..10 {
        let page = fail(stack, "alice").await;
        assert_eq!(page.status, 401, "{number}: {}", page.dump());
    }
    retry_after(&fail(stack, "alice").await);
}

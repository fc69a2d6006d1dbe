//! Tests of the hourly limits of the API, and of the origins whose scripts may read it.

use doorward_testkit::{Authorization, Backend, Page, Stack, UserAgent, stack};

use crate::support::{body, call, problem};

/// Small limits, so that a test reaches them.
const LOW_LIMITS: &[(&str, &str)] = &[
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
    ("DOORWARD__LIMITS__ANONYMOUS_PER_HOUR", "3"),
    ("DOORWARD__LIMITS__ACCOUNT_PER_HOUR", "4"),
    ("DOORWARD__LIMITS__ROLES", "manager=6,developer=2"),
    ("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32"),
];
const DEFAULT_LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];
const REDIS_DOWN: &[(&str, &str)] = &[
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
    ("DOORWARD_REDIS_URL", "redis://127.0.0.1:1/0"),
];

macro_rules! limited {
    ($settings:ident; $($check:ident),+ $(,)?) => {$(
        mod $check {
            use super::*;

            #[test]
            fn sqlite_memory() {
                stack::run_with(Backend::SqliteMemory, $settings, super::$check);
            }

            #[test]
            fn postgres_redis() {
                stack::run_with(Backend::PostgresRedis, $settings, super::$check);
            }
        }
    )+};
}

limited!(LOW_LIMITS; addresses_are_counted, accounts_are_counted_by_role, scripts_read_limits);
limited!(DEFAULT_LIMITS; default_hourly_limits_apply);

async fn ask(stack: &Stack, address: &str, token: Option<&str>) -> Page {
    let request = call(stack, "GET", "/api/openapi.json").header("x-forwarded-for", address);
    match token {
        Some(token) => request.bearer(token).send().await,
        None => request.send().await,
    }
}

#[track_caller]
fn assert_left(page: &Page, name: &str, quota: u64, left: u64) {
    assert_eq!(page.status, 200, "{}", page.dump());
    let policy = format!("\"{name}\";q={quota};w=3600");
    assert_eq!(page.header("ratelimit-policy"), Some(policy.as_str()));
    let left = format!("\"{name}\";r={left};t=3600");
    assert_eq!(page.header("ratelimit"), Some(left.as_str()));
    assert_eq!(page.header("retry-after"), None);
}

#[track_caller]
fn assert_exceeded(page: &Page, name: &str) {
    problem(page, 429, "too-many-requests");
    let received = format!("\"{name}\";r=0;t=3600");
    assert_eq!(page.header("ratelimit"), Some(received.as_str()));
    assert_eq!(page.header("retry-after"), Some("3600"));
}

async fn addresses_are_counted(stack: &Stack) {
    for left in (0..3).rev() {
        let page = ask(stack, "192.0.2.1", None).await;
        assert_left(&page, "anonymous", 3, left);
    }
    assert_exceeded(&ask(stack, "192.0.2.1", None).await, "anonymous");
    // An invalid token does not change the limit.
    assert_exceeded(
        &ask(stack, "192.0.2.1", Some("made.up.token")).await,
        "anonymous",
    );
    assert_left(&ask(stack, "192.0.2.2", None).await, "anonymous", 3, 2);
    // An IPv6 subscriber has a whole /64.
    for host in 1..=3 {
        let page = ask(stack, &format!("2001:db8::{host}"), None).await;
        assert_left(&page, "anonymous", 3, 3 - host);
    }
    assert_exceeded(&ask(stack, "2001:db8::ffff:1", None).await, "anonymous");
    assert_left(
        &ask(stack, "2001:db8:0:1::1", None).await,
        "anonymous",
        3,
        2,
    );
    // Rejections and 404 responses count as well.
    let page = call(stack, "GET", "/api/nothing").header("x-forwarded-for", "192.0.2.9");
    let page = page.send().await;
    assert_eq!(page.status, 404, "{}", page.dump());
    assert_eq!(page.header("ratelimit"), Some("\"anonymous\";r=2;t=3600"));
    // Pages and protocol endpoints do not count.
    assert_eq!(UserAgent::new().get(stack.at("/login")).await.status, 200);
}

async fn token(stack: &Stack, who: &str) -> String {
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client);
    let code = request.complete(&UserAgent::new(), who).await.code();
    let tokens = body(&stack.exchange(client, &code).await, 200);
    tokens["access_token"].as_str().expect("a token").to_owned()
}

async fn accounts_are_counted_by_role(stack: &Stack) {
    for (who, quota) in [("alice", 2), ("mona", 6), ("admin", 4)] {
        let tokens = [token(stack, who).await, token(stack, who).await];
        for number in 0..quota {
            // The requests come from different addresses and use all tokens of the account.
            let address = format!("192.0.2.{}", number + 1);
            let index = usize::from(number % 2 == 1);
            let page = ask(stack, &address, Some(&tokens[index])).await;
            assert_left(&page, "signed-in", quota, quota - number - 1);
        }
        for token in &tokens {
            assert_exceeded(&ask(stack, "203.0.113.1", Some(token)).await, "signed-in");
        }
    }
    // Requests with a token do not count for their address.
    assert_left(&ask(stack, "192.0.2.1", None).await, "anonymous", 3, 2);
}

async fn scripts_read_limits(stack: &Stack) {
    let origin = "https://app.example";
    let client = &stack.seed.trusted;
    let list = vec![origin.to_owned()];
    stack
        .change_client(&client.id, |client| client.allowed_origins = list)
        .await;
    let token = token(stack, "mona").await;
    let request = call(stack, "GET", "/api/auth/profile").bearer(&token);
    let page = request.header("origin", origin).send().await;
    assert_eq!(page.header("access-control-allow-origin"), Some(origin));
    let readable = page
        .header("access-control-expose-headers")
        .unwrap_or_default();
    assert!(readable.contains("RateLimit"), "{readable}");
    for (origin, expected) in [(origin, Some(origin)), ("https://evil.example", None)] {
        let preflight = call(stack, "OPTIONS", "/api/auth/profile")
            .header("origin", origin)
            .header("access-control-request-method", "PATCH")
            .send()
            .await;
        assert_eq!(preflight.status, 204, "{}", preflight.dump());
        assert_eq!(preflight.header("access-control-allow-origin"), expected);
        assert_eq!(preflight.header("access-control-allow-credentials"), None);
        // Preflight requests do not count.
        assert_eq!(preflight.header("ratelimit"), None);
    }
    for _ in 0..3 {
        ask(stack, "127.0.0.1", None).await;
    }
    let request = call(stack, "GET", "/api/openapi.json").header("origin", origin);
    let page = request.send().await;
    assert_exceeded(&page, "anonymous");
    assert_eq!(page.header("access-control-allow-origin"), Some(origin));
}

async fn default_hourly_limits_apply(stack: &Stack) {
    for left in (0..100).rev() {
        assert_left(&ask(stack, "192.0.2.1", None).await, "anonymous", 100, left);
    }
    // No proxy is trusted, so all claimed addresses are one address.
    assert_exceeded(&ask(stack, "198.51.100.7", None).await, "anonymous");
    let page = ask(stack, "", Some(&token(stack, "alice").await)).await;
    assert_left(&page, "signed-in", 1000, 999);
}

#[test]
fn limit_is_halved_without_redis() {
    stack::run_with(Backend::PostgresRedis, REDIS_DOWN, async |stack| {
        for left in (0..50).rev() {
            assert_left(&ask(stack, "", None).await, "anonymous", 50, left);
        }
        assert_exceeded(&ask(stack, "", None).await, "anonymous");
    });
}

//! Tests the exact number of database statements of each operation. A change fails here and must be
//! recorded; `docs/scale.md` lists the costs.

mod client_change;
mod console;
mod console_filters;
mod console_lists;
mod pages;
mod userinfo;

use std::time::{Duration, Instant};

use doorward_testkit::stack::{self, HOST, METRICS};
use doorward_testkit::{Authorization, Backend, PASSWORD, Stack, UserAgent};

use crate::metrics::figure;
use crate::support::{EVERYTHING, is_active, text, tokens, userinfo};

/// A host name, so that passkeys work.
const LOCALHOST: (&str, &str) = (HOST, "localhost");

#[test]
fn statements_of_each_operation_sqlite_memory() {
    stack::run_with(Backend::SqliteMemory, &[METRICS, LOCALHOST], statements);
}

#[test]
fn statements_of_each_operation_postgres_redis() {
    stack::run_with(Backend::PostgresRedis, &[METRICS, LOCALHOST], statements);
}

/// Requires a second factor for one role.
const FACTOR_REQUIRED: (&str, &str) = ("DOORWARD__MFA__REQUIRED_FOR_ROLES", "admin");

#[test]
fn statements_with_required_second_factor_sqlite_memory() {
    stack::run_with(
        Backend::SqliteMemory,
        &[METRICS, LOCALHOST, FACTOR_REQUIRED],
        demanded,
    );
}

#[test]
fn statements_with_required_second_factor_postgres_redis() {
    stack::run_with(
        Backend::PostgresRedis,
        &[METRICS, LOCALHOST, FACTOR_REQUIRED],
        demanded,
    );
}

/// Returns the number of statements and of requests of this route so far.
async fn so_far(stack: &Stack, method: &str, route: &str) -> [f64; 2] {
    let text = stack.metrics().await;
    ["sum", "count"].map(|name| {
        let labels = format!(r#"http_request_method="{method}",http_route="{route}""#);
        figure(
            &text,
            &format!("doorward_request_statements_{name}{{{labels}}}"),
        )
    })
}

/// The lifetime of the caches, in real time.
const CACHE_TTL: Duration = Duration::from_secs(1);

/// The attempts within one lifetime of the caches. Each cache is filled at most once in that time,
/// possibly each one by another attempt.
const ATTEMPTS: usize = 5;

/// Returns the number of statements of one request to this route: the minimum of several attempts,
/// because the caches must be filled in one of them. Repeats on a slow machine, where a cache
/// expires before so many attempts end.
async fn of_one(
    stack: &Stack,
    (method, route): (&str, &str),
    mut something: impl AsyncFnMut(),
) -> u32 {
    let mut least = f64::INFINITY;
    let mut begins = Vec::new();
    for _ in 0..20 {
        let before = so_far(stack, method, route).await;
        begins.push(Instant::now());
        something().await;
        let after = so_far(stack, method, route).await;
        let requests = after[1] - before[1];
        assert!((requests - 1.0).abs() < 0.5, "one request: {route}");
        least = least.min(after[0] - before[0]);
        let first = begins.iter().rev().nth(ATTEMPTS - 1);
        if first.is_some_and(|first| first.elapsed() < CACHE_TTL) {
            break;
        }
    }
    let ran = (0..1000).find(|count| (f64::from(*count) - least).abs() < 0.5);
    ran.expect("a number of statements")
}

/// Asserts that each operation runs the expected number of statements.
fn compare(found: &[(&str, u32, u32)]) {
    let off = found.iter().filter(|(_, ran, written)| ran != written);
    let off: Vec<_> = off.collect();
    assert!(off.is_empty(), "operation, statements, written: {off:?}");
}

async fn statements(stack: &Stack) {
    let client = &stack.seed.trusted;
    let token = ("POST", "/oauth2/token");
    let by_itself = async || {
        let fields = [("grant_type", "client_credentials")];
        tokens(&stack.token(&stack.seed.service, &fields).await);
    };
    let mut found = vec![(
        "client credentials",
        of_one(stack, token, by_itself).await,
        0,
    )];
    let access = redeemed(stack, &mut found, [2, 2]).await;

    let asked = async || assert!(is_active(stack, client, &access).await);
    let introspect = ("POST", "/oauth2/introspect");
    let again = of_one(stack, introspect, asked).await;
    found.push(("introspection within the same second", again, 0));
    found.push(("introspection", introspection(stack, &access).await, 1));

    let entered = async || {
        let agent = UserAgent::new();
        let page = agent.get(stack.at("/login")).await;
        let form = page.find_form("form:has([name=password]):has([name=identifier])");
        let form = form.expect("a form").with("identifier", "alice");
        let page = agent.submit(&form.with("password", PASSWORD)).await;
        assert_eq!(page.status, 303, "{}", page.dump());
    };
    let route = ("POST", "/login");
    found.push((
        "sign-in by password",
        of_one(stack, route, entered).await,
        8,
    ));

    let asked = async || assert_eq!(userinfo(stack, &access).await.status, 200);
    let again = of_one(stack, ("GET", "/oauth2/userinfo"), asked).await;
    found.push(("userinfo within the same second", again, 0));
    found.push(("userinfo", of_userinfo(stack, &access).await, 1));

    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), client);
    request.complete(&agent, "alice").await.code();
    let asked = async || assert_eq!(agent.get(request.url()).await.status, 303);
    let route = ("GET", "/oauth2/authorize");
    found.push((
        "authorization, signed in",
        of_one(stack, route, asked).await,
        2,
    ));
    compare(&found);
}

/// Returns the number of statements of a userinfo request that no cache answers.
async fn of_userinfo(stack: &Stack, access: &str) -> u32 {
    let later = async || {
        next_second(stack).await;
        let response = userinfo(stack, access).await;
        assert_eq!(response.status, 200, "{}", response.dump());
    };
    of_one(stack, ("GET", "/oauth2/userinfo"), later).await
}

/// Returns the number of statements of an introspection that no cache answers.
async fn introspection(stack: &Stack, access: &str) -> u32 {
    let later = async || {
        next_second(stack).await;
        assert!(is_active(stack, &stack.seed.trusted, access).await);
    };
    of_one(stack, ("POST", "/oauth2/introspect"), later).await
}

/// Ends the second for which results are cached. Another request fills the cache of the keys.
async fn next_second(stack: &Stack) {
    stack.clock.advance(1);
    UserAgent::new().get(stack.at("/oauth2/jwks")).await;
}

/// Exchanges a code and refreshes a token; returns an access token.
async fn redeemed(stack: &Stack, found: &mut Vec<(&str, u32, u32)>, written: [u32; 2]) -> String {
    let client = &stack.seed.trusted;
    let token = ("POST", "/oauth2/token");
    let agent = UserAgent::new();
    let request = Authorization::new(stack.issuer(), client).with("scope", EVERYTHING);
    let mut code = request.complete(&agent, "alice").await.code();
    let mut json = serde_json::Value::Null;
    let exchange = async || {
        json = tokens(&stack.exchange(client, &code).await);
        code = request.complete(&agent, "alice").await.code();
    };
    found.push((
        "code exchange",
        of_one(stack, token, exchange).await,
        written[0],
    ));
    let refreshed = async || {
        let refresh = text(&json, "refresh_token");
        json = tokens(&stack.refresh(client, &refresh).await);
    };
    found.push(("refresh", of_one(stack, token, refreshed).await, written[1]));
    text(&json, "access_token")
}

/// Checks that the requirement of a role costs no additional statement.
async fn demanded(stack: &Stack) {
    let mut found = Vec::new();
    let access = redeemed(stack, &mut found, [2, 2]).await;
    found.push(("userinfo", of_userinfo(stack, &access).await, 1));
    compare(&found);
}

//! Tests the exact number of database statements of each operation. A change fails here and must be
//! recorded; `docs/scale.md` lists the costs.

mod client_change;
mod console;
mod console_filters;
mod console_lists;
mod pages;
mod userinfo;

use doorward_testkit::stack::{self, HOST, METRICS};
use doorward_testkit::statements::of_one;
use doorward_testkit::{Authorization, Backend, PASSWORD, Stack, UserAgent};

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
        // The last one looks for sessions beyond the limit.
        9,
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

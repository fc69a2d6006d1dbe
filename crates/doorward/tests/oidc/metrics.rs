//! What the operator is told (UX OB-1 to OB-3), and how much work a request is for the database.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use doorward_testkit::stack::{self, METRICS};
use doorward_testkit::{Authorization, Backend, Stack, UserAgent};

use crate::support::{EVERYTHING, assert_oauth_error, code, is_active, sign_in, text, tokens};

/// How long the audit log's chain may wait for its next turn.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn ob_1_what_happens_is_counted_sqlite_memory() {
    stack::run_with(Backend::SqliteMemory, &[METRICS], counted);
}

#[test]
fn ob_1_what_happens_is_counted_postgres_redis() {
    stack::run_with(Backend::PostgresRedis, &[METRICS], counted);
}

#[test]
fn statements_of_each_operation_sqlite_memory() {
    stack::run_with(Backend::SqliteMemory, &[METRICS], statements);
}

#[test]
fn statements_of_each_operation_postgres_redis() {
    stack::run_with(Backend::PostgresRedis, &[METRICS], statements);
}

#[test]
fn ob_3_dashboard_and_alerts_name_what_there_is() {
    stack::run_with(Backend::SqliteMemory, &[METRICS], named);
}

/// Pages of a person who is signed in, and the most statements for each. The overview says how
/// everything stands.
const PAGES: &[(&str, f64)] = &[
    ("/account", 14.0),
    ("/account/profile", 2.0),
    ("/account/password", 3.0),
    ("/account/email", 3.0),
    ("/account/activity", 3.0),
    ("/account/data", 3.0),
    ("/account/security/2fa", 3.0),
];

/// The figure of one series, zero where it has none yet.
fn figure(text: &str, series: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0.0, |figure| figure.parse().expect("a figure"))
}

async fn use_everything(stack: &Stack) {
    let json = sign_in(stack, &stack.seed.trusted, EVERYTHING).await;
    let refresh = text(&json, "refresh_token");
    tokens(&stack.refresh(&stack.seed.trusted, &refresh).await);
    assert!(is_active(stack, &stack.seed.trusted, &text(&json, "access_token")).await);
    let page = stack.exchange(&stack.seed.trusted, "unheard-of").await;
    assert_oauth_error(&page, 400, "invalid_grant");
    let agent = UserAgent::new();
    assert_eq!(agent.get(stack.at("/no-such-page")).await.status, 404);
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "alice");
    let page = agent.submit(&form.with("password", "not this one")).await;
    assert_eq!(page.status, 401, "{}", page.shown());
}

async fn counted(stack: &Stack) {
    use_everything(stack).await;
    let failure = r#"doorward_logins_total{method="password",result="failure"}"#;
    let start = Instant::now();
    let text = loop {
        let text = stack.metrics().await;
        if figure(&text, failure) > 0.0 {
            break text;
        }
        assert!(start.elapsed() < PATIENCE, "{text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    for (series, wanted) in [
        (failure, 1.0),
        (
            r#"doorward_logins_total{method="password",result="success"}"#,
            1.0,
        ),
        (
            r#"doorward_tokens_issued_total{grant="authorization_code"}"#,
            1.0,
        ),
        (
            r#"doorward_tokens_issued_total{grant="refresh_token"}"#,
            1.0,
        ),
        (
            r#"doorward_token_errors_total{error="invalid_grant",grant="authorization_code"}"#,
            1.0,
        ),
        ("doorward_hash_queue_depth", 0.0),
        ("doorward_keys_age_seconds", 0.0),
    ] {
        let found = figure(&text, series);
        assert!((found - wanted).abs() < 0.5, "{series} is {found}:\n{text}");
    }
    // OB-2: the pattern, never the path.
    let unknown = r#"http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="404",http_route="none"}"#;
    assert!(figure(&text, unknown) >= 1.0, "{text}");
    assert!(!text.contains("no-such-page"), "{text}");
    assert!(figure(&text, "doorward_password_hash_seconds_count") >= 2.0);
    assert!(figure(&text, r#"doorward_db_query_seconds_count{result="ok"}"#) >= 10.0);
    // Nothing of it is at the address that the world reaches (DESIGN §4).
    let agent = UserAgent::new();
    assert_eq!(agent.get(stack.at("/metrics")).await.status, 404);
}

/// The statements that requests to this route have needed so far, and how many requests there were.
async fn so_far(stack: &Stack, method: &str, route: &str) -> [f64; 2] {
    let text = stack.metrics().await;
    ["sum", "count"].map(|what| {
        let labels = format!(r#"http_request_method="{method}",http_route="{route}""#);
        figure(
            &text,
            &format!("doorward_request_statements_{what}{{{labels}}}"),
        )
    })
}

/// The statements of the one request to this route that something makes.
async fn of_one(
    stack: &Stack,
    (method, route): (&str, &str),
    something: impl Future<Output = ()>,
) -> f64 {
    let before = so_far(stack, method, route).await;
    something.await;
    let after = so_far(stack, method, route).await;
    assert!(
        (after[1] - before[1] - 1.0).abs() < 0.5,
        "one request: {route}"
    );
    after[0] - before[0]
}

async fn statements(stack: &Stack) {
    let client = &stack.seed.trusted;
    let token = ("POST", "/oauth2/token");
    let service = &stack.seed.service;
    let by_itself = async || {
        let fields = [("grant_type", "client_credentials")];
        tokens(&stack.token(service, &fields).await);
    };
    // What the caches hold for a second is read before each count.
    by_itself().await;
    // The one reads the roles of this moment (decision 50).
    let found = of_one(stack, token, by_itself()).await;
    let mut most = vec![("client credentials", found, 1.0)];

    let fresh = code(stack, client, EVERYTHING).await;
    let mut json = serde_json::Value::Null;
    let exchange = async { json = tokens(&stack.exchange(client, &fresh).await) };
    most.push(("code exchange", of_one(stack, token, exchange).await, 5.0));

    let refresh = text(&json, "refresh_token");
    let refreshed = async { drop(tokens(&stack.refresh(client, &refresh).await)) };
    most.push(("refresh", of_one(stack, token, refreshed).await, 5.0));

    let access = text(&json, "access_token");
    let introspect = ("POST", "/oauth2/introspect");
    let asked = async { assert!(is_active(stack, client, &access).await) };
    most.push(("introspection", of_one(stack, introspect, asked).await, 2.0));

    let agent = UserAgent::new();
    Authorization::new(stack.issuer(), client)
        .complete(&agent, "alice")
        .await
        .code();
    for (page, statements) in PAGES {
        let looked = async { assert_eq!(agent.get(stack.at(page)).await.status, 200) };
        most.push((
            page,
            of_one(stack, ("GET", page), looked).await,
            *statements,
        ));
    }

    let over: Vec<_> = most
        .iter()
        .filter(|(_, found, most)| found > most)
        .collect();
    assert!(over.is_empty(), "operation, statements, at most: {over:?}");
}

/// Every name of ours in a text that is not part of a longer one.
fn names(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.starts_with("doorward_") || word.starts_with("http_server_"))
        .map(str::to_owned)
        .collect()
}

async fn named(stack: &Stack) {
    use_everything(stack).await;
    let text = stack.metrics().await;
    let mut there = BTreeSet::new();
    for line in text.lines() {
        if let Some(series) = line.strip_prefix("# TYPE ") {
            there.insert(series.split(' ').next().expect("a name").to_owned());
        } else if !line.starts_with('#') {
            let series = line.split(['{', ' ']).next().expect("a name");
            there.insert(series.to_owned());
        }
    }
    // These have no sample before the first one.
    there.insert("doorward_rate_limited_total".to_owned());
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/observability");
    for file in ["dashboard.json", "alerts.yml"] {
        let written = std::fs::read_to_string(deploy.join(file)).expect(file);
        let used = names(&written);
        assert!(used.len() >= 5, "{file} names {used:?}");
        let unknown: Vec<_> = used.difference(&there).collect();
        assert!(
            unknown.is_empty(),
            "{file} names what there is not: {unknown:?}"
        );
    }
}

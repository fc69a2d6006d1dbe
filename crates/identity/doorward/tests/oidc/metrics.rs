//! Tests of metrics, dashboard and alerts.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use doorward_testkit::stack::{self, METRICS};
use doorward_testkit::statements::figure;
use doorward_testkit::{Backend, Stack, UserAgent};

use crate::support::{EVERYTHING, assert_oauth_error, is_active, sign_in, text, tokens};

/// The time limit for the next run of the audit chain.
const TIMEOUT: Duration = Duration::from_secs(20);

#[test]
fn ob_1_requests_and_events_are_counted_sqlite_memory() {
    stack::run_with(Backend::SqliteMemory, &[METRICS], counted);
}

#[test]
fn ob_1_requests_and_events_are_counted_postgres_redis() {
    stack::run_with(Backend::PostgresRedis, &[METRICS], counted);
}

#[test]
fn ob_3_dashboard_and_alerts_name_existing_metrics() {
    stack::run_with(Backend::SqliteMemory, &[METRICS], named);
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
    assert_eq!(page.status, 401, "{}", page.dump());
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
        assert!(start.elapsed() < TIMEOUT, "{text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    for (series, requested) in [
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
        assert!(
            (found - requested).abs() < 0.5,
            "{series} is {found}:\n{text}"
        );
    }
    // The label is the route pattern, never the path.
    let unknown = r#"http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="404",http_route="none"}"#;
    assert!(figure(&text, unknown) >= 1.0, "{text}");
    assert!(!text.contains("no-such-page"), "{text}");
    assert!(figure(&text, "doorward_password_hash_seconds_count") >= 2.0);
    assert!(figure(&text, r#"doorward_db_query_seconds_count{result="ok"}"#) >= 10.0);
    // The public address does not serve metrics.
    let agent = UserAgent::new();
    assert_eq!(agent.get(stack.at("/metrics")).await.status, 404);
}

/// Returns the metric names in a text.
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
    // These metrics have no sample before the first event or measurement, without HTTPS, or without a stream.
    for name in [
        "doorward_rate_limited_total",
        "doorward_certificate_expiry_seconds",
        "doorward_audit_stream_lag_events",
        "doorward_audit_stream_lag_seconds",
        "doorward_signal_stream_lag_seconds",
    ] {
        there.insert(name.to_owned());
    }
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../deploy/observability");
    let read = |file: &str| std::fs::read_to_string(deploy.join(file)).expect(file);
    for file in ["dashboard.json", "alerts.yml", "alerts.test.yml"] {
        let written = read(file);
        let used = names(&written);
        assert!(used.len() >= 5, "{file} names {used:?}");
        let unknown: Vec<_> = used.difference(&there).collect();
        assert!(
            unknown.is_empty(),
            "{file} names unknown metrics: {unknown:?}"
        );
    }
    // `.ci/full` runs the tests of alerts.
    let (alerts, tests) = (read("alerts.yml"), read("alerts.test.yml"));
    let alerts = alerts
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "));
    let alerts: Vec<_> = alerts.collect();
    assert!(alerts.len() > 10, "{alerts:?}");
    for alert in alerts {
        let fires = format!("alertname=\"{alert}\"");
        assert!(tests.contains(&fires), "no test lets {alert} fire");
    }
}

use doorward_protocol::error::ErrorCode;

use super::*;
use crate::request_metrics::ResponseLabels;

fn text(metrics: &Metrics) -> String {
    String::from_utf8(metrics.render().unwrap()).unwrap()
}

#[test]
fn token_endpoint_is_counted_by_grant_and_error() {
    let metrics = Metrics::new();
    metrics.token(Some(&GrantType::RefreshToken), None);
    let error = OAuthError::new(ErrorCode::InvalidGrant, "spent");
    metrics.token(Some(&GrantType::RefreshToken), Some(&error));
    metrics.token(None, Some(&error));
    let invented = GrantType::Other("grant-of-somebody".to_owned());
    metrics.token(Some(&invented), Some(&error));
    let text = text(&metrics);
    for line in [
        r#"doorward_tokens_issued_total{grant="refresh_token"} 1"#,
        r#"doorward_token_errors_total{error="invalid_grant",grant="refresh_token"} 1"#,
        r#"doorward_token_errors_total{error="invalid_grant",grant="none"} 1"#,
        r#"doorward_token_errors_total{error="invalid_grant",grant="other"} 1"#,
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("somebody"));
}

#[test]
fn invented_method_is_no_label() {
    let metrics = Metrics::new();
    let answered = ResponseLabels {
        method: "GET",
        route: Some("/login"),
        status: 200,
        took: Duration::from_millis(30),
        statements: 2,
    };
    metrics.requests().request(&answered);
    for method in ["get", "BREW", "GET "] {
        metrics.requests().request(&ResponseLabels {
            method,
            route: None,
            ..answered
        });
    }
    let text = text(&metrics);
    let other = r#"http_server_request_duration_seconds_count{http_request_method="_OTHER",http_response_status_code="200",http_route="none"} 3"#;
    let login =
        r#"doorward_request_statements_sum{http_request_method="GET",http_route="/login"} 2"#;
    assert!(text.contains(other), "{text}");
    assert!(text.contains(login), "{text}");
    assert!(!text.contains("BREW"));
}

#[test]
fn age_of_unknown_revocations_is_infinite() {
    let metrics = crate::request_metrics::RequestMetrics::default();
    for (age, written) in [(None, "inf"), (Some(7), "7")] {
        let text = metrics.render_with_signals(age, 3).unwrap();
        let text = String::from_utf8(text).unwrap();
        let line = format!("\ndoorward_signals_age_seconds {written}\n");
        assert!(text.contains(&line), "{text}");
        assert!(text.contains("\ndoorward_signals_remembered 3\n"), "{text}");
    }
}

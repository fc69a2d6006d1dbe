use doorward_domain::model::AuditId;

use super::*;

fn event(kind: &str, detail: &str) -> AuditRecord {
    AuditRecord {
        id: AuditId::generate(0, &mut rand::rng()),
        at: 0,
        kind: kind.to_owned(),
        actor: None,
        subject: None,
        client_id: None,
        ip: None,
        user_agent: None,
        success: true,
        detail: detail.to_owned(),
        request_id: None,
    }
}

#[test]
fn sign_ins_are_counted_by_method_and_outcome() {
    let metrics = Metrics::new();
    let events = [
        event("login.succeeded", r#"{"method":"passkey"}"#),
        event("login.failed", r#"{"method":"password"}"#),
        event("login.failed", r#"{"method":"password"}"#),
        event("login.failed", "not JSON"),
        event("login.first_step", r#"{"method":"password"}"#),
    ];
    count(&metrics, &events);
    let text = String::from_utf8(metrics.render().unwrap()).unwrap();
    for line in [
        r#"doorward_logins_total{method="passkey",result="success"} 1"#,
        r#"doorward_logins_total{method="password",result="failure"} 2"#,
        r#"doorward_logins_total{method="password",result="success"} 0"#,
        r#"doorward_logins_total{method="other",result="failure"} 1"#,
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

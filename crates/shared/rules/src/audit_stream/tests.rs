use doorward_domain::model::AuditId;
use rstest::rstest;

use super::*;
use crate::audit_chain::LinkHash;

fn event(success: bool) -> AuditRecord {
    AuditRecord {
        id: AuditId::from_uuid(uuid::Uuid::from_u128(1)),
        at: 1_795_000_000,
        kind: "login.failed".to_owned(),
        actor: None,
        subject: Some("alice".to_owned()),
        client_id: None,
        ip: Some("192.0.2.1".to_owned()),
        user_agent: Some("Müller 😀 \"x\"\n".to_owned()),
        success,
        detail: r#"{"reason":"test"}"#.to_owned(),
        request_id: None,
    }
}

fn link() -> ChainLink {
    ChainLink::without_event(7, 86_400, LinkHash::from_array([1; 32]))
}

#[test]
fn line_has_position_and_hash_in_ascii() {
    let text = line(&link(), &event(true));
    assert!(text.is_ascii() && !text.contains('\n'), "{text}");
    let read: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["seq"], 7);
    assert_eq!(read["hash"], "01".repeat(32));
    assert_eq!(read["user_agent"], "Müller 😀 \"x\"\n");
    assert_eq!(read["at"], "2026-11-18T11:06:40Z");
    assert_eq!(read["detail"], json!({ "reason": "test" }));
    assert_eq!(read["actor"], Value::Null);
}

#[rstest]
#[case(true, "id.example.org", "110", "id.example.org")]
#[case(false, "id.example.org", "108", "id.example.org")]
#[case(true, "", "110", "-")]
#[case(true, "a b\n", "110", "ab")]
fn syslog_frame_follows_rfc_5424(
    #[case] success: bool,
    #[case] host: &str,
    #[case] priority: &str,
    #[case] written: &str,
) {
    let frame = syslog_frame(host, &link(), &event(success));
    let (length, message) = frame.split_once(' ').unwrap();
    assert_eq!(length.parse(), Ok(message.len()));
    let version = env!("CARGO_PKG_VERSION");
    let start = format!(
        "<{priority}>1 2026-11-18T11:06:40Z {written} doorward - login.failed \
         [origin software=\"doorward\" swVersion=\"{version}\"] {{"
    );
    assert!(message.starts_with(&start), "{message}");
    assert!(message.ends_with(&line(&link(), &event(success))));
}

#[test]
fn long_kind_is_cut_to_message_id() {
    let mut record = event(true);
    record.kind = "k".repeat(40);
    let frame = syslog_frame("h", &link(), &record);
    assert!(
        frame.contains(&format!(" - {} [", "k".repeat(32))),
        "{frame}"
    );
}

#[rstest]
#[case(0, 1)]
#[case(1, 2)]
#[case(5, 32)]
#[case(6, 60)]
#[case(u32::MAX, 60)]
fn wait_doubles_to_minute(#[case] failures: u32, #[case] seconds: i64) {
    assert_eq!(retry_wait(failures), seconds);
}

#[rstest]
#[case(None, false)]
#[case(Some(99), false)]
#[case(Some(100), false)]
#[case(Some(101), true)]
#[case(Some(160), true)]
// A clock that was ahead.
#[case(Some(161), false)]
fn next_attempt_waits_for_its_time(#[case] retry_at: Option<i64>, #[case] waits: bool) {
    let stream = AuditStream {
        name: StreamName::File,
        position: 0,
        sent_at: None,
        failures: 1,
        retry_at,
        last_error: None,
    };
    assert_eq!(stream.must_wait(100), waits);
}

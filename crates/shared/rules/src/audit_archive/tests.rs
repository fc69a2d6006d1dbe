use base64::{Engine as _, engine::general_purpose::STANDARD};
use doorward_domain::secret::MasterKey;

use super::*;
use crate::audit_chain::{ChainVerifier, seal};

fn key(seed: u8) -> ChainKey {
    let bytes: Vec<u8> = (0..32)
        .map(|number: u8| number.wrapping_mul(37) ^ seed)
        .collect();
    ChainKey::derive(&MasterKey::from_base64(&STANDARD.encode(bytes)).unwrap())
}

fn record(number: u128) -> AuditRecord {
    AuditRecord {
        id: AuditId::from_uuid(uuid::Uuid::from_u128(number)),
        at: 1_795_000_000,
        kind: "login.failed".to_owned(),
        actor: None,
        subject: Some("alice".to_owned()),
        client_id: None,
        ip: Some("192.0.2.1".to_owned()),
        user_agent: Some("Firefox \"quoted\"\n".to_owned()),
        success: false,
        detail: r#"{"b":{"c":[1,2.50]},"a":1}"#.to_owned(),
        request_id: Some("01K9".to_owned()),
    }
}

fn archive() -> AuditArchive {
    AuditArchive {
        first_seq: 4,
        last_seq: 9,
        day: 86_400,
        before_hash: LinkHash::from_array([1; 32]),
        last_hash: LinkHash::from_array([2; 32]),
        events: 5,
        file: file_name("1970-01-02", 4, 9),
        sha256: LinkHash::from_array([3; 32]),
        signature: LinkHash::START,
        archived_at: 200_000,
        deleted_at: None,
    }
    .signed(&key(1))
}

#[test]
fn signature_covers_every_member() {
    let archive = archive();
    assert_eq!(archive.file, "audit-1970-01-02-4-9.jsonl.gz");
    assert_eq!(archive.links(), 6);
    assert!(archive.is_genuine(&key(1)));
    assert!(!archive.is_genuine(&key(2)));
    let other = LinkHash::from_array([9; 32]);
    let change = |change: &dyn Fn(&mut AuditArchive)| {
        let mut changed = archive.clone();
        change(&mut changed);
        changed.is_genuine(&key(1))
    };
    assert!(!change(&|it| it.first_seq = 3));
    assert!(!change(&|it| it.last_seq = 10));
    assert!(!change(&|it| it.day = 0));
    assert!(!change(&|it| it.before_hash = other));
    assert!(!change(&|it| it.last_hash = other));
    assert!(!change(&|it| it.events = 4));
    assert!(!change(&|it| it.file = "other".to_owned()));
    assert!(!change(&|it| it.sha256 = other));
    assert!(!change(&|it| it.signature = other));
    assert!(!change(&|it| it.archived_at = 1));
    // The deletion comes later.
    assert!(change(&|it| it.deleted_at = Some(7)));
}

#[test]
fn links_and_events_survive_file() {
    let events: Vec<AuditRecord> = (1..=3).map(record).collect();
    let links = seal(&key(1), None, &events, 1_795_000_000, &mut rand::rng());
    let key = key(1);
    let mut verifier = ChainVerifier::new(&key, None);
    for link in &links {
        let event = events.iter().find(|event| Some(event.id) == link.event);
        let text = serde_json::to_string(&ArchiveLine::of_link(link, event)).unwrap();
        assert!(!text.contains('\n'), "{text}");
        let line: ArchiveLine = serde_json::from_str(&text).unwrap();
        let (read, found) = line.into_link().unwrap();
        assert_eq!((&read, found.as_ref()), (link, event));
        verifier.push(&read, found.as_ref());
    }
    let report = verifier.finish(0);
    assert!(report.is_intact(), "{:?}", report.findings);
    assert_eq!((report.links, report.events), (4, 3));
}

#[test]
fn malformed_links_are_none() {
    let line = |text: &str| serde_json::from_str::<ArchiveLine>(text).ok();
    let hash = "0".repeat(64);
    let good = format!(r#"{{"line":"link","seq":1,"day":0,"hash":"{hash}"}}"#);
    assert!(line(&good).unwrap().into_link().is_some());
    let short = good.replace(&hash, "00");
    assert!(line(&short).unwrap().into_link().is_none());
    let head = r#"{"line":"head","format":"doorward-audit/1","first_seq":1,"before_hash":"0"}"#;
    assert!(line(head).unwrap().into_link().is_none());
    for text in ["", "{}", "[]", r#"{"line":"other"}"#] {
        assert!(line(text).is_none(), "{text}");
    }
}

#[test]
fn verification_continues_after_archive() {
    let key = key(1);
    let events: Vec<AuditRecord> = (1..=4).map(record).collect();
    let links = seal(&key, None, &events, 1_795_000_000, &mut rand::rng());
    let archived = &links[2];
    let mut verifier = ChainVerifier::new(&key, [archived.hash]);
    verifier.resume(archived.clone());
    for link in &links[3..] {
        let event = events.iter().find(|event| Some(event.id) == link.event);
        verifier.push(link, event);
    }
    assert_eq!(verifier.finish(0).findings, []);
    // A deleted link after the archive is a gap.
    let mut verifier = ChainVerifier::new(&key, None);
    verifier.resume(archived.clone());
    verifier.push(&links[4], Some(&events[3]));
    let gap = crate::audit_chain::ChainViolation::Gap { from: 4, to: 4 };
    assert_eq!(verifier.finish(0).findings, [gap]);
}

use rstest::rstest;
use uuid::Uuid;

use doorward_domain::secret::MasterKey;

use super::*;

fn key() -> ChainKey {
    let text = "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=";
    ChainKey::derive(&MasterKey::from_base64(text).unwrap())
}

fn id(number: u128) -> AuditId {
    AuditId::from_uuid(Uuid::from_u128(number))
}

fn record(number: u128) -> AuditRecord {
    AuditRecord {
        id: id(number),
        at: 1_795_000_000 + i64::try_from(number).unwrap(),
        kind: "login.failed".to_owned(),
        actor: None,
        subject: Some("alice".to_owned()),
        client_id: None,
        ip: Some("192.0.2.1".to_owned()),
        user_agent: Some("Firefox".to_owned()),
        success: false,
        detail: r#"{"a":1,"b":{"c":[1,2],"d":"x"}}"#.to_owned(),
        request_id: Some("01K9".to_owned()),
    }
}

type Row = (ChainLink, Option<AuditRecord>);

/// Returns six events over two days: links 1 (day), 2 3 4, 5 (day), 6 7 8.
fn chain() -> Vec<Row> {
    let events: Vec<AuditRecord> = (1..=6).map(record).collect();
    let mut seals = seal(&key(), None, &events[..3], 1_795_000_000, &mut rand::rng());
    let last = seals.last().cloned();
    seals.extend(seal(
        &key(),
        last.as_ref(),
        &events[3..],
        1_795_000_000 + DAY,
        &mut rand::rng(),
    ));
    let of = |seal: &ChainLink| events.iter().find(|event| Some(event.id) == seal.event);
    let rows: Vec<Row> = seals
        .iter()
        .map(|seal| (seal.clone(), of(seal).cloned()))
        .collect();
    assert_eq!(rows.len(), 8);
    assert!(rows[0].0.event.is_none() && rows[4].0.event.is_none());
    rows
}

fn verify(rows: &[Row], head: Option<LinkHash>) -> ChainReport {
    let key = key();
    let mut verifier = ChainVerifier::new(&key, head);
    for (seal, record) in rows {
        verifier.push(seal, record.as_ref());
    }
    verifier.finish(0)
}

#[test]
fn untouched_chain_is_intact() {
    let rows = chain();
    let verdict = verify(&rows, None);
    assert!(verdict.is_intact(), "{:?}", verdict.findings);
    assert_eq!((verdict.links, verdict.events), (8, 6));
    for (seal, _) in &rows {
        assert!(
            verify(&rows, Some(seal.hash)).is_intact(),
            "any link is a head"
        );
        assert_eq!(LinkHash::parse(&seal.hash.to_string()), Some(seal.hash));
    }
    assert_eq!(verify(&[], None).head, None);
}

#[rstest]
#[case::kind(|one: &mut AuditRecord| one.kind = "login.succeeded".to_owned())]
#[case::time(|one: &mut AuditRecord| one.at += 1)]
#[case::actor(|one: &mut AuditRecord| one.actor = Some("mallory".to_owned()))]
#[case::no_subject(|one: &mut AuditRecord| one.subject = None)]
#[case::empty(|one: &mut AuditRecord| one.client_id = Some(String::new()))]
#[case::address(|one: &mut AuditRecord| one.ip = Some("192.0.2.2".to_owned()))]
#[case::agent(|one: &mut AuditRecord| one.user_agent = None)]
#[case::outcome(|one: &mut AuditRecord| one.success = true)]
#[case::detail(|one: &mut AuditRecord| one.detail = r#"{"a":2,"b":{"c":[1,2],"d":"x"}}"#.to_owned())]
#[case::order_of_a_list(|one: &mut AuditRecord| one.detail = r#"{"a":1,"b":{"c":[2,1],"d":"x"}}"#.to_owned())]
#[case::broken(|one: &mut AuditRecord| one.detail = "{".to_owned())]
#[case::request(|one: &mut AuditRecord| one.request_id = None)]
#[case::shifted(|one: &mut AuditRecord| { one.actor = one.subject.take(); })]
fn changed_field_is_detected_and_named(#[case] change: fn(&mut AuditRecord)) {
    for place in [1, 3, 7] {
        let mut rows = chain();
        let (seal, event) = &mut rows[place];
        let event = event.as_mut().unwrap();
        change(event);
        let (seq, event) = (seal.seq, event.id);
        assert_eq!(
            verify(&rows, None).findings,
            [ChainViolation::Changed { seq, event }]
        );
    }
}

/// Erases the address of the event in this row.
fn erase(row: &mut Row) {
    let (seal, event) = row;
    let event = event.as_mut().unwrap();
    seal.address_hash = seal.erased_address(event);
    assert!(seal.address_hash.is_some());
    (seal.address_salt, event.ip) = (None, None);
}

#[test]
fn erased_addresses_leave_chain_intact() {
    let mut rows = chain();
    for place in [1, 3, 7] {
        erase(&mut rows[place]);
    }
    let report = verify(&rows, None);
    assert!(report.is_intact(), "{:?}", report.findings);
    assert_eq!(rows[1].0.erased_address(rows[1].1.as_ref().unwrap()), None);
    // The other fields are still covered.
    rows[1].1.as_mut().unwrap().actor = Some("mallory".to_owned());
    assert_eq!(verify(&rows, None).findings.len(), 1);
}

#[test]
fn address_is_erased_with_its_hash_only() {
    let changes: [fn(&mut Row); 5] = [
        |row| row.1.as_mut().unwrap().ip = None,
        |row| row.0.address_salt = None,
        |row| row.0.address_salt = Some([7; 32]),
        |row| {
            erase(row);
            row.1.as_mut().unwrap().ip = Some("192.0.2.1".to_owned());
        },
        |row| {
            erase(row);
            row.0.address_hash = Some(LinkHash::START);
        },
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut rows = chain();
        change(&mut rows[2]);
        assert_eq!(verify(&rows, None).findings.len(), 1, "change {number}");
    }
}

#[test]
fn hash_of_address_depends_on_salt() {
    let rows = chain();
    let hash = |place: usize| {
        let (seal, event) = &rows[place];
        seal.erased_address(event.as_ref().unwrap()).unwrap()
    };
    // Both events have the same address.
    assert_ne!(hash(1), hash(2));
}

#[test]
fn links_of_earlier_release_cover_address_as_text() {
    let event = record(1);
    let mut seal = ChainLink {
        event: Some(event.id),
        ..ChainLink::without_event(1, 0, LinkHash::START)
    };
    seal.hash = link(&key(), &LinkHash::START, &seal, Some(&event), None);
    let mut rows = vec![(seal, Some(event))];
    assert!(verify(&rows, None).is_intact());
    let (seal, event) = &rows[0];
    assert_eq!(seal.erased_address(event.as_ref().unwrap()), None);
    rows[0].1.as_mut().unwrap().ip = None;
    assert_eq!(verify(&rows, None).findings.len(), 1);
}

#[test]
fn parts_of_chain_have_keys_of_their_time() {
    let generate = || MasterKey::generate(&mut rand::rng());
    let (first, second) = (generate(), generate());
    let both = ChainKey::derive(&second.clone().with_former([first.clone()]));
    let alone = ChainKey::derive(&first);
    let mut seals = seal(&both, None, &[record(1)], 0, &mut rand::rng());
    assert!(both.may_append(3) && alone.may_append(3));
    // The first key ends with link 2.
    let ends = [(format!("doorward/v1/audit {}", first.id()), 2)];
    let (both, alone) = (both.with_ends(&ends), alone.with_ends(&ends));
    assert!(both.may_append(3) && !alone.may_append(3) && alone.may_append(2));
    seals.extend(seal(
        &both,
        seals.last().cloned().as_ref(),
        &[record(2)],
        0,
        &mut rand::rng(),
    ));
    let report = |key: &ChainKey| {
        let mut verifier = ChainVerifier::new(key, None);
        for seal in &seals {
            let event = [record(1), record(2)];
            let event = event.iter().find(|event| Some(event.id) == seal.event);
            verifier.push(seal, event);
        }
        verifier.finish(0).findings.len()
    };
    assert_eq!((report(&both), report(&alone)), (0, 1));
    assert_eq!(report(&ChainKey::derive(&second)), 2);
}

#[test]
fn order_of_names_in_detail_does_not_matter() {
    let mut rows = chain();
    rows[2].1.as_mut().unwrap().detail = r#"{ "b":{"d":"x","c":[1,2]}, "a":1 }"#.to_owned();
    assert!(verify(&rows, None).is_intact());
}

#[test]
fn removed_event_is_found_and_named() {
    for place in [1, 2, 7] {
        let mut rows = chain();
        let event = rows[place].1.take().unwrap().id;
        let seq = Some(rows[place].0.seq);
        assert_eq!(
            verify(&rows, None).findings,
            [ChainViolation::Removed { seq, event }]
        );
    }
}

#[test]
fn removed_links_are_found() {
    let mut rows = chain();
    rows.remove(3);
    rows.remove(3);
    assert_eq!(
        verify(&rows, None).findings,
        [ChainViolation::Gap { from: 4, to: 5 }]
    );
    let mut rows = chain();
    rows.remove(0);
    assert_eq!(
        verify(&rows, None).findings,
        [ChainViolation::Gap { from: 1, to: 1 }]
    );
}

#[test]
fn swapped_events_are_found_and_named() {
    let mut rows = chain();
    let (item, other) = (rows[1].1.clone().unwrap(), rows[6].1.clone().unwrap());
    rows[1] = (
        ChainLink {
            event: Some(other.id),
            ..rows[1].0.clone()
        },
        Some(other.clone()),
    );
    rows[6] = (
        ChainLink {
            event: Some(item.id),
            ..rows[6].0.clone()
        },
        Some(item.clone()),
    );
    let moved = |seq, event: &AuditRecord, belongs: &AuditRecord| ChainViolation::Moved {
        seq,
        event: event.id,
        belongs: belongs.id,
    };
    let expected = [moved(2, &other, &item), moved(7, &item, &other)];
    assert_eq!(verify(&rows, None).findings, expected);
}

#[test]
fn swapped_links_are_found() {
    let mut rows = chain();
    rows.swap(2, 3);
    rows[2].0.seq = 3;
    rows[3].0.seq = 4;
    let findings = verify(&rows, None).findings;
    assert!(
        findings.contains(&ChainViolation::Changed {
            seq: 3,
            event: id(3)
        }),
        "{findings:?}"
    );
}

#[test]
fn event_before_first_position_is_detected() {
    let mut rows = chain();
    let hidden = ChainLink {
        seq: -7,
        event: Some(id(99)),
        ..rows[0].0.clone()
    };
    rows.insert(0, (hidden, Some(record(99))));
    let event = id(99);
    assert_eq!(
        verify(&rows, None).findings,
        [ChainViolation::Inserted { event }]
    );
}

#[test]
fn changed_day_is_found() {
    let mut rows = chain();
    rows[4].0.day += DAY;
    assert_eq!(
        verify(&rows, None).findings,
        [ChainViolation::DayChanged { seq: 5 }]
    );
}

#[test]
fn truncated_chain_is_detected_by_head() {
    let rows = chain();
    let head = rows[7].0.hash;
    for left in [0, 1, 5, 7] {
        let cut = verify(&rows[..left], Some(head));
        assert_eq!(
            cut.findings,
            [ChainViolation::HeadMissing { head }],
            "{left}"
        );
        assert!(verify(&rows[..left], None).is_intact(), "nobody could know");
    }
}

#[test]
fn chain_depends_on_key() {
    let other = MasterKey::from_base64("q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e4=").unwrap();
    let other = ChainKey::derive(&other);
    let mut verifier = ChainVerifier::new(&other, None);
    for (seal, record) in &chain() {
        verifier.push(seal, record.as_ref());
    }
    assert_eq!(verifier.finish(0).findings.len(), 8);
}

#[test]
fn clock_set_back_begins_no_day_twice() {
    let key = key();
    let first = seal(&key, None, &[record(1)], 10 * DAY, &mut rand::rng());
    let second = seal(&key, first.last(), &[record(2)], 9 * DAY, &mut rand::rng());
    assert_eq!((second.len(), second[0].day), (1, 10 * DAY));
    assert!(
        seal(&key, first.last(), &[], 12 * DAY, &mut rand::rng()).is_empty(),
        "no empty days"
    );
}

#[test]
fn key_is_not_printed() {
    assert!(!format!("{:?}", key()).contains(char::is_numeric));
}

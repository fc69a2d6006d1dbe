//! Authorization details (RFC 9396 §2 and §6.1): granted details never exceed the requested ones,
//! and every detail covers itself.

use std::collections::BTreeMap;

use doorward_protocol::authorization_details::{
    AuthorizationDetails, DetailField, DetailType, FieldKind, MAX_DETAILS,
};

use crate::target::Target;

/// Target for authorization details. An input is a list of objects, or two lists separated by a
/// line break.
pub const TARGET: Target = Target {
    name: "authorization_details",
    run,
    words: &[
        "[",
        "]",
        "{",
        "}",
        ",",
        "\"type\":",
        "\"payment\"",
        "\"actions\":",
        "\"initiate\"",
        "\"locations\":",
        "\"https://bank.example/\"",
        "\"amount\":",
        "\"value\":",
        "\"1.5\"",
        "null",
    ],
};

const BANK: &str = "https://bank.example/";

/// Returns a type that uses most features of types.
fn payment() -> DetailType {
    let texts = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
    DetailType {
        name: "payment".to_owned(),
        sentence: "Pay".to_owned(),
        locations: texts(&[BANK, "https://files.example/"]),
        actions: texts(&["initiate", "status"]),
        fields: vec![DetailField {
            name: "amount.value".to_owned(),
            kind: FieldKind::Decimal,
            label: "Amount".to_owned(),
            labels: BTreeMap::new(),
            required: false,
            one_of: Vec::new(),
            max_length: None,
            minimum: None,
            maximum: None,
        }],
        ..DetailType::default()
    }
}

fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (entry, other) = text.split_once('\n').unwrap_or((&text, "[]"));
    let Ok(entry) = AuthorizationDetails::parse(entry) else {
        return;
    };
    assert!(entry.iter().count() <= MAX_DETAILS);
    // Details that cover themselves can be granted as requested.
    assert_eq!(entry.narrowed(Some(&entry)), Ok(entry.clone()));
    assert!(entry.beyond(&entry).is_empty());
    let types = [payment()];
    if entry.check(&types).is_ok() {
        assert!(entry.iter().all(|detail| detail.kind() == "payment"));
        let there = entry.at(&[BANK.to_owned()], &types);
        assert!(entry.cover_all(&there));
        assert!(there.locations(&types).contains(BANK) || there.is_empty());
    }
    let Ok(other) = AuthorizationDetails::parse(other) else {
        return;
    };
    let both = entry.union(&other);
    assert!(both.cover_all(&entry) && both.cover_all(&other));
    let new = other.beyond(&entry);
    assert!(new.iter().all(|detail| !entry.cover(detail)));
    assert_eq!(entry.narrowed(Some(&other)).is_ok(), new.is_empty());
}

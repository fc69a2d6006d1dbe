use std::collections::BTreeSet;

use super::*;

const GUIDE: &str = include_str!("../../../../../docs/guides/secret-key.md");

#[test]
fn guide_names_every_key_and_column() {
    let mut missing = Vec::new();
    for purpose in KeyPurpose::ALL {
        let label = purpose.as_str().trim_start_matches("doorward/v1/");
        let row = format!("| `{label}` |");
        if GUIDE.matches(&row).count() != 1 {
            missing.push(row);
        }
    }
    for column in SealedColumn::ALL {
        let name = format!("`{}`", column.as_str());
        if !GUIDE.contains(&name) {
            missing.push(name);
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn guide_states_fate_of_every_key() {
    for purpose in KeyPurpose::ALL {
        let label = purpose.as_str().trim_start_matches("doorward/v1/");
        let start = format!("| `{label}` |");
        let row = GUIDE.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_default();
        let expected = match FormerKey::of(purpose) {
            FormerKey::Dropped => "not kept",
            FormerKey::Day => "kept for a day",
            FormerKey::RefreshTokens => "kept for `tokens.refresh_absolute_ttl`",
            FormerKey::Year => "kept for 365 days",
            FormerKey::ApiKeys | FormerKey::RecoveryCodes => "kept until none is left",
            FormerKey::AuditChain => "kept for its part of the chain",
            FormerKey::Continues => "the first one stays in use",
        };
        assert!(
            row.contains(expected),
            "{label} lacks {expected:?}: {row:?}"
        );
    }
}

#[test]
fn values_at_rest_have_one_purpose() {
    let columns = SealedColumn::ALL;
    let purposes: BTreeSet<&str> = columns.iter().map(|it| it.purpose().as_str()).collect();
    assert_eq!(purposes.len(), columns.len());
    let places: BTreeSet<_> = columns.iter().map(|column| column.place()).collect();
    assert_eq!(places.len(), columns.len());
}

#[test]
fn dropped_keys_have_column_that_is_encrypted_again() {
    for purpose in KeyPurpose::ALL {
        let has_column = SealedColumn::ALL.iter().any(|it| it.purpose() == purpose);
        let is_dropped = FormerKey::of(purpose) == FormerKey::Dropped;
        assert!(!is_dropped || has_column, "{purpose:?}");
    }
}

#[test]
fn associated_data_is_that_of_the_writers() {
    let id = Uuid::from_u128(7);
    let cases = [
        (
            SealedColumn::SigningKey,
            RowKey::Text("kid".to_owned()),
            b"kid".to_vec(),
        ),
        (
            SealedColumn::Provider,
            RowKey::Text("google".to_owned()),
            b"client secret google".to_vec(),
        ),
        (
            SealedColumn::TotpFactor,
            RowKey::Uuid(id),
            id.as_bytes().to_vec(),
        ),
        (SealedColumn::Job, RowKey::Uuid(id), id.as_bytes().to_vec()),
        (
            SealedColumn::StoredResponse,
            RowKey::Bytes(vec![1, 2]),
            vec![1, 2],
        ),
        (
            SealedColumn::SignalStream,
            RowKey::Text("stream".to_owned()),
            b"stream".to_vec(),
        ),
        (
            SealedColumn::Ping,
            RowKey::Text("request".to_owned()),
            b"request".to_vec(),
        ),
        (
            SealedColumn::ScimTarget,
            RowKey::Text("wiki".to_owned()),
            b"wiki".to_vec(),
        ),
    ];
    for (column, row, expected) in cases {
        assert_eq!(column.associated_data(&row), expected, "{column:?}");
    }
}

#[test]
fn kept_keys_expire_by_their_fate() {
    let day = 24 * 60 * 60;
    for (fate, expected) in [
        (FormerKey::Dropped, Some(1_000)),
        (FormerKey::Day, Some(1_000 + day)),
        (FormerKey::RefreshTokens, Some(1_500)),
        (FormerKey::Year, Some(1_000 + 365 * day)),
        (FormerKey::ApiKeys, None),
        (FormerKey::RecoveryCodes, None),
        (FormerKey::AuditChain, None),
        (FormerKey::Continues, None),
    ] {
        assert_eq!(fate.expires_at(1_000, 500), expected, "{fate:?}");
    }
}

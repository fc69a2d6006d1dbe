//! Each kind of wrong file, and the guard that stops it.

use rstest::rstest;
use serde_json::json;

use super::guard::{Counts, check};
use crate::item::FieldChange;
use crate::sync::{LeaverAction, SyncOptions, UserLimit};

const OPTIONS: SyncOptions = SyncOptions {
    leavers: LeaverAction::Disable,
    max_leavers: UserLimit::OF_LEAVERS,
    max_changes: None,
    notifies: true,
};

fn counts(users: u64, [left, disabled, changed, joined]: [u64; 4]) -> Counts {
    Counts {
        users,
        left,
        disabled,
        joined,
        changed,
        ..Counts::default()
    }
}

#[rstest]
#[case::nothing([0, 0, 0, 0], None)]
#[case::rows_are_missing([51, 0, 0, 0], Some("51 of 1000 users of the source are missing in the file, and --max-leavers 5% allows 50"))]
#[case::rows_are_disabled([0, 51, 51, 0], Some("the file disables 51 of 1000 users of the source, and --max-leavers 5% allows 50"))]
#[case::rows_are_changed([0, 0, 201, 0], Some("the file changes 201 of 1000 users"))]
#[case::rows_are_new([0, 0, 0, 201], Some("the file adds 201 users to the 1000 of the source"))]
#[case::each_at_its_limit([50, 50, 200, 200], None)]
fn excess_is_named(#[case] numbers: [u64; 4], #[case] expected: Option<&str>) {
    let found = check(&OPTIONS, &counts(1000, numbers)).map(|excess| excess.to_string());
    match (&found, expected) {
        (None, None) => {}
        (Some(text), Some(expected)) => assert!(text.contains(expected), "{text}"),
        _ => panic!("{found:?}"),
    }
}

#[rstest]
// Small sources: the default allows ten users.
#[case(None, 20, 10, true)]
#[case(None, 20, 11, false)]
#[case(None, 50, 10, true)]
#[case(None, 55, 11, true)]
#[case(Some(UserLimit::Percent(20)), 20, 5, false)]
#[case(Some(UserLimit::Percent(100)), 20, 20, true)]
#[case(Some(UserLimit::Number(19_971)), 20_000, 19_971, true)]
#[case(Some(UserLimit::Number(0)), 20, 1, false)]
fn limit_of_changes_is_boundary(
    #[case] max_changes: Option<UserLimit>,
    #[case] users: u64,
    #[case] changed: u64,
    #[case] is_allowed: bool,
) {
    let options = SyncOptions {
        max_changes,
        ..OPTIONS
    };
    for numbers in [[0, 0, changed, 0], [0, 0, 0, changed]] {
        let found = check(&options, &counts(users, numbers));
        assert_eq!(found.is_none(), is_allowed, "{found:?}");
    }
}

#[test]
fn first_run_may_add_every_user() {
    assert_eq!(check(&OPTIONS, &counts(0, [0, 0, 0, 5000])), None);
}

#[test]
fn sums_name_fields_and_domains() {
    let mut counts = counts(20_000, [0, 0, 19_971, 0]);
    let change = |field, before: &str, after: &str| FieldChange {
        field,
        before: json!(before),
        after: json!(after),
    };
    for _ in 0..19_970 {
        counts
            .sums
            .add(&[change("email", "a@example.org", "a@Example.com")]);
    }
    counts.sums.add(&[
        change("email", "b@example.org", "c@example.org"),
        change("given_name", "Anna", "Ann"),
    ]);
    assert_eq!(
        counts.sums.domains(),
        ["19970 addresses from example.org to example.com"]
    );
    let text = check(&OPTIONS, &counts).unwrap().to_string();
    let expected = "(email 19971, given_name 1, 19970 addresses from example.org to example.com)";
    assert!(text.contains(expected), "{text}");
    assert!(text.ends_with("with --max-changes 19971"), "{text}");
}

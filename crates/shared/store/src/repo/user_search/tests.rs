use super::*;
use crate::Db;
use crate::repo::query_plan::{explain, migrated};

/// Filters without a text, with the range of an index that lists them. The state `active` and
/// the others without an own index are checked for the users in the order of their IDs.
fn filters() -> Vec<(&'static str, UserFilter)> {
    let base = UserFilter::default;
    let state = |state| UserFilter {
        state: Some(state),
        ..base()
    };
    let (acme, helper) = (Some("acme".to_owned()), Some("helper".to_owned()));
    let org = UserFilter {
        org: acme.clone(),
        ..base()
    };
    let role = UserFilter {
        role: helper,
        ..base()
    };
    let locked = UserFilter {
        locked: true,
        ..base()
    };
    let no_factor = UserFilter {
        no_factor: true,
        ..base()
    };
    let unused = UserFilter {
        unused_days: Some(90),
        ..base()
    };
    let each = UserFilter {
        org: acme,
        no_factor: true,
        unused_days: Some(90),
        state: Some(UserState::Active),
        ..role.clone()
    };
    let holders = UserFilter {
        org: None,
        ..each.clone()
    };
    let by_id = "sqlite_autoindex_users_1 (id>?)";
    vec![
        (by_id, base()),
        (by_id, state(UserState::Active)),
        ("ix_users__id__disabled (id>?)", state(UserState::Disabled)),
        (
            "ix_users__id__deletion (id>?)",
            state(UserState::PendingDeletion),
        ),
        (
            "ix_users__id__unverified (id>?)",
            state(UserState::Unverified),
        ),
        ("(org=? AND user_id>?)", org),
        ("(role=? AND subject_kind=? AND subject_id>?)", role),
        ("(role=? AND subject_kind=? AND subject_id>?)", holders),
        ("ix_login_failures__user_id (user_id>?)", locked),
        (by_id, no_factor),
        (by_id, unused),
        ("(org=? AND user_id>?)", each),
    ]
}

async fn plan(db: &Db, filter: &UserFilter, org: Option<&str>) -> Vec<String> {
    plan_with(db, filter, org, &[]).await
}

async fn plan_with(
    db: &Db,
    filter: &UserFilter,
    org: Option<&str>,
    figures: &[Figure],
) -> Vec<String> {
    let search = UserSearch {
        filter,
        org,
        now: 5,
        after: Some(("alice", UserId::from_uuid(Uuid::from_u128(7)))),
        limit: 50,
    };
    let prefix = rule::prefix(&filter.text);
    let list = search.list(DbBackend::Sqlite, prefix.as_deref());
    let select = list.select(DbBackend::Sqlite, "users", &["id".to_owned()], figures);
    explain(db, DbBackend::Sqlite.build(&select)).await
}

/// Asserts that each table is read by an index. The other lines read at most as many rows as
/// there are candidates.
#[track_caller]
fn reads_indexes_only(plan: &[String], filter: &UserFilter) {
    const BOUNDED: [&str; 18] = [
        "CONSTANT",
        "chosen",
        "candidates",
        "matches",
        "bounds",
        "few",
        "page",
        "source",
        "found",
        "by_",
        "direct",
        "firsts",
        "giving",
        "holders",
        "sorted",
        "walk",
        // A small index, up to its limit.
        "users USING INDEX ix_users__id__",
        "users USING COVERING INDEX ix_users__id__",
    ];
    for line in plan {
        let Some(scanned) = line.strip_prefix("SCAN ") else {
            continue;
        };
        let is_bounded = BOUNDED.iter().any(|name| scanned.starts_with(name));
        assert!(is_bounded, "{line}: {filter:?}: {plan:#?}");
    }
    assert!(
        !plan.iter().any(|line| line.contains("AUTOMATIC")),
        "{plan:#?}"
    );
}

#[tokio::test]
async fn each_list_is_range_of_index() {
    let db = migrated().await;
    for (range, filter) in filters() {
        let lines = plan(&db, &filter, None).await;
        reads_indexes_only(&lines, &filter);
        // The first table that is read contains the candidates.
        let first = lines.iter().find(|line| line.starts_with("SEARCH"));
        let first = first.expect("a search");
        assert!(first.contains(range), "{filter:?}: {lines:#?}");
        // An organization is the smallest set.
        let lines = plan(&db, &filter, Some("zeta")).await;
        reads_indexes_only(&lines, &filter);
        let first = lines.iter().find(|line| line.starts_with("SEARCH"));
        let first = first.expect("a search");
        assert!(first.contains("(org=? AND user_id>?)"), "{lines:#?}");
    }
}

#[tokio::test]
async fn each_order_is_range_of_index() {
    let db = migrated().await;
    for (_, filter) in filters() {
        let search = UserSearch {
            filter: &filter,
            org: None,
            now: 5,
            after: Some(("alice", UserId::from_uuid(Uuid::from_u128(7)))),
            limit: 50,
        };
        if search.has_own_order() {
            continue;
        }
        for (order, ranges) in [
            (
                UserOrder::Name,
                &["search_users_shown_name (<expr>>? AND <expr><?)"][..],
            ),
            (UserOrder::Email, &["(email_key>? AND email_key<?)"]),
            (UserOrder::Newest, &["(id<?)", "user_id<?)"]),
        ] {
            let list = search.ordered(DbBackend::Sqlite, order);
            let select = list.select(DbBackend::Sqlite, "users", &["id".to_owned()], &[]);
            let lines = explain(&db, DbBackend::Sqlite.build(&select)).await;
            reads_indexes_only(&lines, &filter);
            let is_range = |line: &String| ranges.iter().any(|range| line.contains(range));
            assert!(
                lines.iter().any(is_range),
                "{order:?} {filter:?}: {lines:#?}"
            );
        }
    }
}

#[tokio::test]
async fn factors_are_read_by_index() {
    let db = migrated().await;
    let all = UserFilter::default();
    let lines = plan_with(&db, &all, None, &factor_times()).await;
    reads_indexes_only(&lines, &all);
    for table in ["totp_factors", "passkeys"] {
        let search = format!("SEARCH {table} ");
        let has_search = lines.iter().any(|line| line.starts_with(&search));
        assert!(has_search, "{lines:#?}");
    }
}

#[tokio::test]
async fn each_search_is_range_of_index() {
    let db = migrated().await;
    for (_, filter) in filters() {
        let filter = UserFilter {
            text: "al".to_owned(),
            ..filter
        };
        for org in [None, Some("zeta")] {
            // With the columns of the console, this is the statement with the most values.
            let lines = plan_with(&db, &filter, org, &factor_times()).await;
            reads_indexes_only(&lines, &filter);
            for key in KEYS {
                let range = format!("({key}>? AND {key}<?)");
                let has_range = lines.iter().any(|line| line.contains(&range));
                assert!(has_range, "{filter:?}: {lines:#?}");
            }
        }
    }
}

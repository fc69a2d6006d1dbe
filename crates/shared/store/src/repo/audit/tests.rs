//! Tests of the query plans of the audit log.

use sea_orm::DbBackend;

use super::*;
use crate::Db;
use crate::repo::query_plan::{explain, migrated};

/// Returns each value with the columns of the indexes of its parts.
fn values() -> [(AuditFilter, &'static [&'static str]); 7] {
    let some = || Some("some".to_owned());
    let all = AuditFilter::default;
    let about = AuditFilter {
        about: some(),
        ..all()
    };
    let actor = AuditFilter {
        actor: some(),
        ..all()
    };
    let subject = AuditFilter {
        subject: some(),
        ..all()
    };
    let client = AuditFilter {
        client: some(),
        ..all()
    };
    let ip = AuditFilter {
        ip: some(),
        ..all()
    };
    let organization = AuditFilter {
        organization: some(),
        ..all()
    };
    [
        (all(), &[""]),
        (about, &["subject__", "actor__"]),
        (actor, &["actor__"]),
        (subject, &["subject__"]),
        (client, &["client_id__", "subject__"]),
        (ip, &["lower_ip__"]),
        (organization, &["organization__"]),
    ]
}

/// Returns the lines of the query plan.
async fn plan(db: &Db, query: &SelectStatement) -> Vec<String> {
    explain(db, DbBackend::Sqlite.build(query)).await
}

/// Checks that a query reads the rows in the order of this index.
async fn check_order(db: &Db, query: &SelectStatement, index: &str, filter: &AuditFilter) {
    let plan = plan(db, query).await;
    let used = format!("USING INDEX ix_audit_events__{index}");
    let is_used = plan.iter().any(|line| line.contains(&used));
    assert!(is_used, "{filter:?}: {plan:#?}");
    let sort = "USE TEMP B-TREE FOR ORDER BY".to_owned();
    assert!(!plan.contains(&sort), "{filter:?}: {plan:#?}");
}

/// Returns filters with the indexes of their parts: each value, also with a kind and a period.
fn filters() -> Vec<(AuditFilter, Vec<String>)> {
    let mut filters = Vec::new();
    for (value, columns) in values() {
        for kinds in [Vec::new(), vec![AuditKind::LoginFailed]] {
            let is_kind_alone = !kinds.is_empty() && columns == [""];
            let suffix = if is_kind_alone {
                "lower_kind__at"
            } else {
                "at"
            };
            let indexes = columns.iter().map(|column| format!("{column}{suffix}"));
            let indexes: Vec<String> = indexes.collect();
            let filter = AuditFilter {
                kinds,
                ..value.clone()
            };
            let period = AuditFilter {
                since: Some(1),
                until: Some(2),
                ..filter.clone()
            };
            filters.push((filter, indexes.clone()));
            filters.push((period, indexes));
        }
    }
    filters
}

#[tokio::test]
async fn each_filter_is_read_in_order_of_index() {
    let db = migrated().await;
    for (filter, indexes) in filters() {
        let parts = newest_parts(DbBackend::Sqlite, &filter, None, 50);
        assert_eq!(parts.len(), indexes.len());
        for (part, index) in parts.into_iter().zip(&indexes) {
            check_order(&db, &part.into_query(), index, &filter).await;
        }
    }
}

#[tokio::test]
async fn export_is_read_in_order_of_index() {
    let db = migrated().await;
    let last = (1, AuditId::from_uuid(Uuid::from_u128(1)));
    // At most a kind and a period.
    for (filter, indexes) in filters().into_iter().take(4) {
        for after in [None, Some(last)] {
            let query = select_oldest(DbBackend::Sqlite, &filter, after, 50).into_query();
            check_order(&db, &query, &indexes[0], &filter).await;
        }
    }
}

#[tokio::test]
async fn unreviewed_events_are_read_by_index_of_subject() {
    let db = migrated().await;
    let user = UserId::from_uuid(Uuid::from_u128(1));
    let plan = plan(&db, &select_unreviewed(user, 1)).await;
    let used = "USING INDEX ix_audit_events__subject__at (subject=? AND at>?)";
    assert!(plan.iter().any(|line| line.contains(used)), "{plan:#?}");
}

//! Support codes: one for each user, until it is used or expires; and reviewed events.

use doorward_domain::model::{AuditId, AuditKind, UserId};
use doorward_domain::secret::TokenHash;
use doorward_store::repo::{audit, overview, support_codes, users};
use serde_json::json;

use crate::fixtures::{NOW, event, hash, user};
use crate::harness::on_both;
use crate::write;

#[tokio::test]
async fn code_finds_user_until_used_replaced_or_expired() {
    on_both(async |db| {
        let (alice, bob) = (user("alice"), user("bob"));
        for item in [&alice, &bob] {
            write!(db, users::insert, item);
        }
        let (first, second, other) = (hash("first"), hash("second"), hash("other"));
        write!(db, support_codes::replace, alice.id, &first, NOW + 100);
        write!(db, support_codes::replace, bob.id, &other, NOW + 100);
        let find = async |code: &TokenHash, now: i64| {
            let found = support_codes::find(db.read(), code, now).await;
            found.unwrap()
        };
        assert_eq!(find(&first, NOW + 99).await, Some(alice.id));
        assert_eq!(find(&first, NOW + 100).await, None);
        assert_eq!(find(&second, NOW).await, None);
        write!(db, support_codes::replace, alice.id, &second, NOW + 200);
        assert_eq!(find(&first, NOW).await, None);
        assert_eq!(find(&second, NOW + 199).await, Some(alice.id));

        assert!(!write!(db, support_codes::consume, &second, NOW + 200));
        assert!(write!(db, support_codes::consume, &second, NOW + 199));
        assert!(!write!(db, support_codes::consume, &second, NOW + 199));
        assert_eq!(find(&second, NOW).await, None);
        assert_eq!(find(&other, NOW).await, Some(bob.id));
        assert_eq!(write!(db, support_codes::purge, NOW + 100, 1000), 0);
        assert_eq!(write!(db, support_codes::purge, NOW + 101, 1000), 1);
        // A deleted user has no code.
        write!(db, support_codes::replace, bob.id, &other, NOW + 100);
        assert!(write!(db, users::delete, bob.id, NOW));
        assert_eq!(find(&other, NOW).await, None);
    })
    .await;
}

#[tokio::test]
async fn events_are_unreviewed_until_later_one_is_reviewed() {
    on_both(async |db| {
        let (alice, bob) = (user("alice"), user("bob"));
        for item in [&alice, &bob] {
            write!(db, users::insert, item);
        }
        let kinds = [
            AuditKind::PasswordChanged,
            AuditKind::LoginSucceeded,
            AuditKind::FactorAdded,
            AuditKind::ProfileChanged,
        ];
        let mut ids: Vec<AuditId> = Vec::new();
        for (number, kind) in (1..).zip(kinds) {
            let mut item = event(number, kind);
            item.subject = Some(alice.id.to_string());
            item.success = true;
            item.detail.insert("new_device".to_owned(), json!(true));
            write!(db, audit::insert, &item);
            ids.push(item.id);
        }
        let unreviewed = async |user: UserId, now: i64| -> Vec<AuditId> {
            let found = audit::unreviewed(db.read(), user, now).await.unwrap();
            found.into_iter().map(|event| event.id).collect()
        };
        let count = async |now: i64| {
            let filter = audit::AuditFilter::default();
            let found = overview::find(db.read(), alice.id, (&filter, 1), None, &[], now).await;
            found.unwrap().unreviewed
        };
        let expected = [ids[0], ids[1], ids[2]];
        assert_eq!(unreviewed(alice.id, NOW).await, expected);
        assert_eq!(count(NOW).await, 3);
        assert_eq!(unreviewed(bob.id, NOW).await, []);
        assert!(write!(db, users::record_review, alice.id, ids[1]));
        assert_eq!(unreviewed(alice.id, NOW).await, [ids[2]]);
        // The mark only moves forward.
        assert!(!write!(db, users::record_review, alice.id, ids[0]));
        assert!(!write!(db, users::record_review, alice.id, ids[1]));
        assert_eq!(count(NOW).await, 1);
        assert!(write!(db, users::record_review, alice.id, ids[3]));
        assert_eq!(count(NOW).await, 0);
        // A change of the account keeps the mark.
        let found = users::find_by_id(db.read(), alice.id).await.unwrap();
        assert!(write!(db, users::update, &found.unwrap()));
        assert_eq!(count(NOW).await, 0);
        assert_eq!(unreviewed(alice.id, NOW + 31 * 86_400).await, []);
    })
    .await;
}

//! Numbers of the records that a change affects.

use std::collections::BTreeSet;

use doorward_domain::model::{EndReason, Role, SubjectKind, UserId};
use doorward_store::repo::affected::{Object, RecordKind, count};
use doorward_store::repo::{api_keys, roles, sessions, users};
use uuid::Uuid;

use crate::fixtures::{NOW, api_key, assignment, session, user};
use crate::harness::on_both;
use crate::write;

const LIMIT: u64 = 3;

#[tokio::test]
async fn affected_records_are_counted_up_to_limit() {
    on_both(async |db| {
        let alice = user("Alice");
        write!(db, users::insert, &alice);
        let role = Role {
            name: "helper".to_owned(),
            description: String::new(),
            active: true,
            permissions: BTreeSet::new(),
        };
        write!(db, roles::upsert, &role);
        let of_alice = async || {
            let object = Object::User(alice.id);
            count(db.read(), object, LIMIT, NOW).await.unwrap()
        };
        let numbers = |sessions, keys, assignments| {
            vec![
                (RecordKind::Sessions, sessions),
                (RecordKind::Grants, 0),
                (RecordKind::ApiKeys, keys),
                (RecordKind::TrustedDevices, 0),
                (RecordKind::LinkedAccounts, 0),
                (RecordKind::Assignments, assignments),
            ]
        };
        assert_eq!(of_alice().await, numbers(0, 0, 0));
        let (first, second) = (session(&alice, "first"), session(&alice, "second"));
        write!(db, sessions::insert, &first);
        write!(db, sessions::insert, &second);
        write!(db, api_keys::insert, &api_key("000000000001", alice.id));
        let own = assignment(SubjectKind::User, &alice.id.to_string(), "helper");
        write!(db, roles::assign, &own);
        assert_eq!(of_alice().await, numbers(2, 1, 1));
        // A session that has ended no longer counts, nor an expired key.
        write!(db, sessions::end, first.id, EndReason::SignedOut, NOW);
        assert_eq!(of_alice().await, numbers(1, 1, 1));
        let object = Object::User(alice.id);
        let later = count(db.read(), object, LIMIT, NOW + 1_000).await;
        assert_eq!(later.unwrap(), numbers(0, 0, 1));
        let absent = Object::User(UserId::from_uuid(Uuid::from_u128(7)));
        let absent = count(db.read(), absent, LIMIT, NOW).await;
        assert_eq!(absent.unwrap(), numbers(0, 0, 0));

        for number in 0..5 {
            let held = assignment(SubjectKind::Client, &format!("app{number}"), "helper");
            write!(db, roles::assign, &held);
        }
        let holders = count(db.read(), Object::Role("helper"), LIMIT, NOW).await;
        let expected = [
            (RecordKind::Users, 1),
            (RecordKind::Groups, 0),
            (RecordKind::Clients, LIMIT),
        ];
        assert_eq!(holders.unwrap(), expected);
    })
    .await;
}

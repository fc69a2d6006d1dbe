//! Imported users: their pages, and the memory of what their source has given.

use doorward_domain::model::{Group, GroupId};
use doorward_store::repo::imports::ImportedRecord;
use doorward_store::repo::{groups, imports, users};
use uuid::Uuid;

use crate::fixtures::{NOW, user};
use crate::harness::on_both;
use crate::write;

fn record(source: &str, kind: &str, old_id: &str) -> ImportedRecord {
    ImportedRecord {
        source: source.to_owned(),
        kind: kind.to_owned(),
        old_id: old_id.to_owned(),
        new_id: format!("new {old_id}"),
        imported_at: NOW,
        applied: None,
    }
}

#[tokio::test]
async fn users_of_source_are_paged_and_remembered() {
    on_both(async |db| {
        let all = [
            record("hr", "user", "1"),
            record("hr", "user", "2"),
            record("hr", "user", "a"),
            record("hr", "group", "1"),
            record("other", "user", "1"),
        ];
        write!(db, imports::insert, &all);
        let page = async |after| {
            let page = imports::list_users(db.read(), "hr", after, 2).await;
            let ids = page.unwrap().into_iter().map(|one| one.old_id);
            ids.collect::<Vec<_>>()
        };
        assert_eq!(page(None).await, ["1", "2"]);
        assert_eq!(page(Some("2")).await, ["a"]);
        assert!(page(Some("a")).await.is_empty());

        let known = ImportedRecord {
            applied: Some("{}".to_owned()),
            ..all[0].clone()
        };
        assert!(write!(db, imports::update_applied, &known));
        assert!(!write!(
            db,
            imports::update_applied,
            &record("hr", "user", "9")
        ));
        let found = imports::find(db.read(), "hr", "user", ["1", "2", "9"]).await;
        let found = found.unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found["1"], known);
        assert_eq!(found["2"], all[1]);
        let other = imports::find(db.read(), "other", "user", ["1"]).await;
        assert_eq!(other.unwrap()["1"], all[4]);
    })
    .await;
}

#[tokio::test]
async fn groups_outside_organizations_are_found_for_many_users() {
    on_both(async |db| {
        let (alice, bob) = (user("Alice"), user("Bob"));
        write!(db, users::insert, &alice);
        write!(db, users::insert, &bob);
        let paths = ["/sales", "/it"];
        for (number, path) in (1..).zip(paths) {
            let group = Group {
                id: GroupId::from_uuid(Uuid::from_u128(number)),
                path: path.to_owned(),
                description: String::new(),
                code: None,
                org: None,
                parent: None,
                manager: None,
                created_at: NOW,
                updated_at: NOW,
            };
            write!(db, groups::insert, &group);
            write!(db, groups::add_member, group.id, alice.id, NOW);
        }
        let found = groups::paths_of_users(db.read(), &[alice.id, bob.id]).await;
        let mut found = found.unwrap();
        found.sort();
        let expected = ["/it", "/sales"].map(|path| (alice.id, path.to_owned()));
        assert_eq!(found, expected);
        let none = groups::paths_of_users(db.read(), &[bob.id]).await;
        assert!(none.unwrap().is_empty());
    })
    .await;
}

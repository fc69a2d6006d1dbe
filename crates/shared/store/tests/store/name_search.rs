//! Lists of groups, organizations and roles by the start of a name, page by page.

use std::collections::BTreeSet;

use doorward_domain::model::{Group, GroupId, Member, Organization, Permission, Role, SubjectKind};
use doorward_store::Db;
use doorward_store::repo::name_search::{self, NameOrder, NameSearch, UsedGroup, UsedRole};
use doorward_store::repo::{groups, organizations, roles, users};
use uuid::Uuid;

use crate::fixtures::{NOW, assignment, user};
use crate::harness::on_both;
use crate::write;

/// Reads each page of a list with its search, and returns the names of all rows.
macro_rules! all {
    ($text:expr, $limit:expr, |$search:ident| $read:expr, $name:expr) => {{
        let (mut names, mut after) = (Vec::<String>::new(), None);
        loop {
            let page = {
                let after = after.as_ref();
                let $search = NameSearch {
                    order: NameOrder::Id,
                    text: $text,
                    after: after.map(|(key, id): &(String, _)| (key.as_str(), Clone::clone(id))),
                    limit: $limit,
                };
                $read.await.unwrap()
            };
            assert_eq!(page.count.is_some(), after.is_none());
            names.extend(page.items.iter().map($name));
            after = page.next;
            if after.is_none() {
                break names;
            }
        }
    }};
}

async fn found_organizations(db: &Db, text: &str, limit: u64) -> Vec<String> {
    let slug = |found: &Organization| found.slug.clone();
    all!(
        text,
        limit,
        |search| name_search::organizations(db.read(), &search),
        slug
    )
}

async fn found_groups(db: &Db, text: &str, org: Option<&str>, limit: u64) -> Vec<String> {
    let path = |found: &Group| found.path.clone();
    all!(
        text,
        limit,
        |search| name_search::groups(db.read(), &search, org),
        path
    )
}

async fn found_roles(db: &Db, text: &str, limit: u64) -> Vec<String> {
    let name = |found: &UsedRole| found.role.name.clone();
    all!(
        text,
        limit,
        |search| name_search::roles(db.read(), &search),
        name
    )
}

async fn insert_organizations(db: &Db) {
    for (slug, name) in [
        ("photos", "Pictures"),
        ("x1", "PHOTO album"),
        ("y2", "Élan"),
        ("z3", "Phoenix"),
        ("old", "Photographers"),
    ] {
        let organization = Organization {
            slug: slug.to_owned(),
            name: name.to_owned(),
            active: true,
            domain: None,
            created_at: NOW,
            updated_at: NOW,
        };
        write!(db, organizations::insert, &organization);
    }
    assert!(write!(db, organizations::delete, "old", NOW));
}

#[tokio::test]
async fn organizations_are_found_once_by_slug_and_name() {
    on_both(async |db| {
        insert_organizations(db).await;
        for limit in [1, 2, 100] {
            let found = async |text: &str| found_organizations(db, text, limit).await;
            assert_eq!(found("").await, ["photos", "x1", "y2", "z3"]);
            assert_eq!(found("Pho").await, ["z3", "x1", "photos"]);
            assert_eq!(found("él").await, ["y2"]);
            // No name begins with it: those that contain it, by name.
            assert_eq!(found("hot").await, ["x1", "photos"]);
            for text in ["%", "_1", "a\0b"] {
                assert!(found(text).await.is_empty(), "{text}");
            }
        }
        // A changed name is found.
        let stored = organizations::find(db.read(), "y2").await.unwrap();
        let mut changed = stored.unwrap();
        changed.name = "Quokka".to_owned();
        assert!(write!(db, organizations::update, &changed));
        assert_eq!(found_organizations(db, "quo", 9).await, ["y2"]);
        assert!(found_organizations(db, "él", 9).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn groups_are_found_once_by_path() {
    on_both(async |db| {
        insert_organizations(db).await;
        for (number, path, org) in [
            (1, "/sales", None),
            (2, "/sales/emea", None),
            (3, "/sales", Some("photos")),
            (4, "/support", Some("photos")),
            (5, "/sales", Some("x1")),
        ] {
            let group = Group {
                id: GroupId::from_uuid(Uuid::from_u128(number)),
                path: path.to_owned(),
                description: String::new(),
                code: None,
                org: org.map(str::to_owned),
                parent: None,
                manager: None,
                created_at: NOW,
                updated_at: NOW,
            };
            write!(db, groups::insert, &group);
        }
        let (all_paths, of_photos): (&[&str], &[&str]) = (
            &["/sales", "/sales/emea", "/sales", "/support", "/sales"],
            &["/sales", "/support"],
        );
        let cases: [(&str, Option<&str>, &[&str]); 8] = [
            ("", None, all_paths),
            ("", Some("photos"), of_photos),
            ("s", Some("photos"), of_photos),
            ("SAL", None, &["/sales", "/sales", "/sales", "/sales/emea"]),
            ("/sales/", None, &["/sales/emea"]),
            // No path begins with it.
            ("emea", None, &["/sales/emea"]),
            ("emea", Some("photos"), &[]),
            ("sales", Some("x1"), &["/sales"]),
        ];
        for (text, org, expected) in cases {
            for limit in [1, 2, 100] {
                let found = found_groups(db, text, org, limit).await;
                assert_eq!(found, expected, "{text} {org:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn groups_are_listed_with_manager_and_members() {
    on_both(async |db| {
        insert_organizations(db).await;
        let (alice, bob) = (user("Alice"), user("Bob"));
        for item in [&alice, &bob] {
            write!(db, users::insert, item);
        }
        let member = Member {
            user_id: alice.id,
            is_owner: false,
            created_at: NOW,
            expires_at: None,
        };
        write!(db, organizations::put_member, "photos", &member);
        let managers = [Some(alice.id), Some(bob.id), None];
        let paths = ["/a", "/b", "/c"];
        for (number, (path, manager)) in (1..).zip(paths.into_iter().zip(managers)) {
            let group = Group {
                id: GroupId::from_uuid(Uuid::from_u128(number)),
                path: path.to_owned(),
                description: String::new(),
                code: None,
                org: Some("photos".to_owned()),
                parent: None,
                manager,
                created_at: NOW,
                updated_at: NOW,
            };
            write!(db, groups::insert, &group);
            for member in managers.into_iter().flatten().filter(|_| path == "/a") {
                write!(db, groups::add_member, group.id, member, NOW);
            }
        }
        let used = async |text, org, order| {
            let search = NameSearch {
                text,
                order,
                after: None,
                limit: 50,
            };
            let page = name_search::used_groups(db.read(), &search, org).await;
            let shown = |found: UsedGroup| {
                let manager = found.manager.map(|user| user.username).unwrap_or_default();
                format!("{} {manager} {}", found.group.path, found.members)
            };
            let items = page.unwrap().items.into_iter();
            items.map(shown).collect::<Vec<_>>()
        };
        assert_eq!(
            used("", None, NameOrder::Id).await,
            ["/a Alice 2", "/b Bob 0", "/c  0"]
        );
        let newest = used("", None, NameOrder::Newest).await;
        assert_eq!(newest, ["/c  0", "/b Bob 0", "/a Alice 2"]);
        assert_eq!(used("b", None, NameOrder::Id).await, ["/b Bob 0"]);
        // A manager outside the organization of the list is not read.
        let own = ["/a Alice 2", "/b  0", "/c  0"];
        for order in [NameOrder::Id, NameOrder::Name] {
            assert_eq!(used("", Some("photos"), order).await, own);
            assert!(used("", Some("x1"), order).await.is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn roles_are_found_with_their_use() {
    on_both(async |db| {
        let codes = ["a:read", "a:write"];
        for codename in codes {
            let permission = Permission {
                codename: codename.to_owned(),
                description: String::new(),
                audience: "https://a.example".to_owned(),
            };
            write!(db, roles::upsert_permission, &permission);
        }
        for (name, number) in [("reader", 1), ("root", 2), ("label", 0)] {
            let given = codes[..number].iter().map(|code| (*code).to_owned());
            let role = Role {
                name: name.to_owned(),
                description: String::new(),
                active: true,
                permissions: given.collect::<BTreeSet<_>>(),
            };
            write!(db, roles::upsert, &role);
        }
        let held = assignment(SubjectKind::User, "alice", "reader");
        write!(db, roles::assign, &held);
        for limit in [1, 100] {
            let found = async |text: &str| found_roles(db, text, limit).await;
            assert_eq!(found("").await, ["label", "reader", "root"]);
            assert_eq!(found("R").await, ["reader", "root"]);
            assert_eq!(found("ade").await, ["reader"]);
            assert!(found("rx").await.is_empty());
        }
        // Name, has a holder, has every permission.
        for (name, has_holder, has_every) in [
            ("reader", true, false),
            ("root", false, true),
            ("label", false, false),
        ] {
            let found = name_search::role(db.read(), name).await.unwrap();
            let found = found.unwrap();
            let stored = roles::find(db.read(), name).await.unwrap();
            assert_eq!(Some(found.role), stored);
            let facts = (found.has_holder, found.has_every_permission);
            assert_eq!(facts, (has_holder, has_every), "{name}");
        }
    })
    .await;
}

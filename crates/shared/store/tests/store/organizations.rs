use std::collections::BTreeSet;

use doorward_domain::model::{
    Assignment, EffectiveRoles, Group, GroupId, Member, OrgScope, Organization, Role, SubjectKind,
    User,
};
use doorward_store::repo::organizations::OwnerlessFilter;
use doorward_store::repo::{grants, groups, home, organizations, roles, users};
use doorward_store::{Db, StoreError};
use uuid::Uuid;

use crate::fixtures::{NOW, Scene, assignment, user};
use crate::harness::{execute, on_both, on_both_databases};
use crate::{refused, write};

fn organization(slug: &str) -> Organization {
    Organization {
        slug: slug.to_owned(),
        name: slug.to_uppercase(),
        active: true,
        domain: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn member(user: &User, is_owner: bool) -> Member {
    Member {
        user_id: user.id,
        is_owner,
        created_at: NOW,
        expires_at: None,
    }
}

fn group(path: &str, org: Option<&str>, parent: Option<&Group>) -> Group {
    Group {
        id: GroupId::from_uuid(Uuid::now_v7()),
        path: path.to_owned(),
        description: String::new(),
        code: None,
        org: org.map(str::to_owned),
        parent: parent.map(|parent| parent.id),
        manager: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn insert_users(db: &Db) -> (User, User) {
    let (alice, bob) = (user("Alice"), user("Bob"));
    write!(db, users::insert, &alice);
    write!(db, users::insert, &bob);
    (alice, bob)
}

#[tokio::test]
async fn organizations_are_stored_and_slugs_never_reused() {
    on_both(async |db| {
        let (alice, bob) = insert_users(db).await;
        let mut acme = organization("acme");
        write!(db, organizations::insert, &acme);
        write!(db, organizations::insert, &organization("zeta"));
        let error = refused!(db, organizations::insert, &acme);
        assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
        let listed = organizations::list(db.read(), None, 10).await.unwrap();
        assert_eq!(listed.len(), 2);
        let rest = organizations::list(db.read(), Some("acme"), 10).await;
        assert_eq!(rest.unwrap(), [organization("zeta")]);

        write!(db, organizations::put_member, "acme", &member(&alice, true));
        write!(db, organizations::put_member, "acme", &member(&bob, true));
        write!(db, organizations::put_member, "acme", &member(&bob, false));
        let owners = organizations::owners(db.read(), "acme").await.unwrap();
        assert_eq!(owners, [alice.id]);
        let members = organizations::members(db.read(), "acme", None, 10).await;
        let expected = (member(&alice, true), alice.clone());
        assert!(members.unwrap().contains(&expected));
        let found = organizations::member_with_user(db.read(), "acme", bob.id).await;
        let expected = (member(&bob, false), bob.clone());
        assert_eq!(found.unwrap(), Some(expected));
        let mine = organizations::of_user(db.read(), bob.id).await.unwrap();
        assert_eq!(mine, [("acme".to_owned(), false)]);
        let all = organizations::of_users(db.read(), &[alice.id, bob.id]).await;
        let (alices, bobs) = (
            (alice.id, "acme".to_owned(), true),
            (bob.id, "acme".to_owned(), false),
        );
        let all = all.unwrap();
        assert!(all.len() == 2 && all.contains(&alices) && all.contains(&bobs));
        let held = async |who: &User| {
            organizations::membership(db.read(), "acme", who.id)
                .await
                .unwrap()
        };
        assert_eq!(held(&bob).await, Some(member(&bob, false)));
        // An inactive organization has no members.
        acme.active = false;
        acme.name = "Acme Ltd".to_owned();
        assert!(write!(db, organizations::update, &acme));
        assert_eq!(held(&bob).await, None);
        let found = organizations::find(db.read(), "acme").await.unwrap();
        assert_eq!(found, Some(acme.clone()));
        acme.active = true;
        write!(db, organizations::update, &acme);

        assert!(write!(db, organizations::remove_member, "acme", bob.id));
        assert!(!write!(db, organizations::remove_member, "acme", bob.id));
        assert!(write!(db, organizations::touch, "acme", NOW + 1));
        assert!(!write!(db, organizations::touch, "nobody", NOW + 1));
        assert!(write!(db, organizations::delete, "acme", NOW + 2));
        assert!(!write!(db, organizations::delete, "acme", NOW + 2));
        assert_eq!(organizations::find(db.read(), "acme").await.unwrap(), None);
        let members = organizations::members(db.read(), "acme", None, 10).await;
        assert!(members.unwrap().is_empty());
        let error = refused!(db, organizations::insert, &acme);
        assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
    })
    .await;
}

/// A user that is being deleted owns nothing, whatever else its row contains.
#[tokio::test]
async fn deleted_users_are_no_owners() {
    on_both_databases(async |place| {
        let db = &place.open().await;
        db.migrate().await.unwrap();
        let (alice, bob) = insert_users(db).await;
        for slug in ["acme", "beta", "zeta"] {
            write!(db, organizations::insert, &organization(slug));
        }
        write!(db, organizations::put_member, "acme", &member(&alice, true));
        write!(db, organizations::put_member, "acme", &member(&bob, true));
        write!(db, organizations::put_member, "beta", &member(&bob, true));
        let ownerless = async |slugs: Option<&[String]>| {
            let filter = OwnerlessFilter {
                slugs,
                ..OwnerlessFilter::default()
            };
            organizations::list_ownerless(db.read(), &filter, 10)
                .await
                .unwrap()
        };
        assert_eq!(ownerless(None).await, [""; 0]);
        let disable = format!("UPDATE users SET disabled_at = {NOW} WHERE username = 'Bob'");
        execute(&place.url, &disable).await;
        assert_eq!(ownerless(None).await, ["beta"]);
        let delete = format!("UPDATE users SET deleted_at = {NOW} WHERE username = 'Alice'");
        execute(&place.url, &delete).await;
        assert_eq!(ownerless(None).await, ["acme", "beta"]);
        let slugs: Vec<_> = (0..120).map(|n| format!("org{n}")).collect();
        let slugs = [slugs.as_slice(), &["zeta".to_owned(), "beta".to_owned()]].concat();
        assert_eq!(ownerless(Some(&slugs)).await, ["beta"]);
        let delete = format!("UPDATE users SET deleted_at = {NOW} WHERE username = 'Bob'");
        execute(&place.url, &delete).await;
        assert_eq!(ownerless(None).await, [""; 0]);
        db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn groups_form_trees_and_can_be_moved() {
    on_both(async |db| {
        let (alice, _) = insert_users(db).await;
        // Underscore and any character: LIKE would match both.
        let top = group("/a_b", None, None);
        let below = group("/a_b/c", None, Some(&top));
        let lowest = group("/a_b/c/d", None, Some(&below));
        let other = group("/axb", None, None);
        let child = group("/axb/c", None, Some(&other));
        for item in [&top, &below, &lowest, &other, &child] {
            write!(db, groups::insert, item);
        }
        let error = refused!(db, groups::insert, &group("/axb", None, None));
        assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
        let paths = async || {
            let all = groups::list(db.read(), None, None, 10).await.unwrap();
            let paths = all.into_iter().map(|item| item.path);
            paths
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        };
        assert_eq!(groups::subtree(db.read(), &top).await.unwrap().len(), 3);
        write!(
            db,
            groups::relocate,
            &below,
            Some(other.id),
            "/axb/moved",
            NOW + 1
        );
        let expected = ["/a_b", "/axb", "/axb/c", "/axb/moved", "/axb/moved/d"];
        assert_eq!(paths().await, expected);
        let moved = groups::find(db.read(), below.id).await.unwrap();
        assert_eq!(moved.unwrap().parent, Some(other.id));
        assert_eq!(
            groups::children(db.read(), other.id).await.unwrap().len(),
            2
        );
        // Only a group without subgroups can be deleted.
        let error = refused!(db, groups::delete, other.id, NOW);
        assert!(matches!(error, StoreError::MissingReference), "{error:?}");
        assert!(write!(db, groups::delete, child.id, NOW));
        assert!(!write!(db, groups::delete, child.id, NOW));

        assert!(write!(db, groups::add_member, top.id, alice.id, NOW));
        assert!(!write!(db, groups::add_member, top.id, alice.id, NOW));
        let inside = groups::members(db.read(), top.id, None, None, 10).await;
        assert_eq!(inside.unwrap(), [(alice.id, Some(alice.clone()))]);
        // Only users of the organization have a name for its administrators.
        let inside = async || {
            let found = groups::member(db.read(), top.id, Some("acme"), alice.id).await;
            found.unwrap()
        };
        write!(db, organizations::insert, &organization("acme"));
        assert_eq!(inside().await, Some((alice.id, None)));
        write!(
            db,
            organizations::put_member,
            "acme",
            &member(&alice, false)
        );
        assert_eq!(inside().await, Some((alice.id, Some(alice.clone()))));
        assert!(write!(db, groups::remove_member, top.id, alice.id));
        assert!(!write!(db, groups::remove_member, top.id, alice.id));
    })
    .await;
}

#[tokio::test]
async fn group_code_is_unique_in_its_organization() {
    on_both(async |db| {
        write!(db, organizations::insert, &organization("acme"));
        let coded = |path: &str, org: Option<&str>, code: Option<&str>| Group {
            code: code.map(str::to_owned),
            ..group(path, org, None)
        };
        let sales = coded("/sales", None, Some("S-1"));
        write!(db, groups::insert, &sales);
        write!(
            db,
            groups::insert,
            &coded("/sales", Some("acme"), Some("s-1"))
        );
        write!(db, groups::insert, &coded("/a", None, None));
        write!(db, groups::insert, &coded("/b", None, None));
        let double = coded("/c", None, Some("s-1"));
        assert!(refused!(db, groups::insert, &double).is_conflict());
        let found = groups::find_by_code(db.read(), None, "s-1").await.unwrap();
        assert_eq!(found, Some(sales));
        let found = groups::find_by_code(db.read(), Some("acme"), "S-2").await;
        assert_eq!(found.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn leaving_organization_removes_group_memberships() {
    on_both(async |db| {
        let (alice, _) = insert_users(db).await;
        write!(db, organizations::insert, &organization("acme"));
        let led = Group {
            manager: Some(alice.id),
            ..group("/sales", Some("acme"), None)
        };
        let outside = group("/sales", None, None);
        for item in [&led, &outside] {
            write!(db, groups::insert, item);
            write!(db, groups::add_member, item.id, alice.id, NOW);
        }
        assert_eq!(write!(db, groups::remove_from_all, "acme", alice.id), 1);
        assert_eq!(
            groups::of_user(db.read(), alice.id).await.unwrap(),
            [outside]
        );
        let led = groups::find(db.read(), led.id).await.unwrap().unwrap();
        assert_eq!(led.manager, None);
    })
    .await;
}

#[tokio::test]
async fn roles_are_inherited_from_groups_within_organization() {
    on_both(async |db| {
        let (alice, bob) = insert_users(db).await;
        write!(db, organizations::insert, &organization("acme"));
        write!(db, organizations::insert, &organization("zeta"));
        for name in ["own", "above", "beside", "in-acme", "in-zeta"] {
            let role = Role {
                name: name.to_owned(),
                description: String::new(),
                active: true,
                permissions: BTreeSet::new(),
            };
            write!(db, roles::upsert, &role);
        }
        let top = group("/engineering", None, None);
        let below = group("/engineering/backend", None, Some(&top));
        let beside = group("/engineering/frontend", None, Some(&top));
        let local = group("/engineering", Some("acme"), None);
        for item in [&top, &below, &beside, &local] {
            write!(db, groups::insert, item);
        }
        let person = alice.id.to_string();
        let give = |kind, id: &str, role: &str, org: Option<&str>| Assignment {
            org: org.map(str::to_owned),
            ..assignment(kind, id, role)
        };
        let (user, group) = (SubjectKind::User, SubjectKind::Group);
        for item in [
            give(user, &person, "own", None),
            give(group, &top.id.to_string(), "above", None),
            give(group, &beside.id.to_string(), "beside", None),
            give(group, &local.id.to_string(), "in-acme", Some("acme")),
            give(user, &person, "in-zeta", Some("zeta")),
        ] {
            write!(db, roles::assign, &item);
        }
        for item in [&below, &local] {
            write!(db, groups::add_member, item.id, alice.id, NOW);
        }
        let held = async |place| {
            let held = roles::effective_for_user_in(db.read(), alice.id, place, NOW).await;
            let held = held.unwrap();
            let list = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(" ");
            (list(held.roles), list(held.groups))
        };
        let everywhere = "/engineering /engineering/backend";
        let expect = |roles: &str| (roles.to_owned(), everywhere.to_owned());
        assert_eq!(held(OrgScope::Global).await, expect("above own"));
        assert_eq!(
            held(OrgScope::Organization("acme")).await,
            expect("above in-acme own")
        );
        assert_eq!(
            held(OrgScope::Organization("zeta")).await,
            expect("above in-zeta own")
        );
        let all = expect("above in-acme in-zeta own");
        assert_eq!(held(OrgScope::Any).await, all);
        let nobody = roles::effective_for_user_in(db.read(), bob.id, OrgScope::Any, NOW).await;
        assert_eq!(nobody.unwrap().roles, BTreeSet::new());
    })
    .await;
}

#[tokio::test]
async fn roles_are_read_for_each_organization_of_user() {
    on_both(async |db| {
        let (alice, bob) = insert_users(db).await;
        let person = alice.id.to_string();
        for (name, org) in [
            ("own", None),
            ("buyer", Some("acme")),
            ("seller", Some("zeta")),
        ] {
            let role = Role {
                name: name.to_owned(),
                description: String::new(),
                active: true,
                permissions: BTreeSet::new(),
            };
            write!(db, roles::upsert, &role);
            if let Some(slug) = org {
                write!(db, organizations::insert, &organization(slug));
                let member = member(&alice, slug == "acme");
                write!(db, organizations::put_member, slug, &member);
            }
            let item = Assignment {
                org: org.map(str::to_owned),
                ..assignment(SubjectKind::User, &person, name)
            };
            write!(db, roles::assign, &item);
        }
        let scopes = async |user: &User| {
            let found = roles::effective_in_each_scope(db.read(), user.id, NOW).await;
            let shown = |(org, is_owner, held): (Option<String>, bool, EffectiveRoles)| {
                let roles = held.roles.into_iter().collect::<Vec<_>>().join(" ");
                format!("{} {is_owner} {roles}", org.unwrap_or_default())
            };
            found.unwrap().into_iter().map(shown).collect::<Vec<_>>()
        };
        let [everywhere, acme, zeta] =
            [" false own", "acme true buyer own", "zeta false own seller"];
        assert_eq!(scopes(&alice).await, [everywhere, acme, zeta]);
        assert_eq!(scopes(&bob).await, [" false "]);
        // Neither an inactive organization nor a deleted one gives rights.
        let inactive = Organization {
            active: false,
            ..organization("zeta")
        };
        assert!(write!(db, organizations::update, &inactive));
        assert_eq!(scopes(&alice).await, [everywhere, acme]);
        assert!(write!(db, organizations::delete, "acme", NOW));
        assert_eq!(scopes(&alice).await, [everywhere]);
    })
    .await;
}

#[tokio::test]
async fn home_of_organization_has_numbers_of_its_objects() {
    on_both(async |db| {
        let (alice, bob) = insert_users(db).await;
        for slug in ["acme", "zeta"] {
            write!(db, organizations::insert, &organization(slug));
        }
        for item in [&alice, &bob] {
            write!(db, organizations::put_member, "acme", &member(item, false));
        }
        write!(db, organizations::put_member, "zeta", &member(&bob, true));
        write!(db, groups::insert, &group("/sales", Some("acme"), None));
        write!(db, groups::insert, &group("/sales", None, None));
        let found = async |slug| home::find_organization(db.read(), slug, NOW).await.unwrap();
        assert_eq!(found("acme").await, Some((organization("acme"), [2, 0, 1])));
        assert_eq!(found("zeta").await, Some((organization("zeta"), [1, 0, 0])));
        assert_eq!(found("none").await, None);
        assert!(write!(db, organizations::delete, "acme", NOW));
        assert_eq!(found("acme").await, None);
    })
    .await;
}

#[tokio::test]
async fn grant_states_membership_of_user() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let id = scene.grant.id;
        let is_member = async |id| {
            let found = crate::fixtures::grant_context(db, id).await;
            found.unwrap().expect("a grant").is_member
        };
        assert!(is_member(id).await, "a grant without an organization");
        let mut grant = scene.grant.clone();
        grant.id = doorward_domain::model::GrantId::from_uuid(Uuid::now_v7());
        grant.org = Some("acme".to_owned());
        write!(db, grants::insert, &grant);
        assert!(!is_member(grant.id).await, "no such organization");
        let mut acme = organization("acme");
        write!(db, organizations::insert, &acme);
        assert!(!is_member(grant.id).await, "not in it");
        let own = member(&scene.user, false);
        write!(db, organizations::put_member, "acme", &own);
        assert!(is_member(grant.id).await);
        let stored = grants::find(db.read(), grant.id).await.unwrap();
        assert_eq!(stored, Some(grant.clone()));
        acme.active = false;
        write!(db, organizations::update, &acme);
        assert!(!is_member(grant.id).await, "switched off");
    })
    .await;
}

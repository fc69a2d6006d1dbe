//! Tests of every list as a file: columns, filter, permission, and the record of the export.

use std::collections::BTreeSet;

use doorward_access::clock::Clock as _;
use doorward_domain::model::{
    AuditEvent, Group, GroupId, Organization, Role, Session, SessionId, SignInAttempt, SubjectKind,
};
use doorward_domain::secret::TokenHash;
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, both_backends};
use serde_json::{Value, json};
use uuid::Uuid;

use super::list_files::{exports, rows};
use super::objects::{attempt, event};
use super::support::{browser, location, open};
use crate::admin::world::World;

both_backends!(
    each_list_has_both_files,
    files_have_rows_of_page,
    rows_of_each_list_are_sent_once,
    exports_of_personal_data_are_recorded,
    files_require_right_and_recent_authentication,
    owner_exports_own_organization_only,
);

/// The lists, true for those that an owner of an organization may open, and their columns.
const LISTS: [(&str, bool, &str); 9] = [
    (
        "people",
        true,
        "id,username,email,email_verified,name,state,last_login,created_at,updated_at",
    ),
    (
        "groups",
        true,
        "id,path,organization,description,code,manager_id,created_at,updated_at",
    ),
    (
        "organizations",
        true,
        "id,name,state,domain,created_at,updated_at",
    ),
    ("roles", true, "name,description,state,permissions"),
    (
        "grants",
        true,
        "id,holder_kind,holder_id,holder,role,organization,state,expires_at,created_at,\
         assigned_by_id,assigned_by,last_token",
    ),
    (
        "apps",
        false,
        "id,name,kind,state,registered_by,created_at,updated_at",
    ),
    (
        "sign-ins",
        false,
        "id,at,outcome,step,rule,reason,user_id,name,client_id,address,request_id,detail",
    ),
    (
        "sessions",
        false,
        "id,user_id,name,ip,user_agent,created_at,last_seen_at,expires_at",
    ),
    (
        "audit",
        true,
        "id,at,kind,success,actor,subject,client_id,ip,user_agent,detail,request_id",
    ),
];

/// Stores an attempt of alice at an app, with a reason that is a formula.
async fn insert_attempt(world: &World<'_>) {
    let attempt = SignInAttempt {
        client_id: Some("some-app".to_owned()),
        reason: "=1+1".to_owned(),
        ..attempt(world, 0)
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::attempts::insert_all(&tx, &[attempt]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn each_list_has_both_files(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    insert_attempt(&world).await;
    for (list, _, columns) in LISTS {
        let page = open(stack, &admin, &format!("/admin/{list}")).await;
        let links = page.attributes(".actions a", "href");
        let path = |end: &str| format!("/admin/{list}.{end}");
        for end in ["csv", "json"] {
            assert!(links.contains(&path(end)), "{list}: {links:?}");
            let file = open(stack, &admin, &path(end)).await;
            let expected = format!("attachment; filename=\"{list}.{end}\"");
            let disposition = file.header("content-disposition");
            assert_eq!(disposition, Some(expected.as_str()));
        }
        let (names, found) = rows(&open(stack, &admin, &path("csv")).await);
        assert_eq!(names.join(","), columns, "{list}");
        assert!(!found.is_empty(), "{list}");
        let file = open(stack, &admin, &path("json")).await.json();
        let object = file[0].as_object().expect("an object");
        let names: BTreeSet<&str> = object.keys().map(String::as_str).collect();
        assert_eq!(names, columns.split(',').collect(), "{list}");
    }
    // Permissions are a list, and details are an object.
    let file = open(stack, &admin, "/admin/roles.json").await.json();
    let mut roles = file.as_array().unwrap().iter();
    let helper = roles.find(|role| role["name"] == "helper").expect("a role");
    assert!(helper["permissions"].as_array().unwrap().len() > 9);
    let (_, found) = rows(&open(stack, &admin, "/admin/roles.csv").await);
    let helper = found.iter().find(|row| &row[0] == "helper").unwrap();
    assert!(helper[3].contains("groups:read groups:write"), "{helper:?}");
    event(&world, "key-1").await;
    let path = "/admin/audit.json?subject=key-1";
    let file = open(stack, &admin, path).await.json();
    assert_eq!(file[0]["detail"]["change"], "tested");
    assert_eq!(file[0]["success"], true);
    let path = "/admin/sign-ins.json?client=some-app";
    let file = open(stack, &admin, path).await.json();
    assert_eq!(file[0]["reason"], "=1+1");
    assert_eq!(file[0]["detail"], json!({}));
    let (_, found) = rows(&open(stack, &admin, &path.replace("json", "csv")).await);
    assert_eq!(&found[0][5], "'=1+1");
}

/// The filters of lists, and the number of rows.
const FILTERS: &[(&str, usize)] = &[
    ("sign-ins?client=some-app", 1),
    ("sign-ins?client=some-app&outcome=failed", 1),
    ("sign-ins?client=some-app&outcome=succeeded", 0),
    ("sign-ins?q=alice&client=some-app", 1),
    ("sign-ins?q=bob&client=some-app", 0),
    ("sessions?q=alice", 1),
    ("sessions?q=absent", 0),
    ("sessions?q=alice&app=absent", 0),
    ("grants?role=helper", 2),
    ("grants?role=helper&organization=acme", 1),
    ("grants?role=helper&holder=alice", 1),
    ("grants?holder=absent", 0),
    ("grants?role=helper&end=soon", 0),
    ("audit?subject=key-1", 1),
    ("audit?subject=key-1&kind=client.changed", 0),
];

async fn files_have_rows_of_page(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, _alice) = (browser(stack, "admin").await, browser(stack, "alice").await);
    insert_attempt(&world).await;
    event(&world, "key-1").await;
    let (kind, alice) = (SubjectKind::User, world.id("alice"));
    world.assign(kind, &alice, "helper", Some("acme")).await;
    for (path, number) in FILTERS {
        let (list, query) = path.split_once('?').unwrap();
        let page = open(stack, &admin, &format!("/admin/{path}")).await;
        assert_eq!(page.texts_of("tbody tr").len(), *number, "{path}");
        let file = |end: &str| format!("/admin/{list}.{end}?{query}");
        let links = page.attributes(".actions a", "href");
        assert!(links.contains(&file("csv")), "{path}: {links:?}");
        assert!(links.contains(&file("json")), "{path}: {links:?}");
        let (_, found) = rows(&open(stack, &admin, &file("csv")).await);
        assert_eq!(found.len(), *number, "{path}");
        let found = open(stack, &admin, &file("json")).await.json();
        assert_eq!(found.as_array().unwrap().len(), *number, "{path}");
    }
    for path in ["sign-ins.csv?outcome=lost", "audit.json?kind=lost"] {
        let page = admin.get(stack.at(&format!("/admin/{path}"))).await;
        assert_eq!(page.status, 400, "{path}");
    }
}

/// Stores more than two parts of each list. Alice has signed in.
async fn insert_walkers(world: &World<'_>) {
    let (now, alice) = (world.stack.clock.now(), world.people["alice"]);
    let sessions = repo::sessions::list_for_user(world.db.read(), alice, now).await;
    let (session, mut attempts) = (sessions.unwrap().remove(0), Vec::new());
    let tx = world.db.begin_write().await.unwrap();
    for number in 0..205 {
        let name = format!("walker{number}");
        let role = Role {
            name: name.clone(),
            description: String::new(),
            active: true,
            permissions: BTreeSet::new(),
        };
        repo::roles::upsert(&tx, &role).await.unwrap();
        let given = world.given(SubjectKind::User, &alice.to_string(), &name, None);
        repo::roles::assign(&tx, &given).await.unwrap();
        let organization = Organization {
            slug: name.clone(),
            name: name.clone(),
            active: true,
            domain: None,
            created_at: now,
            updated_at: now,
        };
        let inserted = repo::organizations::insert(&tx, &organization).await;
        inserted.unwrap();
        let group = Group {
            id: GroupId::from_uuid(Uuid::now_v7()),
            path: format!("/{name}"),
            description: String::new(),
            code: None,
            org: None,
            parent: None,
            manager: None,
            created_at: now,
            updated_at: now,
        };
        repo::groups::insert(&tx, &group).await.unwrap();
        let session = Session {
            id: SessionId::from_uuid(Uuid::now_v7()),
            token_hash: TokenHash::digest(&name),
            user_agent: name.clone(),
            ..session.clone()
        };
        repo::sessions::insert(&tx, &session).await.unwrap();
        attempts.push(SignInAttempt {
            reason: name,
            ..attempt(world, number)
        });
    }
    repo::attempts::insert_all(&tx, &attempts).await.unwrap();
    tx.commit().await.unwrap();
}

async fn rows_of_each_list_are_sent_once(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, _alice) = (browser(stack, "admin").await, browser(stack, "alice").await);
    insert_walkers(&world).await;
    for list in [
        "groups",
        "organizations",
        "roles",
        "grants",
        "sign-ins",
        "sessions",
    ] {
        let path = format!("/admin/{list}.csv");
        let (_, found) = rows(&open(stack, &admin, &path).await);
        let keys: BTreeSet<&str> = found.iter().map(|row| &row[0]).collect();
        assert_eq!(keys.len(), found.len(), "{list}");
        let is_walker = |row: &&csv::StringRecord| row.iter().any(|it| it.contains("walker"));
        assert_eq!(found.iter().filter(is_walker).count(), 205, "{list}");
        let path = format!("/admin/{list}.json");
        let found = open(stack, &admin, &path).await.json();
        let is_walker = |row: &&Value| row.to_string().contains("walker");
        let walkers = found.as_array().unwrap().iter().filter(is_walker);
        assert_eq!(walkers.count(), 205, "{list}");
    }
}

async fn exports_of_personal_data_are_recorded(stack: &Stack) {
    let world = World::new(stack).await;
    let (admin, carol) = (browser(stack, "admin").await, world.id("carol"));
    let holder = json!({ "role": "helper", "holder_kind": "user", "holder": carol });
    let failed = json!({ "user": carol, "outcome": "failed" });
    for (path, filter, has_text) in [
        ("sign-ins.csv?q=carol&outcome=failed", failed, false),
        ("sign-ins.json?q=typed", json!({}), true),
        ("sessions.json?q=carol", json!({ "user": carol }), false),
        ("grants.csv?role=helper&holder=carol", holder, false),
    ] {
        open(stack, &admin, &format!("/admin/{path}")).await;
        let (list, _) = path.split_once('.').unwrap();
        let recorded = exports(&world).await.into_iter();
        let is_same = |event: &AuditEvent| {
            let detail = &event.detail;
            detail["list"] == list && detail["filter"] == filter && detail["has_text"] == has_text
        };
        let found: Vec<_> = recorded.filter(is_same).collect();
        assert_eq!(found.len(), 1, "{path}");
        assert_eq!(found[0].actor, Some(world.id("admin")), "{path}");
    }
    for path in ["groups.csv", "organizations.csv", "roles.json"] {
        open(stack, &admin, &format!("/admin/{path}")).await;
    }
    assert_eq!(exports(&world).await.len(), 4);
    let page = admin.get(stack.at("/account/activity")).await;
    let sentence = "You exported a list with data of users";
    assert!(page.text().contains(sentence), "{}", page.dump());
}

async fn files_require_right_and_recent_authentication(stack: &Stack) {
    World::new(stack).await;
    let (carol, owner) = (browser(stack, "carol").await, browser(stack, "mona").await);
    let admin = browser(stack, "admin").await;
    for (list, is_open, _) in LISTS {
        for end in ["csv", "json"] {
            let path = format!("/admin/{list}.{end}");
            let page = UserAgent::new().get(stack.at(&path)).await;
            assert_eq!(location(&page), format!("/login?next={path}"));
            assert_eq!(carol.get(stack.at(&path)).await.status, 404, "{path}");
            let expected = if is_open { 200 } else { 404 };
            assert_eq!(owner.get(stack.at(&path)).await.status, expected, "{path}");
            let other = admin.http().get(stack.at(&path));
            let page = admin
                .send(other.header("sec-fetch-site", "cross-site"))
                .await;
            assert_eq!(location(&page), format!("/admin/{list}"));
        }
    }
    stack.clock.advance(901);
    for (list, ..) in LISTS {
        for end in ["csv", "json"] {
            let page = admin.get(stack.at(&format!("/admin/{list}.{end}"))).await;
            assert_eq!(location(&page), format!("/login?next=/admin/{list}"));
        }
    }
}

async fn owner_exports_own_organization_only(stack: &Stack) {
    let world = World::new(stack).await;
    for (name, slug) in [("alice", "acme"), ("bob", "zeta")] {
        let (kind, id) = (SubjectKind::User, world.id(name));
        world.assign(kind, &id, "helper", Some(slug)).await;
    }
    let owner = browser(stack, "mona").await;
    for (list, column) in [
        ("groups", "organization"),
        ("organizations", "id"),
        ("grants", "organization"),
    ] {
        let path = format!("/admin/{list}.json");
        let found = open(stack, &owner, &path).await.json();
        let items = found.as_array().unwrap().iter();
        let slugs: Vec<&Value> = items.map(|item| &item[column]).collect();
        assert_eq!(slugs, ["acme"], "{list}");
    }
    let page = open(stack, &owner, "/admin/grants.csv?organization=zeta").await;
    assert_eq!(rows(&page).1.len(), 0, "{}", page.text());
    let page = open(stack, &owner, "/admin/grants.csv?holder=bob").await;
    assert_eq!(rows(&page).1.len(), 0, "{}", page.text());
}

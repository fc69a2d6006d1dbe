//! Tests of the directory of users: what managers see, and what others see.

use doorward_admin::operator::AdminContext;
use doorward_admin::organizations;
use doorward_domain::model::{Group, GroupId, User, UserId};
use doorward_store::repo;
use doorward_testkit::{PASSWORD, Stack, both_backends_with, flows, flows_with, seed};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Tokens, body, call, errors, get_as, post, problem, sign_in};

const REDUCED: &[(&str, &str)] = &[("DOORWARD__ACCOUNTS__DIRECTORY", "reduced")];
const MEMBERS: &[(&str, &str)] = &[("DOORWARD__ACCOUNTS__DIRECTORY", "members")];
const PATH: &str = "/api/directory/users";

flows!(directory_is_off_by_default);
both_backends_with!(REDUCED;
    directory_is_paged_and_searched,
);
flows_with!(REDUCED;
    others_see_reduced_view_of_active_users,
    account_without_user_name_never_shows_address,
    token_of_organization_lists_its_members,
);
flows_with!(MEMBERS; manager_sees_members_of_subgroups_only);

async fn user(stack: &Stack, name: &str) -> User {
    let db = stack.db().await;
    let found = repo::users::find_by_identifier(db.read(), name).await;
    db.close().await.unwrap();
    found.unwrap().unwrap()
}

/// Creates `/engineering`, managed by this user, with a subgroup that has this member.
async fn department(stack: &Stack, manager: UserId, member: UserId) {
    let db = stack.db().await;
    let group = |path: &str, parent: Option<GroupId>, manager: Option<UserId>| Group {
        id: GroupId::from_uuid(Uuid::now_v7()),
        path: path.to_owned(),
        description: String::new(),
        code: parent.map(|_| "BE-1".to_owned()),
        org: None,
        parent,
        manager,
        created_at: 0,
        updated_at: 0,
    };
    let top = group("/engineering", None, Some(manager));
    let below = group("/engineering/backend", Some(top.id), None);
    let tx = db.begin_write().await.unwrap();
    for item in [&top, &below] {
        repo::groups::insert(&tx, item).await.unwrap();
    }
    repo::groups::add_member(&tx, below.id, member, 0)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

async fn disable(stack: &Stack, id: UserId) {
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    seed::set_disabled(&tx, id, Some(1)).await;
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

fn items(listing: &Value) -> Vec<Value> {
    listing["items"].as_array().unwrap().clone()
}

fn names(listing: &Value) -> Vec<String> {
    let name = |item: &Value| item["display_name"].as_str().unwrap_or("-").to_owned();
    items(listing).iter().map(name).collect()
}

async fn directory_is_off_by_default(stack: &Stack) {
    problem(&call(stack, "GET", PATH).send().await, 401, "invalid-token");
    let token = sign_in(stack, "alice").await.access;
    problem(&get_as(stack, &token, PATH).await, 404, "not-found");
}

async fn others_see_reduced_view_of_active_users(stack: &Stack) {
    problem(&call(stack, "GET", PATH).send().await, 401, "invalid-token");
    disable(stack, user(stack, "mona").await.id).await;
    let token = sign_in(stack, "bob").await.access;
    let listing = body(&get_as(stack, &token, PATH).await, 200);
    let names = names(&listing);
    assert!(names.contains(&"alice".to_owned()), "{names:?}");
    assert!(!names.contains(&"mona".to_owned()), "{names:?}");
    for item in items(&listing) {
        let mut members: Vec<_> = item.as_object().unwrap().keys().cloned().collect();
        members.sort();
        assert_eq!(members, ["display_name", "id", "picture"], "{item}");
    }
    assert!(!listing.to_string().contains('@'), "{listing}");
}

async fn directory_is_paged_and_searched(stack: &Stack) {
    let token = sign_in(stack, "bob").await.access;
    let all = names(&body(&get_as(stack, &token, PATH).await, 200));
    let mut paged = Vec::new();
    let mut path = format!("{PATH}?limit=1");
    loop {
        let page = body(&get_as(stack, &token, &path).await, 200);
        assert!(items(&page).len() <= 1);
        paged.extend(names(&page));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{PATH}?limit=1&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
    let found = body(&get_as(stack, &token, &format!("{PATH}?q=LIC")).await, 200);
    assert_eq!(names(&found), ["alice"]);
    // The reduced view shows no address and no full name of a named account, so no search reveals them.
    for hidden in ["example.org", "Example", "%25", "_"] {
        let path = format!("{PATH}?q={hidden}");
        let found = body(&get_as(stack, &token, &path).await, 200);
        assert_eq!(items(&found), Vec::<Value>::new(), "{hidden}");
    }
    let path = format!("{PATH}?q={}", "x".repeat(101));
    let rejected = problem(&get_as(stack, &token, &path).await, 400, "invalid-input");
    assert_eq!(errors(&rejected)[0].1, "too_long");
    let foreign = sign_in(stack, "alice").await.access;
    let first = body(
        &get_as(stack, &token, &format!("{PATH}?limit=1")).await,
        200,
    );
    let cursor = first["next_cursor"].as_str().unwrap();
    let path = format!("{PATH}?limit=1&cursor={cursor}");
    problem(&get_as(stack, &foreign, &path).await, 400, "invalid-input");
}

async fn account_without_user_name_never_shows_address(stack: &Stack) {
    let mut nameless = user(stack, "mona").await;
    nameless.username = String::new();
    nameless.username_key = String::new();
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    assert!(repo::users::update(&tx, &nameless).await.unwrap());
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    let token = sign_in(stack, "bob").await.access;
    let listing = body(&get_as(stack, &token, PATH).await, 200);
    assert!(!listing.to_string().contains('@'), "{listing}");
    let mut all = items(&listing).into_iter();
    let shown = all.find(|item| item["id"] == nameless.id.to_string());
    assert_eq!(
        shown.unwrap()["display_name"],
        json!(nameless.profile.name())
    );
}

async fn manager_sees_members_of_subgroups_only(stack: &Stack) {
    let (alice, bob) = (user(stack, "alice").await, user(stack, "bob").await);
    department(stack, alice.id, bob.id).await;
    let manager = sign_in(stack, "alice").await.access;
    let listing = body(&get_as(stack, &manager, PATH).await, 200);
    let entry = items(&listing);
    assert_eq!(entry.len(), 1, "{listing}");
    assert_eq!(entry[0]["username"], "bob");
    assert_eq!(entry[0]["email"], bob.email);
    assert_eq!(entry[0]["active"], true);
    let groups = json!([{ "path": "/engineering/backend", "code": "BE-1" }]);
    assert_eq!(entry[0]["groups"], groups);
    let by_address = format!("{PATH}?q={}", bob.email_key);
    let found = body(&get_as(stack, &manager, &by_address).await, 200);
    assert_eq!(items(&found).len(), 1);

    let other = sign_in(stack, "bob").await.access;
    let listing = body(&get_as(stack, &other, PATH).await, 200);
    assert_eq!(items(&listing), Vec::<Value>::new());

    disable(stack, bob.id).await;
    let listing = body(&get_as(stack, &manager, PATH).await, 200);
    assert_eq!(items(&listing)[0]["active"], false);
}

async fn token_of_organization_lists_its_members(stack: &Stack) {
    let mona = user(stack, "mona").await;
    let db = stack.db().await;
    let create = async |operator: AdminContext<'_>| {
        let created = organizations::create(&operator, "acme", "Acme", Some(mona.id)).await;
        created.unwrap();
    };
    create(AdminContext::command_line(&db, &stack.clock)).await;
    db.close().await.unwrap();
    let login = json!({ "username": "mona", "password": PASSWORD, "organization": "acme" });
    let tokens = Tokens::of(&post(stack, "/api/auth/login", login).await);
    let listing = body(&get_as(stack, &tokens.access, PATH).await, 200);
    assert_eq!(names(&listing), ["mona"]);
}

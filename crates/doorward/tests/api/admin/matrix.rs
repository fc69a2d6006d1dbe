//! The authorization matrix (SECURITY AD-2): every operation of the document below `/api/admin`, by
//! who calls, on what is their own organization's, another's, or nobody's. An operation that stands
//! in the document and not here fails.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::model::SubjectKind;
use doorward_store::repo;
use doorward_testkit::{Stack, both_backends};
use serde_json::{Value, json};

use super::world::World;

both_backends!(every_operation_for_everybody);

/// Who calls: nobody, somebody without rights, a member of acme, the owner of acme, the owner of
/// zeta, the administrator in the name of acme, the administrator.
const CALLERS: [&str; 7] = [
    "",
    "alice",
    "alice@acme",
    "mona@acme",
    "bob@zeta",
    "admin@acme",
    "admin",
];

/// What each caller gets. The letters: `.` 401, `d` 403 (denied), `n` 404, `y` let through (2xx, or
/// 4xx for what the request itself says, and never 401, 403 or 404).
const MATRIX: &[(&str, &str, &str)] = &[
    // operation, on what, who (in the order of CALLERS)
    ("admin_list_users", "", ".ddyyyy"),
    ("admin_create_user", "", ".dddddy"),
    ("admin_read_user", "acme", ".ddynyy"),
    ("admin_read_user", "other", ".ddnnny"),
    ("admin_update_user", "acme", ".dddndy"),
    ("admin_update_user", "other", ".ddnnny"),
    ("admin_set_password", "acme", ".dddndy"),
    ("admin_set_password", "other", ".ddnnny"),
    ("admin_reset_mfa", "acme", ".dddndy"),
    ("admin_reset_mfa", "other", ".ddnnny"),
    ("admin_delete_user", "acme", ".dddndy"),
    ("admin_delete_user", "other", ".ddnnny"),
    ("admin_list_roles", "", ".ddyyyy"),
    ("admin_create_role", "", ".dddddy"),
    ("admin_read_role", "", ".ddyyyy"),
    ("admin_update_role", "", ".dddddy"),
    ("admin_delete_role", "", ".dddddy"),
    ("admin_list_permissions", "", ".ddyyyy"),
    ("admin_create_permission", "", ".dddddy"),
    ("admin_read_permission", "", ".ddyyyy"),
    ("admin_update_permission", "", ".dddddy"),
    ("admin_delete_permission", "", ".dddddy"),
    ("admin_list_role_assignments", "", ".ddyyyy"),
    ("admin_create_role_assignment", "acme", ".ddynyy"),
    // The owner of zeta is its only member, and gives nothing to themselves.
    ("admin_create_role_assignment", "zeta", ".ddndny"),
    ("admin_create_role_assignment", "other", ".dddndy"),
    ("admin_read_role_assignment", "acme", ".ddynyy"),
    ("admin_read_role_assignment", "zeta", ".ddnyny"),
    ("admin_read_role_assignment", "other", ".ddnnny"),
    // It is the administrator's own; and nobody holds one in zeta who is not in it.
    ("admin_update_role_assignment", "acme", ".ddyndd"),
    ("admin_update_role_assignment", "zeta", ".ddnnnn"),
    ("admin_update_role_assignment", "other", ".ddnnnd"),
    ("admin_delete_role_assignment", "acme", ".ddynyy"),
    ("admin_delete_role_assignment", "zeta", ".ddnyny"),
    ("admin_delete_role_assignment", "other", ".ddnnny"),
    ("admin_list_groups", "", ".ddyyyy"),
    ("admin_create_group", "", ".ddyyyy"),
    ("admin_create_group", "zeta", ".ddnyny"),
    ("admin_read_group", "acme", ".ddynyy"),
    ("admin_read_group", "zeta", ".ddnyny"),
    ("admin_read_group", "other", ".ddnnny"),
    ("admin_update_group", "acme", ".ddynyy"),
    ("admin_update_group", "zeta", ".ddnyny"),
    ("admin_update_group", "other", ".ddnnny"),
    ("admin_delete_group", "acme", ".ddynyy"),
    ("admin_delete_group", "zeta", ".ddnyny"),
    ("admin_delete_group", "other", ".ddnnny"),
    ("admin_list_group_members", "acme", ".ddynyy"),
    ("admin_list_group_members", "zeta", ".ddnyny"),
    ("admin_list_group_members", "other", ".ddnnny"),
    ("admin_add_group_member", "acme", ".ddynyy"),
    ("admin_add_group_member", "zeta", ".ddnnnn"),
    ("admin_add_group_member", "other", ".ddnnny"),
    ("admin_remove_group_member", "acme", ".ddnnnn"),
    ("admin_remove_group_member", "zeta", ".ddnnnn"),
    // Put there by the row of admin_add_group_member.
    ("admin_remove_group_member", "other", ".ddnnny"),
    ("admin_list_organizations", "", ".ddyyyy"),
    ("admin_create_organization", "", ".dddddy"),
    ("admin_read_organization", "acme", ".ddynyy"),
    ("admin_read_organization", "zeta", ".ddnyny"),
    ("admin_update_organization", "acme", ".ddynyy"),
    ("admin_update_organization", "zeta", ".ddnyny"),
    ("admin_delete_organization", "acme", ".dddndy"),
    ("admin_delete_organization", "zeta", ".ddndny"),
    ("admin_list_organization_members", "acme", ".ddynyy"),
    ("admin_list_organization_members", "zeta", ".ddnyny"),
    ("admin_set_organization_member", "acme", ".ddynyy"),
    // Nobody is drawn in by an owner.
    ("admin_set_organization_member", "zeta", ".ddnnny"),
    ("admin_remove_organization_member", "acme", ".ddynyy"),
    ("admin_remove_organization_member", "zeta", ".ddnnnn"),
    ("admin_list_clients", "", ".dddddy"),
    ("admin_create_client", "", ".dddddy"),
    ("admin_read_client", "", ".dddddy"),
    ("admin_update_client", "", ".dddddy"),
    ("admin_rotate_client_secret", "", ".dddddy"),
    ("admin_delete_client", "", ".dddddy"),
    ("admin_list_sessions", "", ".dddddy"),
    ("admin_end_session", "", ".dddddn"),
    ("admin_list_api_keys", "", ".dddddy"),
    ("admin_revoke_api_key", "", ".dddddn"),
    ("admin_list_keys", "", ".dddddy"),
    ("admin_retire_key", "", ".dddddn"),
    ("admin_list_audit", "", ".dddddy"),
    ("admin_explain_decision", "", ".dddddn"),
];

/// The operations of the document below `/api/admin`: id → method and path.
fn operations(document: &Value) -> BTreeMap<String, (String, String)> {
    let mut found = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        if !path.starts_with("/api/admin/") {
            continue;
        }
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            found.insert(id.to_owned(), (method.to_uppercase(), path.clone()));
        }
    }
    found
}

/// Everything that one cell needs, made for it.
async fn request(world: &World<'_>, path: &str, on: &str, id: &str) -> (String, Option<Value>) {
    let slug = match on {
        "" => "acme",
        "other" => "",
        slug => slug,
    };
    let tx = world.db.begin_write().await.unwrap();
    let person = world.id(if on == "acme" || on.is_empty() {
        "carol"
    } else {
        "helper"
    });
    let org = (!slug.is_empty()).then_some(slug);
    let assigned = world.given(SubjectKind::User, &world.id("admin"), "spare", org);
    repo::roles::assign(&tx, &assigned).await.unwrap();
    let kept = repo::roles::assignments(&tx, SubjectKind::User, &world.id("admin"))
        .await
        .unwrap();
    let kept = kept
        .into_iter()
        .find(|one| one.role == "spare" && one.org.as_deref() == org);
    tx.commit().await.unwrap();
    let group = world.groups[slug].to_string();
    let mut path = path
        .replace("/users/{id}", &format!("/users/{person}"))
        .replace("/groups/{id}", &format!("/groups/{group}"))
        .replace(
            "/role-assignments/{id}",
            &format!("/role-assignments/{}", kept.unwrap().id),
        )
        .replace("{slug}", slug)
        .replace("/clients/{id}", "/clients/post-app")
        .replace("/roles/{name}", "/roles/spare")
        .replace("{codename}", "spare:use")
        .replace("{user}", &person)
        .replace("/api-keys/{id}", "/api-keys/4fG7hJ9kLmNp")
        .replace("{kid}", "unknown")
        .replace("{id}", "0190f6a0-0000-7000-8000-000000000000");
    if matches!(id, "admin_list_sessions" | "admin_list_api_keys") {
        path = format!("{path}?user={}", world.id("alice"));
    }
    let number = uuid::Uuid::new_v4().simple().to_string();
    let name = format!("n{}", &number[..12]);
    let body = match id {
        "admin_create_user" => json!({ "username": name, "email": format!("{name}@example.org") }),
        "admin_update_user" => json!({ "first_name": name }),
        "admin_set_password" => json!({ "password": "plum otter lantern 58 drizzle again" }),
        "admin_create_group" if on == "zeta" => json!({ "name": name, "organization": slug }),
        "admin_create_role"
        | "admin_create_group"
        | "admin_update_organization"
        | "admin_update_client" => json!({ "name": name }),
        "admin_update_role" | "admin_update_permission" | "admin_update_group" => {
            json!({ "description": name })
        }
        "admin_create_permission" => {
            json!({ "codename": format!("{name}:use"), "audience": "https://bills.example/api" })
        }
        "admin_create_role_assignment" => {
            let holder = world.id(if slug == "zeta" { "bob" } else { "alice" });
            let mut body = json!({ "holder_kind": "user", "holder": holder, "role": "mark" });
            if !slug.is_empty() {
                body["organization"] = json!(slug);
            }
            body
        }
        "admin_update_role_assignment" => json!({ "expires_at": null }),
        "admin_create_organization" => json!({ "slug": name, "name": "New" }),
        "admin_set_organization_member" => json!({}),
        "admin_create_client" => json!({ "name": "Robot", "kind": "confidential" }),
        _ => return (path, None),
    };
    (path, Some(body))
}

fn letter(status: u16) -> char {
    match status {
        401 => '.',
        403 => 'd',
        404 => 'n',
        _ => 'y',
    }
}

async fn every_operation_for_everybody(stack: &Stack) {
    let world = World::new(stack).await;
    prepare(&world).await;
    let document = world
        .call("", "GET", "/api/openapi.json", None)
        .await
        .json();
    let operations = operations(&document);
    let listed: BTreeSet<_> = MATRIX.iter().map(|(id, ..)| (*id).to_owned()).collect();
    let there: BTreeSet<_> = operations.keys().cloned().collect();
    assert_eq!(
        listed, there,
        "an operation without a row, or a row without an operation"
    );
    for who in CALLERS.iter().filter(|who| !who.is_empty()) {
        world.token(who).await;
    }
    let mut wrong = Vec::new();
    for (id, on, expected) in MATRIX {
        let (method, pattern) = &operations[*id];
        let mut got = String::new();
        for who in CALLERS {
            let (path, body) = request(&world, pattern, on, id).await;
            // Those who are let through must not spoil the next row: nothing is deleted for good.
            let is_end = method == "DELETE" && !matches!(*id, "admin_delete_role_assignment");
            let fields = if is_end && !pattern.contains("members") {
                [("if-match", "\"stale\"")]
            } else {
                [("if-match", "*")]
            };
            let page = world
                .call_with(who, method, &path, body.as_ref(), &fields)
                .await;
            assert!(page.status < 500, "{id} {who}: {}", page.shown());
            got.push(letter(page.status));
            restore(&world).await;
        }
        if got != *expected {
            wrong.push(format!("{id} on {on:?}: expected {expected}, got {got}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "callers are {CALLERS:?}\n{}",
        wrong.join("\n")
    );
}

/// A role and a permission that may be changed, and a mark that every owner holds.
async fn prepare(world: &World<'_>) {
    let tx = world.db.begin_write().await.unwrap();
    let permission = doorward_domain::model::Permission {
        codename: "spare:use".to_owned(),
        description: String::new(),
        audience: "https://bills.example/api".to_owned(),
    };
    repo::roles::upsert_permission(&tx, &permission)
        .await
        .unwrap();
    let mut admin = repo::roles::find(&tx, "admin").await.unwrap().unwrap();
    admin.permissions.insert("spare:use".to_owned());
    repo::roles::upsert(&tx, &admin).await.unwrap();
    for name in ["spare", "mark"] {
        let role = doorward_domain::model::Role {
            name: name.to_owned(),
            description: String::new(),
            active: true,
            permissions: BTreeSet::new(),
        };
        repo::roles::upsert(&tx, &role).await.unwrap();
    }
    for (name, org) in [("mona", "acme"), ("bob", "zeta"), ("admin", "acme")] {
        for role in ["mark", "spare"] {
            let one = world.given(SubjectKind::User, &world.id(name), role, Some(org));
            repo::roles::assign(&tx, &one).await.unwrap();
        }
    }
    for name in ["admin", "carol"] {
        let member = doorward_domain::model::Member {
            user_id: world.people[name],
            is_owner: false,
            created_at: 0,
        };
        repo::organizations::put_member(&tx, "acme", &member)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

/// Puts back what a caller was allowed to take away.
async fn restore(world: &World<'_>) {
    let tx = world.db.begin_write().await.unwrap();
    let carol = doorward_domain::model::Member {
        user_id: world.people["carol"],
        is_owner: false,
        created_at: 0,
    };
    repo::organizations::put_member(&tx, "acme", &carol)
        .await
        .unwrap();
    for (slug, name) in [
        ("zeta", "helper"),
        ("", "carol"),
        ("acme", "carol"),
        ("acme", "helper"),
    ] {
        let user = world.people[name];
        if slug == "zeta" {
            repo::organizations::remove_member(&tx, slug, user)
                .await
                .unwrap();
        }
        repo::groups::remove_member(&tx, world.groups[slug], user)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

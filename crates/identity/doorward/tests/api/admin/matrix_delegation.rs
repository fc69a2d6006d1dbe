//! The matrix of delegation (decision 36): each writing operation, tried on a target with more
//! permissions than the caller, or with a result that grants more than the caller has. An operation
//! of the document that is missing here fails the test.

use std::collections::BTreeSet;

use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::{AppPassword, AppPasswordId, Member, Permission, Role, SubjectKind};
use doorward_domain::secret::TokenHash;
use doorward_store::repo;
use doorward_testkit::stack::HOST;
use doorward_testkit::{Page, Stack, flows_with};
use image::ImageFormat;
use serde_json::json;

use super::api_keys::key;
use super::delegation_bodies::{BOSS, name, sent};
use super::delegation_rows::MATRIX;
use super::matrix::operations;
use super::world::World;
use super::{invitations, logo};

flows_with!(LOCALHOST; operations_grant_only_permissions_of_caller);

/// A host name, so that passkeys work.
const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];

/// The callers: a user without permissions, a user with the permissions of the operation only, the
/// same with all permissions of the role `boss` but without the role, the owner of acme, the
/// administrator.
const CALLERS: [&str; 5] = ["alice", "only", "part", "mona@acme", "admin"];

/// Returns true if the matrix has a row for the operation.
pub fn has_row(id: &str) -> bool {
    MATRIX.iter().any(|row| row.0 == id)
}

fn letter(page: &Page) -> char {
    match page.status {
        200 | 201 | 202 | 204 => 'y',
        403 => 'd',
        404 => 'n',
        409 => 'c',
        412 => 'v',
        _ => '?',
    }
}

/// Returns a role of this name with these permissions.
fn role<'a>(name: &str, permissions: impl IntoIterator<Item = &'a str>) -> Role {
    Role {
        name: name.to_owned(),
        description: String::new(),
        active: true,
        permissions: permissions.into_iter().map(str::to_owned).collect(),
    }
}

/// Creates the role `boss` and its global holder for the whole table.
async fn prepare(world: &mut World<'_>) {
    for name in ["vera", "only", "part"] {
        world.create_user(name).await;
    }
    let tx = world.db.begin_write().await.unwrap();
    let permission = Permission {
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
    super::matrix_objects::insert_definitions(&tx).await;
    let boss = role("boss", BOSS.iter().copied());
    repo::roles::upsert(&tx, &boss).await.unwrap();
    for (kind, id) in [
        (SubjectKind::User, world.id("vera")),
        (SubjectKind::Client, "post-app".to_owned()),
    ] {
        let one = world.given(kind, &id, "boss", None);
        repo::roles::assign(&tx, &one).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Creates the target of one cell: a member of acme with the role, in a group with the role.
async fn create_target(world: &World<'_>, permissions: &str) {
    let tx = world.db.begin_write().await.unwrap();
    let own: Vec<&str> = permissions.split(' ').collect();
    let part = own.iter().chain(BOSS).copied();
    for (who, role) in [
        ("only", role("only", own.iter().copied())),
        ("part", role("part", part)),
    ] {
        repo::roles::upsert(&tx, &role).await.unwrap();
        let one = world.given(SubjectKind::User, &world.id(who), &role.name, None);
        repo::roles::assign(&tx, &one).await.unwrap();
    }
    let (vera, group) = (world.people["vera"], world.groups["acme"]);
    let member = Member {
        user_id: vera,
        is_owner: false,
        created_at: 0,
        expires_at: None,
    };
    repo::organizations::put_member(&tx, "acme", &member)
        .await
        .unwrap();
    repo::groups::add_member(&tx, group, vera, 0).await.unwrap();
    repo::groups::remove_member(&tx, group, world.people["alice"])
        .await
        .unwrap();
    for (kind, id) in [
        (SubjectKind::User, vera.to_string()),
        (SubjectKind::Group, group.to_string()),
    ] {
        let one = world.given(kind, &id, "boss", Some("acme"));
        repo::roles::assign(&tx, &one).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Stores an app password of a user. Returns its ID.
async fn app_password(world: &World<'_>, name: &str) -> String {
    let id = AppPasswordId::from_uuid(uuid::Uuid::now_v7());
    let password = AppPassword {
        id,
        user_id: world.people[name],
        hash: TokenHash::digest(&id.to_string()),
        name: "Mail".to_owned(),
        created_at: 0,
        last_used_at: None,
        last_used_from: None,
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::app_passwords::insert(&tx, &password).await.unwrap();
    tx.commit().await.unwrap();
    id.to_string()
}

/// Returns the path of an operation on the target with the role.
async fn path_of(world: &World<'_>, id: &str, pattern: &str) -> String {
    let (vera, alice) = (world.id("vera"), world.id("alice"));
    let group = world.groups["acme"].to_string();
    let roles = repo::roles::assignments(world.db.read(), SubjectKind::User, &vera).await;
    let roles = roles.unwrap().into_iter();
    let mut roles = roles.filter(|item| item.org.as_deref() == Some("acme"));
    let roles = roles.next().unwrap().id.to_string();
    let id_of_it = match id {
        "admin_session_end" => session_of(world, "vera").await,
        "admin_api_key_revoke" => key(world.stack, "vera").await.0,
        "admin_app_password_revoke" => app_password(world, "vera").await,
        "admin_provider_remove" | "admin_provider_put" => "acme".to_owned(),
        "admin_claim_remove" | "admin_claim_put" => "tier".to_owned(),
        "admin_org_revoke_invitation" => {
            let invited = invitations::pending_invitation(world, "acme");
            let tx = world.db.begin_write().await.unwrap();
            repo::invitations::insert(&tx, &invited).await.unwrap();
            tx.commit().await.unwrap();
            invited.id.to_string()
        }
        "admin_group_update" => below(world).await,
        _ => "0190f6a0-0000-7000-8000-000000000000".to_owned(),
    };
    let target = match id {
        "admin_group_add_member" => alice,
        _ => vera.clone(),
    };
    let path = match id {
        "admin_group_update" => pattern.to_owned(),
        _ => pattern.replace("/groups/{id}", &format!("/groups/{group}")),
    };
    let query = match id {
        "admin_session_end_all" => format!("?user={vera}"),
        "admin_text_remove" => "?client_id=post-app".to_owned(),
        "admin_role_revoke" => format!("?user={vera}&role=boss&organization=acme"),
        _ => String::new(),
    };
    let path = path + &query;
    path.replace("/users/{id}", &format!("/users/{vera}"))
        .replace(
            "/role-assignments/{id}",
            &format!("/role-assignments/{roles}"),
        )
        .replace("/saml/clients/{id}", "/saml/clients/spare-saml")
        .replace("/managed/{kind}", "/managed/roles")
        .replace("/clients/{id}", "/clients/post-app")
        .replace("/roles/{name}", "/roles/boss")
        .replace("/profile-fields/{name}", "/profile-fields/spare")
        .replace("/resources/{identifier}", "/resources/urn%3Aspare")
        .replace("/scopes/{name}", "/scopes/spare:read")
        .replace("/sites/{name}", "/sites/spare")
        .replace("{codename}", "spare:use")
        .replace("{slug}", "acme")
        .replace("{scheme}", "light")
        .replace("{language}", "nl")
        .replace("{key}", "help")
        .replace("{user}", &target)
        .replace("{client_id}", "post-app")
        .replace("{factor}", "app")
        .replace("{link}", "0190f6a0-0000-7000-8000-000000000000")
        .replace("{kid}", "unknown")
        .replace("{line}", "1")
        .replace("{id}", &id_of_it)
}

/// Returns the ID of the newest session of a user.
async fn session_of(world: &World<'_>, who: &str) -> String {
    world.forget_token(who);
    world.token(who).await;
    let path = format!("/api/admin/sessions?user={}", world.id(who));
    let page = world.call("admin", "GET", &path, None).await;
    let items = page.json()["items"].clone();
    items[0]["id"].as_str().expect("a session").to_owned()
}

/// Creates a group of acme without roles and returns its ID.
async fn below(world: &World<'_>) -> String {
    let body = json!({ "name": name(), "organization": "acme" });
    let page = world.call("admin", "POST", "/api/admin/groups", Some(&body));
    page.await.json()["id"]
        .as_str()
        .expect("a group")
        .to_owned()
}

/// Sends the request of one cell. A version check stops a permitted caller, so that the next cell
/// finds the same state.
async fn cell(world: &World<'_>, who: &str, (id, method, pattern): (&str, &str, &str)) -> Page {
    let path = path_of(world, id, pattern).await;
    if method == "PUT" && pattern.contains("/logo") {
        let file = logo::picture(ImageFormat::Png);
        return logo::put_at(world, who, &path, "image/png", file).await;
    }
    let body = sent(world, id);
    let stale = [("if-match", "\"stale\"")];
    world
        .call_with(who, method, &path, body.as_ref(), &stale)
        .await
}

async fn operations_grant_only_permissions_of_caller(stack: &Stack) {
    let mut world = World::new(stack).await;
    prepare(&mut world).await;
    let document = world.call("", "GET", "/api/openapi.json", None).await;
    let mut operations = operations(&document.json());
    operations.retain(|_, (method, _)| method != "GET");
    let listed: BTreeSet<&str> = MATRIX.iter().map(|row| row.0).collect();
    let known: BTreeSet<&str> = operations.keys().map(String::as_str).collect();
    assert_eq!(listed, known, "each writing operation needs a row");
    assert_eq!(listed.len(), MATRIX.len(), "each function has one row");
    let provider = ProviderSpec {
        issuer: Some("https://login.acme.example".to_owned()),
        client_id: "doorward".to_owned(),
        ..ProviderSpec::default()
    };
    let mut wrong = Vec::new();
    for (id, permissions, expected) in MATRIX {
        let (method, pattern) = &operations[*id];
        let mut got = String::new();
        for who in CALLERS {
            create_target(&world, permissions).await;
            if *id == "admin_provider_remove" {
                stack.put_provider("acme", &provider).await;
            }
            let page = cell(&world, who, (id, method, pattern)).await;
            assert!(letter(&page) != '?', "{id} {who}: {}", page.dump());
            got.push(letter(&page));
        }
        if got != *expected {
            wrong.push(format!("{id}: expected {expected}, got {got}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "callers are {CALLERS:?}\n{}",
        wrong.join("\n")
    );
}

//! The matrix of delegation (decision 36): each writing operation, tried on a target with more
//! permissions than the caller, or with a result that grants more than the caller has. An operation
//! of the document that is missing here fails the test.

use std::collections::BTreeSet;

use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::{Member, Permission, Role, SubjectKind};
use doorward_store::repo;
use doorward_testkit::stack::HOST;
use doorward_testkit::{Page, Stack, flows_with};
use image::ImageFormat;
use serde_json::json;

use super::api_keys::key;
use super::delegation_bodies::{BOSS, name, sent};
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

/// An operation, the permissions it requires, and the outcome for each caller: `d` 403 (denied),
/// `y` done, `v` permitted but stopped by the version check, `n` 404, `c` 409.
const MATRIX: &[(&str, &str, &str)] = &[
    // A user who has `boss`, or would get it.
    ("admin_user_create", "users:write roles:assign", "ddddy"),
    ("admin_user_update", "users:read users:write", "ddddv"),
    ("admin_user_disable", "users:read users:write", "ddddv"),
    ("admin_user_enable", "users:read users:write", "ddddv"),
    ("admin_user_verify_email", "users:read users:write", "ddddv"),
    (
        "admin_user_reset_password",
        "users:read users:write",
        "ddddv",
    ),
    ("admin_user_reset_mfa", "users:read users:write", "ddddv"),
    (
        "admin_user_remove_factor",
        "users:read users:write",
        "ddddv",
    ),
    ("admin_user_unlink", "users:read users:write", "ddddv"),
    (
        "admin_user_mail_passkey_link",
        "users:read users:write",
        "ddddv",
    ),
    ("admin_user_offboard", "users:read users:write", "ddddv"),
    ("admin_user_delete", "users:read users:write", "ddddv"),
    ("admin_session_end", "sessions:write", "ddddy"),
    ("admin_session_end_all", "sessions:write", "ddddy"),
    ("admin_consent_withdraw", "users:write", "ddddn"),
    ("admin_grant_end_all", "clients:read", "ddddy"),
    ("admin_api_key_revoke", "users:write", "ddddy"),
    // The role itself; an unassigned role or permission grants nothing.
    ("admin_role_create", "roles:write", "ddydy"),
    ("admin_role_update", "roles:read roles:write", "ddddv"),
    ("admin_role_delete", "roles:write", "ddddv"),
    ("admin_role_rename", "roles:read roles:write", "ddddv"),
    ("admin_permission_rename", "roles:read roles:write", "ddddv"),
    ("admin_scope_rename", "clients:read clients:write", "ddddv"),
    ("admin_former_name_end", "roles:read roles:write", "ddddn"),
    ("admin_permission_create", "roles:write", "dyydy"),
    ("admin_permission_update", "roles:read roles:write", "ddvdv"),
    ("admin_permission_delete", "roles:write", "ddddv"),
    // Power follows the registries.
    (
        "admin_resource_create",
        "clients:read clients:write",
        "ddddy",
    ),
    (
        "admin_resource_update",
        "clients:read clients:write",
        "ddddv",
    ),
    (
        "admin_resource_delete",
        "clients:read clients:write",
        "ddddv",
    ),
    ("admin_scope_create", "clients:read clients:write", "ddddy"),
    ("admin_scope_update", "clients:read clients:write", "ddddv"),
    ("admin_scope_delete", "clients:read clients:write", "ddddv"),
    ("admin_role_assign", "roles:assign", "ddddy"),
    (
        "admin_role_update_assignment",
        "roles:read roles:assign",
        "ddddv",
    ),
    ("admin_role_remove_assignment", "roles:assign", "ddddv"),
    ("admin_role_revoke", "roles:assign", "ddddy"),
    // A group with the role, and its subgroup. A new group has no roles, but a manager.
    ("admin_group_create", "groups:write", "dddyy"),
    ("admin_group_update", "groups:read groups:write", "ddddv"),
    ("admin_group_delete", "groups:write", "ddddv"),
    ("admin_group_add_member", "groups:write", "ddddy"),
    ("admin_group_remove_member", "groups:write", "ddddy"),
    // An organization with an owner, in which a member has the role. An invitation gives no role.
    ("admin_org_create", "organizations:write", "ddddy"),
    (
        "admin_org_update",
        "organizations:read organizations:write",
        "ddddv",
    ),
    ("admin_org_delete", "organizations:write", "ddddv"),
    ("admin_org_update_branding", "organizations:write", "dvvdv"),
    (
        "admin_set_organization_branding_logo",
        "organizations:write",
        "dyydy",
    ),
    (
        "admin_remove_organization_branding_logo",
        "organizations:write",
        "dvvdv",
    ),
    ("admin_org_add_member", "organizations:write", "dddyy"),
    ("admin_org_remove_member", "organizations:write", "ddddy"),
    ("admin_org_invite", "organizations:write", "dyyyy"),
    ("admin_org_invite_file", "organizations:write", "dyyyy"),
    ("admin_org_stop_invitations", "organizations:write", "dnnnn"),
    (
        "admin_org_revoke_invitation",
        "organizations:write",
        "dyyyy",
    ),
    // A client with the role, or one that would get its permissions.
    ("admin_client_create", "clients:write", "ddydy"),
    ("admin_client_update", "clients:read clients:write", "ddddv"),
    // Numbers without a change, for those who may change it.
    (
        "admin_read_client_impact",
        "clients:read clients:write",
        "ddddy",
    ),
    (
        "admin_client_rotate_secret",
        "clients:read clients:write",
        "ddddv",
    ),
    (
        "admin_client_end_secret",
        "clients:read clients:write",
        "ddddv",
    ),
    (
        "admin_set_client_logo",
        "clients:read clients:write",
        "ddddy",
    ),
    (
        "admin_remove_client_logo",
        "clients:read clients:write",
        "ddddv",
    ),
    (
        "admin_client_update_branding",
        "clients:read clients:write",
        "ddddv",
    ),
    (
        "admin_set_client_branding_logo",
        "clients:read clients:write",
        "ddddy",
    ),
    (
        "admin_remove_client_branding_logo",
        "clients:read clients:write",
        "ddddv",
    ),
    ("admin_text_remove", "clients:read clients:write", "ddddn"),
    ("admin_text_set", "clients:read clients:write", "ddddy"),
    ("admin_client_delete", "clients:read clients:write", "ddddv"),
    // Other services may decide by a claim.
    ("admin_claim_put", "clients:read clients:write", "ddddy"),
    ("admin_claim_remove", "clients:read clients:write", "ddddy"),
    // A field decides who reads personal data.
    ("admin_profile_field_create", "users:write", "ddddy"),
    (
        "admin_profile_field_update",
        "users:read users:write",
        "ddddv",
    ),
    (
        "admin_profile_field_delete",
        "users:read users:write",
        "ddddv",
    ),
    // The operator's policy limits dynamically registered clients.
    (
        "admin_client_registration_token_create",
        "clients:write",
        "dyydy",
    ),
    (
        "admin_client_registration_token_revoke",
        "clients:write",
        "dnndn",
    ),
    // An identity provider authenticates users and gives roles.
    ("admin_provider_put", "providers:write", "ddddy"),
    (
        "admin_provider_remove",
        "providers:read providers:write",
        "ddddy",
    ),
    (
        "admin_provider_enable",
        "providers:read providers:write",
        "ddddn",
    ),
    (
        "admin_provider_disable",
        "providers:read providers:write",
        "ddddn",
    ),
    (
        "admin_provider_replace_secret",
        "providers:read providers:write",
        "ddddn",
    ),
    (
        "admin_test_provider",
        "providers:read providers:write",
        "ddddn",
    ),
    // Signing keys affect all tokens; a separate permission allows changing them.
    ("admin_key_rotate", "keys:write", "dycdc"),
    ("admin_key_retire", "keys:write", "dnndn"),
    // Jobs and mail give no permission; an account that is not locked out has nothing to end.
    ("admin_job_retry", "system:write", "dnndn"),
    ("admin_job_retry_failed", "system:write", "dccdc"),
    ("admin_mail_test", "system:write", "dyydy"),
    // A notice gives no permission. Read-only mode stops other administrators.
    ("admin_notice_set", "system:write", "dyydy"),
    ("admin_notice_remove", "system:write", "dyndn"),
    ("admin_read_only_set", "system:write", "ddddy"),
    ("admin_read_only_end", "system:write", "ddddy"),
    // Texts give no permission.
    ("admin_user_unlock", "users:read users:write", "ddddn"),
    // A support code gives no permission.
    ("admin_support_code_use", "users:read", "dnnnn"),
    // An undo requires the permission of the change as well.
    ("admin_audit_undo", "audit:read", "dnnnn"),
    // A bulk change counts each user that the caller may not change.
    ("admin_user_bulk_start", "users:read users:write", "dyydy"),
    ("admin_user_bulk_stop", "system:write", "dnndn"),
    // A review passes on the power to revoke each role in scope; its lines are decided by reviewers.
    (
        "admin_review_create",
        "roles:assign roles:read users:read groups:read",
        "ddddy",
    ),
    ("admin_review_decide", "roles:assign", "nnnnn"),
    ("admin_review_close", "roles:read roles:assign", "dnnnn"),
    ("admin_review_update", "roles:read roles:assign", "dnnnn"),
    // A campaign changes the sign-in of its users; an exception from it does so for one user.
    ("admin_mfa_require", "users:write", "ddddy"),
    ("admin_mfa_end", "users:write", "ddddn"),
    ("admin_mfa_reschedule", "users:write", "ddddn"),
    ("admin_mfa_except", "users:write", "ddddy"),
    ("admin_mfa_end_exception", "users:write", "ddddy"),
];

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
        .replace("/clients/{id}", "/clients/post-app")
        .replace("/roles/{name}", "/roles/boss")
        .replace("/profile-fields/{name}", "/profile-fields/spare")
        .replace("/resources/{identifier}", "/resources/urn%3Aspare")
        .replace("/scopes/{name}", "/scopes/spare:read")
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

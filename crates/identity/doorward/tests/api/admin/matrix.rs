//! The authorization matrix: each operation of the document, for each caller, on resources of the
//! caller's organization, of another one and of none. A missing operation fails the test.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::model::SubjectKind;
use doorward_store::repo;
use doorward_testkit::stack::HOST;
use doorward_testkit::{Stack, flows_with};
use serde_json::Value;

use super::matrix_bodies;
use super::matrix_objects::{member, prepare, restore};
use super::world::World;

flows_with!(LOCALHOST; each_operation_matches_matrix_for_each_caller);

/// A host name, so that passkeys work.
const LOCALHOST: &[(&str, &str)] = &[(HOST, "localhost")];

/// The callers: none, a user without permissions, a member and the owner of acme, the owner of zeta, an
/// administrator of acme only, the administrator for acme, a user who changes users, the administrator.
const CALLERS: [&str; 9] = [
    "",
    "alice",
    "alice@acme",
    "mona@acme",
    "bob@zeta",
    "olga@acme",
    "admin@acme",
    "clerk",
    "admin",
];

/// Operation, resource, and expected outcomes in the order of [`CALLERS`]: `.` 401, `d` 403 (denied),
/// `n` 404, `y` done (2xx), `v` permitted but stopped by the version check (412: deletions send an
/// outdated version, so that the resources remain), `s` still needed, `a` already done (409). Any other
/// fails.
const MATRIX: &[(&str, &str, &str)] = &[
    ("admin_user_list", "", ".ddyyyyyy"),
    ("admin_user_create", "", ".ddddddyy"),
    ("admin_user_show", "acme", ".ddynyyyy"),
    ("admin_user_show", "zeta", ".ddnynnyy"),
    ("admin_user_show", "other", ".ddnnnnyy"),
    ("admin_user_update", "acme", ".dddnddyy"),
    ("admin_user_update", "zeta", ".ddndnnyy"),
    ("admin_user_update", "other", ".ddnnnndy"),
    ("admin_user_disable", "acme", ".dddnddyy"),
    ("admin_user_disable", "zeta", ".ddndnnyy"),
    ("admin_user_disable", "other", ".ddnnnndy"),
    ("admin_user_enable", "acme", ".dddnddyy"),
    ("admin_user_enable", "zeta", ".ddndnnyy"),
    ("admin_user_enable", "other", ".ddnnnndy"),
    ("admin_user_verify_email", "acme", ".dddnddyy"),
    ("admin_user_verify_email", "zeta", ".ddndnnyy"),
    ("admin_user_verify_email", "other", ".ddnnnndy"),
    ("admin_user_reset_password", "acme", ".dddnddyy"),
    ("admin_user_reset_password", "zeta", ".ddndnnyy"),
    ("admin_user_reset_password", "other", ".ddnnnndy"),
    ("admin_user_reset_mfa", "acme", ".dddnddvv"),
    ("admin_user_reset_mfa", "zeta", ".ddndnnvv"),
    ("admin_user_reset_mfa", "other", ".ddnnnndv"),
    ("admin_user_factors", "acme", ".dddnddyy"),
    ("admin_user_factors", "zeta", ".ddndnnyy"),
    ("admin_user_factors", "other", ".ddnnnnyy"),
    ("admin_user_remove_factor", "acme", ".dddnddvv"),
    ("admin_user_remove_factor", "zeta", ".ddndnnvv"),
    ("admin_user_remove_factor", "other", ".ddnnnndv"),
    ("admin_user_linked_accounts", "acme", ".dddnddyy"),
    ("admin_user_linked_accounts", "zeta", ".ddndnnyy"),
    ("admin_user_linked_accounts", "other", ".ddnnnnyy"),
    ("admin_user_unlink", "acme", ".dddnddvv"),
    ("admin_user_unlink", "zeta", ".ddndnnvv"),
    ("admin_user_unlink", "other", ".ddnnnndv"),
    ("admin_user_mail_passkey_link", "acme", ".dddnddyy"),
    ("admin_user_mail_passkey_link", "zeta", ".ddndnnyy"),
    ("admin_user_mail_passkey_link", "other", ".ddnnnndy"),
    ("admin_user_offboard", "acme", ".dddndddy"),
    ("admin_user_offboard", "zeta", ".ddndnndy"),
    ("admin_user_offboard", "other", ".ddnnnndy"),
    ("admin_user_delete", "acme", ".dddnddvv"),
    ("admin_user_delete", "zeta", ".ddndnnvv"),
    ("admin_user_delete", "other", ".ddnnnndv"),
    ("admin_role_list", "", ".ddyyyydy"),
    ("admin_role_create", "", ".dddddddy"),
    ("admin_role_show", "", ".ddyyyydy"),
    ("admin_role_update", "", ".dddddddy"),
    ("admin_role_delete", "", ".dddddddv"),
    ("admin_role_rename", "", ".ddddddda"),
    ("admin_permission_rename", "", ".ddddddda"),
    ("admin_scope_rename", "", ".ddddddda"),
    ("admin_former_name_list", "", ".dddddddy"),
    ("admin_former_name_end", "", ".dddddddn"),
    ("admin_permission_list", "", ".ddyyyydy"),
    ("admin_permission_create", "", ".dddddddy"),
    ("admin_permission_show", "", ".ddyyyydy"),
    ("admin_permission_update", "", ".dddddddy"),
    ("admin_permission_delete", "", ".dddddddv"),
    ("admin_resource_list", "", ".dddddddy"),
    ("admin_resource_create", "", ".dddddddy"),
    ("admin_resource_show", "", ".dddddddy"),
    ("admin_resource_update", "", ".dddddddy"),
    ("admin_resource_delete", "", ".dddddddv"),
    ("admin_scope_list", "", ".dddddddy"),
    ("admin_scope_create", "", ".dddddddy"),
    ("admin_scope_show", "", ".dddddddy"),
    ("admin_scope_update", "", ".dddddddy"),
    ("admin_scope_delete", "", ".dddddddv"),
    ("admin_role_assignments", "", ".ddyyyydy"),
    ("admin_role_assign", "acme", ".ddyndydy"),
    ("admin_role_assign", "zeta", ".ddnynndy"),
    ("admin_role_assign", "other", ".dddndddy"),
    ("admin_role_assignment", "acme", ".ddynyydy"),
    ("admin_role_assignment", "zeta", ".ddnynndy"),
    ("admin_role_assignment", "other", ".ddnnnndy"),
    ("admin_role_update_assignment", "acme", ".ddyndydy"),
    ("admin_role_update_assignment", "zeta", ".ddnynndy"),
    ("admin_role_update_assignment", "other", ".ddnnnndy"),
    ("admin_role_remove_assignment", "acme", ".ddyndydy"),
    ("admin_role_remove_assignment", "zeta", ".ddnynndy"),
    ("admin_role_remove_assignment", "other", ".ddnnnndy"),
    ("admin_role_revoke", "", ".ddyndydy"),
    ("admin_review_list", "", ".ddyyyydy"),
    // The reviewer is a member of acme.
    ("admin_review_create", "acme", ".ddyndydy"),
    ("admin_review_create", "zeta", ".ddyndydy"),
    ("admin_review_create", "other", ".ddyndydy"),
    ("admin_review_show", "", ".ddnnnndn"),
    ("admin_review_lines", "", ".ddnnnndn"),
    // A reviewer needs no rights.
    ("admin_review_decide", "", ".nnnnnnnn"),
    ("admin_review_close", "", ".ddnnnndn"),
    ("admin_review_update", "", ".ddnnnndn"),
    ("admin_group_list", "", ".ddyyyydy"),
    ("admin_group_create", "acme", ".ddynyydy"),
    ("admin_group_create", "zeta", ".ddnynndy"),
    ("admin_group_create", "other", ".ddyyyydy"),
    ("admin_group_show", "acme", ".ddynyydy"),
    ("admin_group_show", "zeta", ".ddnynndy"),
    ("admin_group_show", "other", ".ddnnnndy"),
    ("admin_group_update", "acme", ".ddynyydy"),
    ("admin_group_update", "zeta", ".ddnynndy"),
    ("admin_group_update", "other", ".ddnnnndy"),
    ("admin_group_delete", "acme", ".ddvnvvdv"),
    ("admin_group_delete", "zeta", ".ddnvnndv"),
    ("admin_group_delete", "other", ".ddnnnndv"),
    ("admin_group_members", "acme", ".ddynyydy"),
    ("admin_group_members", "zeta", ".ddnynndy"),
    ("admin_group_members", "other", ".ddnnnndy"),
    ("admin_group_add_member", "acme", ".ddynyydy"),
    ("admin_group_add_member", "zeta", ".ddnynndy"),
    ("admin_group_add_member", "other", ".ddnnnndy"),
    ("admin_group_remove_member", "acme", ".ddynyydy"),
    ("admin_group_remove_member", "zeta", ".ddnynndy"),
    ("admin_group_remove_member", "other", ".ddnnnndy"),
    ("admin_org_list", "", ".ddyyyydy"),
    ("admin_org_create", "", ".dddddddy"),
    ("admin_org_show", "acme", ".ddynyydy"),
    ("admin_org_show", "zeta", ".ddnynndy"),
    ("admin_org_update", "acme", ".ddynyydy"),
    ("admin_org_update", "zeta", ".ddnynndy"),
    ("admin_org_delete", "acme", ".dddndddv"),
    ("admin_org_delete", "zeta", ".ddndnndv"),
    ("admin_org_branding", "acme", ".ddynyydy"),
    ("admin_org_branding", "zeta", ".ddnynndy"),
    ("admin_org_update_branding", "acme", ".dddndddy"),
    ("admin_org_update_branding", "zeta", ".ddndnndy"),
    ("admin_set_organization_branding_logo", "acme", ".dddddddm"),
    ("admin_set_organization_branding_logo", "zeta", ".dddddddm"),
    (
        "admin_remove_organization_branding_logo",
        "acme",
        ".dddndddv",
    ),
    (
        "admin_remove_organization_branding_logo",
        "zeta",
        ".ddndnndv",
    ),
    ("admin_org_members", "acme", ".ddynyydy"),
    ("admin_org_members", "zeta", ".ddnynndy"),
    ("admin_org_add_member", "acme", ".ddynyydy"),
    ("admin_org_add_member", "zeta", ".ddnnnndy"),
    ("admin_org_remove_member", "acme", ".ddyndydy"),
    ("admin_org_remove_member", "zeta", ".ddnynndy"),
    ("admin_org_invitations", "acme", ".ddynyydy"),
    ("admin_org_invitations", "zeta", ".ddnynndy"),
    ("admin_org_invitation", "acme", ".ddynyydy"),
    ("admin_org_invitation", "zeta", ".ddnynndy"),
    ("admin_org_invite", "acme", ".ddynyydy"),
    ("admin_org_invite", "zeta", ".ddnynndy"),
    ("admin_org_invite_file", "acme", ".ddynyydy"),
    ("admin_org_invite_file", "zeta", ".ddnynndy"),
    ("admin_org_invitation_batch", "acme", ".ddnnnndn"),
    ("admin_org_stop_invitations", "acme", ".ddnnnndn"),
    ("admin_org_revoke_invitation", "acme", ".ddynyydy"),
    ("admin_org_revoke_invitation", "zeta", ".ddnynndy"),
    ("admin_client_list", "", ".dddddddy"),
    ("admin_client_create", "", ".dddddddy"),
    ("admin_client_show", "", ".dddddddy"),
    ("admin_client_update", "", ".dddddddy"),
    ("admin_read_client_impact", "", ".dddddddy"),
    ("admin_client_secrets", "", ".dddddddy"),
    ("admin_client_rotate_secret", "", ".dddddddy"),
    ("admin_client_end_secret", "", ".dddddddv"),
    ("admin_set_client_logo", "", ".dddddddm"),
    ("admin_remove_client_logo", "", ".dddddddv"),
    ("admin_client_branding", "", ".dddddddy"),
    ("admin_client_update_branding", "", ".dddddddy"),
    ("admin_set_client_branding_logo", "", ".dddddddm"),
    ("admin_remove_client_branding_logo", "", ".dddddddv"),
    ("admin_client_delete", "", ".dddddddv"),
    ("admin_claim_list", "", ".dddddddy"),
    ("admin_claim_put", "", ".dddddddy"),
    ("admin_claim_show", "", ".dddddddn"),
    ("admin_claim_remove", "", ".dddddddn"),
    ("admin_profile_field_list", "", ".ddddddyy"),
    ("admin_profile_field_create", "", ".dddddddy"),
    ("admin_profile_field_show", "", ".ddddddyy"),
    ("admin_profile_field_update", "", ".dddddddy"),
    ("admin_profile_field_delete", "", ".dddddddv"),
    ("admin_client_registration_token_list", "", ".dddddddy"),
    ("admin_client_registration_token_create", "", ".dddddddy"),
    ("admin_client_registration_token_show", "", ".dddddddn"),
    ("admin_client_registration_token_revoke", "", ".dddddddn"),
    ("admin_session_list", "", ".dddddddy"),
    ("admin_session_end", "", ".dddddddn"),
    ("admin_session_end_all", "", ".dddddddy"),
    ("admin_consent_list", "", ".dddddddy"),
    ("admin_consent_withdraw", "acme", ".ddddddnn"),
    ("admin_consent_withdraw", "zeta", ".dddddddn"),
    ("admin_consent_withdraw", "other", ".dddddddn"),
    ("admin_grant_end_all", "", ".dddddddy"),
    ("admin_api_key_list", "", ".ddddddyy"),
    ("admin_api_key_show", "", ".ddddddnn"),
    ("admin_api_key_revoke", "", ".ddddddnn"),
    ("admin_provider_list", "", ".dddddddy"),
    ("admin_provider_put", "", ".dddddddy"),
    ("admin_provider_show", "", ".dddddddn"),
    ("admin_provider_remove", "", ".dddddddn"),
    ("admin_provider_enable", "", ".dddddddn"),
    ("admin_provider_disable", "", ".dddddddn"),
    ("admin_provider_replace_secret", "", ".dddddddn"),
    ("admin_test_provider", "", ".dddddddn"),
    ("admin_key_list", "", ".dddddddy"),
    ("admin_key_rotate", "", ".dddddddy"),
    ("admin_key_show", "", ".dddddddn"),
    ("admin_key_retire", "", ".dddddddn"),
    ("admin_audit_list", "", ".ddyyyydy"),
    ("admin_audit_undo", "", ".ddnnnndn"),
    ("admin_explain_decision", "", ".dddddddn"),
    ("admin_attempt_list", "", ".dddddddy"),
    ("admin_attempt_show", "", ".dddddddn"),
    ("admin_read_system", "", ".dddddddy"),
    ("admin_list_settings", "", ".dddddddy"),
    // The texts of an organization, or of the deployment.
    ("admin_text_list", "acme", ".ddynyydy"),
    ("admin_text_list", "zeta", ".ddnynndy"),
    ("admin_text_list", "other", ".dddddddy"),
    ("admin_text_keys", "", ".dddddddy"),
    ("admin_text_remove", "acme", ".dddndddn"),
    ("admin_text_remove", "zeta", ".ddndnndn"),
    ("admin_text_remove", "other", ".dddddddn"),
    ("admin_text_set", "acme", ".dddndddy"),
    ("admin_text_set", "zeta", ".ddndnndy"),
    ("admin_text_set", "other", ".dddddddy"),
    ("admin_mail_test", "", ".dddddddy"),
    ("admin_job_list", "", ".dddddddy"),
    ("admin_job_retry", "", ".dddddddn"),
    ("admin_job_retry_failed", "", ".ddddddda"),
    ("admin_notice_set", "", ".dddddddy"),
    ("admin_notice_show", "", ".dddddddy"),
    ("admin_notice_remove", "", ".dddddddy"),
    ("admin_read_only_set", "", ".dddddddy"),
    ("admin_read_only_show", "", ".dddddddy"),
    ("admin_read_only_end", "", ".dddddddy"),
    ("admin_stats_list", "", ".dddddddy"),
    ("admin_report_list", "", ".dddddddy"),
    ("admin_report_show", "", ".dddddddn"),
    ("admin_report_apps", "", ".dddddddn"),
    ("admin_support_code_use", "", ".ddnnnnnn"),
    ("admin_user_lockouts", "", ".ddddddyy"),
    ("admin_user_unlock", "", ".ddddddnn"),
    ("admin_user_bulk_list", "", ".dddddddy"),
    ("admin_user_bulk_start", "", ".ddddddyy"),
    ("admin_user_bulk_show", "", ".dddddddn"),
    ("admin_user_bulk_failures", "", ".dddddddn"),
    ("admin_user_bulk_stop", "", ".dddddddn"),
    ("admin_mfa_list", "", ".ddddddyy"),
    ("admin_mfa_require", "acme", ".dddddddy"),
    ("admin_mfa_require", "zeta", ".dddddddy"),
    ("admin_mfa_require", "other", ".dddddddy"),
    ("admin_mfa_show", "", ".ddddddnn"),
    ("admin_mfa_status", "", ".ddddddnn"),
    ("admin_mfa_end", "", ".dddddddn"),
    ("admin_mfa_reschedule", "", ".dddddddn"),
    ("admin_mfa_except", "acme", ".dddddddy"),
    ("admin_mfa_except", "zeta", ".dddddddy"),
    ("admin_mfa_except", "other", ".dddddddy"),
    ("admin_mfa_end_exception", "acme", ".dddddddy"),
    ("admin_mfa_end_exception", "zeta", ".dddddddy"),
    ("admin_mfa_end_exception", "other", ".dddddddy"),
];

/// Returns the operations of the document below `/api/admin`: ID → method and path.
pub fn operations(document: &Value) -> BTreeMap<String, (String, String)> {
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

/// Creates the resources of one cell and returns its path and body.
async fn request(world: &World<'_>, path: &str, on: &str, id: &str) -> (String, Option<Value>) {
    let slug = match on {
        "" => "acme",
        "other" => "",
        slug => slug,
    };
    let tx = world.db.begin_write().await.unwrap();
    let profile = world.id(match on {
        "" | "acme" => "carol",
        "zeta" if path.contains("/admin/users/") => "zoe",
        _ => "helper",
    });
    let org = (!slug.is_empty()).then_some(slug);
    let holder = world.id(if slug == "zeta" { "zoe" } else { "carol" });
    let assigned = world.given(SubjectKind::User, &holder, "spare", org);
    repo::roles::assign(&tx, &assigned).await.unwrap();
    let stored = repo::roles::assignments(&tx, SubjectKind::User, &holder)
        .await
        .unwrap();
    let stored = stored
        .into_iter()
        .find(|item| item.role == "spare" && item.org.as_deref() == org);
    // A member to remove, and a user to add.
    let user = world.people[if slug == "acme" { "carol" } else { "helper" }];
    let joining = ["admin_group_add_member", "admin_org_remove_member"];
    if slug == "zeta" && joining.contains(&id) {
        repo::organizations::put_member(&tx, slug, &member(user))
            .await
            .unwrap();
    }
    if id == "admin_group_remove_member" {
        repo::groups::add_member(&tx, world.groups[slug], user, 0)
            .await
            .unwrap();
    }
    let invited = super::invitations::pending_invitation(world, slug);
    if path.contains("/invitations/") {
        repo::invitations::insert(&tx, &invited).await.unwrap();
    }
    tx.commit().await.unwrap();
    let group = world.groups[slug].to_string();
    let (provider, claim) = match id {
        "admin_provider_put" => ("/providers/acme", ""),
        "admin_claim_put" => ("", "/claims/tier"),
        _ => ("/providers/unknown", "/claims/unknown"),
    };
    let path = path
        .replace("/users/{id}", &format!("/users/{profile}"))
        .replace("/groups/{id}", &format!("/groups/{group}"))
        .replace(
            "/role-assignments/{id}",
            &format!("/role-assignments/{}", stored.unwrap().id),
        )
        .replace("/invitations/{id}", &format!("/invitations/{}", invited.id))
        .replace("{slug}", slug)
        .replace("{scheme}", "light")
        .replace("{language}", "nl")
        .replace("{key}", "help")
        .replace("/clients/{id}", "/clients/post-app")
        .replace("/roles/{name}", "/roles/spare")
        .replace("/resources/{identifier}", "/resources/urn%3Aspare")
        .replace("/scopes/{name}", "/scopes/spare:read")
        .replace("{codename}", "spare:use")
        .replace("{user}", &profile)
        .replace("{client_id}", "post-app")
        .replace("{factor}", "app")
        .replace("{link}", &invited.id.to_string())
        .replace("/api-keys/{id}", "/api-keys/4fG7hJ9kLmNp")
        .replace("/providers/{id}", provider)
        .replace("/claims/{id}", claim)
        .replace("/profile-fields/{name}", "/profile-fields/spare")
        .replace("{kid}", "unknown")
        .replace("{line}", "1")
        .replace("{month}", "never")
        .replace("{id}", "0190f6a0-0000-7000-8000-000000000000");
    (
        path + &query(world, slug, id),
        matrix_bodies::sent(world, slug, id),
    )
}

/// Returns the query of an operation that requires one.
fn query(world: &World<'_>, slug: &str, id: &str) -> String {
    let carol = world.id("carol");
    match id {
        "admin_session_end_all" => format!("?user={carol}"),
        "admin_role_revoke" => format!("?user={carol}&role=spare&organization=acme"),
        "admin_consent_list" => "?client_id=post-app".to_owned(),
        "admin_text_list" | "admin_text_remove" if !slug.is_empty() => {
            format!("?organization={slug}")
        }
        _ => String::new(),
    }
}

fn letter(page: &doorward_testkit::Page) -> char {
    match page.status {
        200 | 201 | 202 | 204 => 'y',
        401 => '.',
        403 => 'd',
        404 => 'n',
        409 if page.json()["type"] == "urn:doorward:problem:still-needed" => 's',
        409 if page.json()["type"] == "urn:doorward:problem:already-done" => 'a',
        412 => 'v',
        // Permitted, but the request has no picture.
        415 => 'm',
        _ => '?',
    }
}

/// Returns the organizations an operation must be tried on: own, another one and none, if its path
/// or body can refer to such a resource.
fn required(path: &str, body: &Value) -> BTreeSet<&'static str> {
    let names = |part: &str| path.contains(part);
    let of_tenants = ["/users/{", "/groups/{", "/role-assignments/{", "/texts/{"];
    if of_tenants.into_iter().any(names) || body.get("organization").is_some() {
        BTreeSet::from(["acme", "zeta", "other"])
    } else if names("{slug}") {
        BTreeSet::from(["acme", "zeta"])
    } else {
        BTreeSet::from([""])
    }
}

/// Returns the properties of an operation's request body.
fn members<'a>(document: &'a Value, operation: &Value) -> &'a Value {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let name = schema.as_str().and_then(|name| name.rsplit('/').next());
    &document["components"]["schemas"][name.unwrap_or_default()]["properties"]
}

async fn each_operation_matches_matrix_for_each_caller(stack: &Stack) {
    let mut world = World::new(stack).await;
    prepare(&mut world).await;
    let document = world
        .call("", "GET", "/api/openapi.json", None)
        .await
        .json();
    let operations = operations(&document);
    let rows = |id: &str| -> Vec<&str> {
        let of_it = MATRIX.iter().filter(|row| row.0 == id);
        of_it.map(|row| row.1).collect()
    };
    for (id, (method, path)) in &operations {
        let operation = &document["paths"][path][method.to_lowercase()];
        let required = required(path, members(&document, operation));
        let listed: BTreeSet<_> = rows(id).into_iter().collect();
        assert_eq!(listed, required, "missing or surplus rows of {id}");
        assert_eq!(rows(id).len(), listed.len(), "{id} twice");
    }
    for (id, ..) in MATRIX {
        assert!(
            operations.contains_key(*id),
            "{id} is not an operation of the document"
        );
    }
    for who in CALLERS.iter().filter(|who| !who.is_empty()) {
        world.token(who).await;
    }
    let mut wrong = Vec::new();
    for (id, on, expected) in MATRIX {
        let (method, pattern) = &operations[*id];
        let mut got = String::new();
        for who in CALLERS {
            let (path, body) = request(&world, pattern, on, id).await;
            // A permitted caller must not change the next row, so nothing is deleted permanently.
            let is_end = method == "DELETE" && !matches!(*id, "admin_role_remove_assignment");
            let fields = if is_end && !pattern.contains("members") {
                [("if-match", "\"stale\"")]
            } else {
                [("if-match", "*")]
            };
            let page = world
                .call_with(who, method, &path, body.as_ref(), &fields)
                .await;
            assert!(letter(&page) != '?', "{id} {on} {who}: {}", page.dump());
            got.push(letter(&page));
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

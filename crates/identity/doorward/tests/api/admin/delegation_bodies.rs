//! The request bodies of the matrix of delegation.

use serde_json::{Value, json};

use super::matrix_bodies;
use super::world::World;

/// The permissions of the role `boss`. Services also check the role by its name.
pub(super) const BOSS: &[&str] = &["keys:write", "tasks:read", "tasks:read_all", "spare:use"];

/// Returns a name that is not used.
pub(super) fn name() -> String {
    let number = uuid::Uuid::new_v4().simple().to_string();
    format!("n{}", &number[..12])
}

/// Returns objects as files describe them, with a claim that would grant more.
fn described() -> Value {
    json!({ "objects": { "claims": [{
        "id": "code", "claim": "code", "source": { "kind": "constant", "value": "gold" },
        "outputs": ["access_token"],
    }] } })
}

/// Returns the request body that would grant more permissions.
#[expect(clippy::too_many_lines, reason = "a row of each operation")]
pub(super) fn sent(world: &World<'_>, id: &str) -> Option<Value> {
    let name = name();
    let email = format!("{name}@example.org");
    let strong = world.groups["acme"].to_string();
    Some(match id {
        "admin_user_create" => json!({ "username": name, "email": email, "roles": ["boss"] }),
        "admin_user_update" => json!({ "email": email, "email_verified": true }),
        "admin_user_offboard" => json!({ "successor": world.id("alice") }),
        "admin_role_create" => json!({ "name": name, "permissions": BOSS }),
        "admin_role_update" | "admin_org_update" => json!({ "active": false }),
        "admin_permission_create" => {
            json!({ "codename": format!("{name}:use"), "audience": "https://bills.example/api" })
        }
        "admin_permission_update" | "admin_scope_update" => json!({ "description": name }),
        "admin_resource_create" => {
            json!({ "identifier": format!("urn:{name}"), "name": "Spare" })
        }
        "admin_resource_update" => json!({ "name": "Spare" }),
        "admin_scope_create" => json!({ "name": name, "description": "Read" }),
        "admin_role_assign" => json!({
            "user": world.id("alice"), "role": "boss", "organization": "acme",
        }),
        "admin_role_update_assignment" => json!({ "expires_at": null }),
        "admin_review_create" => json!({
            "name": name, "role": "boss", "reviewers": [world.id("alice")],
        }),
        "admin_review_update" => json!({ "reviewers": [world.id("alice")] }),
        "admin_review_decide" => json!({ "decision": "revoked" }),
        "admin_review_close" => json!({ "revoke_open": true }),
        "admin_group_create" => {
            json!({ "name": name, "organization": "acme", "manager": world.id("alice") })
        }
        "admin_group_update" => json!({ "parent": strong }),
        "admin_org_create" => {
            json!({ "slug": name, "name": "New", "owner": world.id("alice") })
        }
        "admin_org_add_member" => json!({ "owner": true }),
        "admin_role_rename" | "admin_scope_rename" => json!({ "new_name": "spare:take" }),
        "admin_permission_rename" => json!({ "new_codename": "spare:take" }),
        "admin_org_invite_file" => json!({
            "csv": format!("email\n{email}\n"), "dry_run": true,
        }),
        "admin_org_invite" => json!({ "email": email }),
        "admin_client_create" => {
            json!({ "name": "Robot", "kind": "confidential", "scope": "tasks:read_all" })
        }
        "admin_client_update" | "admin_client_update_branding" | "admin_org_update_branding" => {
            json!({ "name": "Mine" })
        }
        "admin_text_set" => json!({ "text": "Hulp", "client_id": "post-app" }),
        "admin_user_bulk_start" => json!({ "action": "enable", "ids": [world.id("vera")] }),
        "admin_client_registration_token_create" => json!({ "note": "CI" }),
        "admin_claim_put" => json!({
            "claim": "tier", "source": { "kind": "constant", "value": "gold" },
            "outputs": ["access_token"],
        }),
        "admin_plan" | "admin_apply" | "admin_drift" => described(),
        "admin_grant_end_all" => json!({ "client_id": "post-app" }),
        "admin_profile_field_create" => json!({ "name": name, "label": "New", "type": "text" }),
        "admin_profile_field_update" => json!({ "visible_to": "directory" }),
        "admin_provider_put" => json!({
            "issuer": "https://login.acme.example", "client_id": "doorward",
            "trusts_email": true, "links_by_email": true, "roles": { "everybody": "boss" },
        }),
        "admin_provider_update" => json!({ "name": name }),
        "admin_provider_replace_secret" => json!({ "client_secret": "other" }),
        "admin_support_code_use" => json!({ "code": "ABCD-EFGH" }),
        "admin_impersonation_start"
        | "admin_mfa_require"
        | "admin_mfa_reschedule"
        | "admin_mfa_except"
        | "admin_notice_set"
        | "admin_read_only_set"
        | "admin_client_create_saml"
        | "admin_saml_update"
        | "admin_saml_put"
        | "admin_saml_check"
        | "admin_scim_create"
        | "admin_scim_renew_token"
        | "admin_scim_target_create"
        | "admin_scim_target_update"
        | "admin_signals_update"
        | "admin_site_create"
        | "admin_site_update" => matrix_bodies::sent(world, "", id)?,
        _ => return None,
    })
}

//! The request bodies with which the matrix calls each operation.

use serde_json::{Value, json};

use super::delegation_bodies;
use super::world::World;

/// Returns the request body of an operation.
pub(super) fn sent(world: &World<'_>, slug: &str, id: &str) -> Option<Value> {
    let name = delegation_bodies::name();
    let body = match id {
        "admin_user_create" => json!({ "username": name, "email": format!("{name}@example.org") }),
        "admin_user_update" => json!({ "first_name": name }),
        "admin_user_offboard" => json!({ "dry_run": true }),
        "admin_group_create" | "admin_scim_create" if !slug.is_empty() => {
            json!({ "name": name, "organization": slug })
        }
        "admin_role_create"
        | "admin_group_create"
        | "admin_org_update"
        | "admin_client_update"
        | "admin_org_update_branding"
        | "admin_client_update_branding"
        | "admin_provider_update"
        | "admin_scim_create" => json!({ "name": name }),
        "admin_role_update" | "admin_permission_update" | "admin_group_update" => {
            json!({ "description": name })
        }
        "admin_permission_create" => {
            json!({ "codename": format!("{name}:use"), "audience": "https://bills.example/api" })
        }
        "admin_resource_create" => {
            json!({ "identifier": format!("urn:{name}"), "name": "Spare" })
        }
        "admin_resource_update" => json!({ "name": "Spare" }),
        "admin_scope_create" => json!({ "name": name, "description": "Read" }),
        "admin_scope_update" => json!({ "description": "Read" }),
        "admin_client_create_saml" | "admin_saml_check" => {
            let acs = json!(["https://sp.example.com/acs"]);
            let mut body =
                json!({ "entity_id": format!("https://{name}.example.com"), "acs": acs });
            if id == "admin_client_create_saml" {
                body["name"] = json!(name);
            }
            body
        }
        "admin_saml_update" => json!({ "signed": "both" }),
        "admin_saml_put" => json!({
            "name": name, "entity_id": "urn:spare-saml", "acs": ["https://sp.example.com/acs"],
        }),
        "admin_site_create" => json!({ "name": name, "hosts": [format!("{name}.example.com")] }),
        "admin_plan" | "admin_apply" | "admin_drift" => json!({ "objects": { "claims": [] } }),
        "admin_site_update" if !slug.is_empty() => json!({ "organization": slug }),
        "admin_site_update" => json!({ "rules": ["/* user"] }),
        "admin_role_assign" => {
            let holder = world.id(if slug == "zeta" { "zoe" } else { "alice" });
            let mut body = json!({ "user": holder, "role": "mark" });
            if !slug.is_empty() {
                body["organization"] = json!(slug);
            }
            body
        }
        "admin_scim_target_create" => json!({
            "client": name, "url": "https://app.example.com/scim", "token": "secret",
        }),
        "admin_scim_target_update" => json!({ "users": "all" }),
        "admin_role_update_assignment" => json!({ "expires_at": null }),
        "admin_text_set" if !slug.is_empty() => json!({ "text": "Hulp", "organization": slug }),
        "admin_text_set" => json!({ "text": "Hulp" }),
        "admin_impersonation_start" => json!({
            "client": world.stack.seed.trusted.id, "session": "0190c3a5-0000-7000-8000-000000000001",
        }),
        "admin_review_create" => json!({
            "name": name, "role": "mark", "reviewers": [world.id("alice")],
        }),
        "admin_review_update" => json!({ "reviewers": [world.id("alice")] }),
        "admin_review_decide" => json!({ "decision": "confirmed" }),
        "admin_org_create" => json!({ "slug": name, "name": "New" }),
        "admin_org_add_member" | "admin_review_close" | "admin_scim_renew_token" => json!({}),
        "admin_signals_update" => json!({ "status": "paused" }),
        "admin_role_rename" => json!({ "new_name": "spare" }),
        "admin_permission_rename" => json!({ "new_codename": "spare:use" }),
        "admin_scope_rename" => json!({ "new_name": "spare:read" }),
        "admin_org_invite_file" => json!({
            "csv": format!("email\n{name}@example.org\n"), "dry_run": true,
        }),
        "admin_org_invite" => json!({ "email": format!("{name}@example.org") }),
        "admin_client_registration_token_create" => json!({ "note": "CI" }),
        "admin_provider_put" => {
            json!({ "issuer": "https://login.acme.example", "client_id": "doorward" })
        }
        "admin_claim_put" => json!({
            "claim": "tier", "source": { "kind": "constant", "value": "gold" },
            "outputs": ["access_token"],
        }),
        "admin_grant_end_all" => json!({ "client_id": "post-app" }),
        "admin_profile_field_create" => json!({ "name": name, "label": "New", "type": "text" }),
        "admin_profile_field_update" => json!({ "label": name }),
        "admin_client_create" => json!({ "name": "Robot", "kind": "confidential" }),
        "admin_mfa_require" if !slug.is_empty() => {
            json!({ "organization": slug, "from": "2099-01-15T00:00:00Z" })
        }
        "admin_notice_set" => json!({ "text": "Soon", "until": "2099-01-15T00:00:00Z" }),
        "admin_read_only_set" => {
            json!({ "from": "2099-01-15T00:00:00Z", "until": "2099-01-16T00:00:00Z" })
        }
        "admin_mfa_require" => json!({ "all": true, "from": "2099-01-15T00:00:00Z" }),
        "admin_mfa_reschedule" => json!({ "from": "2099-01-15T00:00:00Z" }),
        "admin_mfa_except" => {
            json!({ "until": "2099-01-15T00:00:00Z", "reason": "Waits for a key" })
        }
        "admin_provider_replace_secret" => json!({ "client_secret": "other" }),
        "admin_support_code_use" => json!({ "code": "ABCD-EFGH" }),
        "admin_user_bulk_start" => json!({ "action": "enable", "ids": [world.id("alice")] }),
        _ => return None,
    };
    Some(body)
}

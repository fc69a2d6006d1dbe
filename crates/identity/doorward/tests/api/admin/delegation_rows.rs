//! The rows of the delegation matrix.

/// An operation, the permissions it requires, and the outcome for each caller: `d` 403 (denied),
/// `y` done, `v` permitted but stopped by the version check, `n` 404, `c` 409.
pub(super) const MATRIX: &[(&str, &str, &str)] = &[
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
    ("admin_app_password_revoke", "users:write", "ddddy"),
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
    // A plan runs the operations of its changes.
    ("admin_plan", "clients:read clients:write", "ddddy"),
    ("admin_apply", "clients:read clients:write", "ddddy"),
    ("admin_drift", "clients:read", "dyydy"),
    ("admin_approval_approve", "audit:read", "ddddn"),
    ("admin_approval_reject", "audit:read", "ddddn"),
    ("admin_managed_release", "clients:write", "ddddy"),
    // A client that speaks SAML has no power.
    ("admin_client_create_saml", "clients:write", "dyydy"),
    ("admin_saml_put", "clients:read clients:write", "dyydy"),
    ("admin_saml_update", "clients:read clients:write", "dvvdv"),
    ("admin_saml_check", "clients:read clients:write", "dyydy"),
    // A source changes users.
    ("admin_scim_create", "users:read users:write", "ddddy"),
    ("admin_scim_renew_token", "users:read users:write", "ddddn"),
    ("admin_scim_delete", "users:read users:write", "ddddn"),
    (
        "admin_scim_target_create",
        "users:read users:write",
        "ddddn",
    ),
    (
        "admin_scim_target_update",
        "users:read users:write",
        "ddddn",
    ),
    (
        "admin_scim_target_delete",
        "users:read users:write",
        "ddddn",
    ),
    (
        "admin_signals_update",
        "clients:read clients:write",
        "dnndn",
    ),
    (
        "admin_signals_delete",
        "clients:read clients:write",
        "dnndn",
    ),
    // A site decides who may open an application.
    ("admin_site_create", "clients:read clients:write", "ddddy"),
    ("admin_site_update", "clients:read clients:write", "ddddv"),
    ("admin_site_delete", "clients:read clients:write", "ddddv"),
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
        "admin_org_set_branding_logo",
        "organizations:write",
        "dyydy",
    ),
    (
        "admin_org_remove_branding_logo",
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
    ("admin_client_impact", "clients:read clients:write", "ddddy"),
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
        "admin_client_set_logo",
        "clients:read clients:write",
        "ddddy",
    ),
    (
        "admin_client_remove_logo",
        "clients:read clients:write",
        "ddddv",
    ),
    (
        "admin_client_update_branding",
        "clients:read clients:write",
        "ddddv",
    ),
    (
        "admin_client_set_branding_logo",
        "clients:read clients:write",
        "ddddy",
    ),
    (
        "admin_client_remove_branding_logo",
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
        "admin_provider_update",
        "providers:read providers:write",
        "ddddn",
    ),
    (
        "admin_provider_replace_secret",
        "providers:read providers:write",
        "ddddn",
    ),
    (
        "admin_provider_test",
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
    (
        "admin_impersonation_start",
        "users:impersonate users:read clients:read",
        "ddddn",
    ),
    ("admin_impersonation_end", "users:impersonate", "dnndn"),
    ("admin_mfa_require", "users:write", "ddddy"),
    ("admin_mfa_end", "users:write", "ddddn"),
    ("admin_mfa_reschedule", "users:write", "ddddn"),
    ("admin_mfa_except", "users:write", "ddddy"),
    ("admin_mfa_end_exception", "users:write", "ddddy"),
];

//! Tests the functions behind the API and the command line: each function with an `AdminContext` is
//! covered by a row of the matrix, only reads, or denies in a test here. A function that is missing
//! in this table fails the test.

use std::collections::BTreeSet;

use doorward_admin::merging::{self, Merging};
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::NewAssignment;
use doorward_admin::source_change::{Mode, SourceChange};
use doorward_admin::{assignments, grants, recover, source_change, user_links, users};
use doorward_domain::derived_keys::TotpKey;
use doorward_domain::model::{SubjectKind, User};
use doorward_domain::secret::MasterKey;
use doorward_store::repo;
use doorward_store::repo::grant_ends::GrantFilter;
use doorward_testkit::{Stack, flows};

use super::matrix_campaigns::CAMPAIGNS;
use super::matrix_clients::CLIENTS;
use super::matrix_features::FEATURES;
use super::matrix_functions::functions;
use super::matrix_looks::LOOKS;
use super::world::World;
use super::{matrix_delegation, matrix_keys};

flows!(flows_of_command_line_compare_power);

/// The coverage of a function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Coverage {
    /// Rows of the matrix.
    By(&'static [&'static str]),
    /// A function that changes nothing.
    Reads,
    /// A function that the API does not offer, tried below or in the tests of identity providers.
    Here,
    /// A function that the server calls at its start, with the configuration.
    Start,
}

use Coverage::{By, Here, Reads, Start};

const FLOWS: &[(&str, Coverage)] = &[
    ("as-code/drift::find", Reads),
    ("as-code/export::export", Reads),
    ("as-code/only::with_others", Reads),
    ("as-code/run::run", By(&["admin_plan", "admin_apply"])),
    ("saml/doctor::check", Reads),
    (
        "saml/use_cases::create",
        By(&["admin_client_create_saml", "admin_saml_put"]),
    ),
    ("saml/use_cases::get", Reads),
    ("saml/use_cases::preview", Reads),
    (
        "saml/use_cases::register",
        By(&["admin_client_create_saml"]),
    ),
    (
        "saml/use_cases::update",
        By(&["admin_saml_update", "admin_saml_put"]),
    ),
    ("kinds/access::add_brands", Reads),
    ("kinds/pictures::add_logos", Reads),
    ("reports/use_cases::app_names", Reads),
    ("reports/use_cases::get", Reads),
    ("reports/use_cases::list", Reads),
    ("context/affected::count", Reads),
    ("clients/api_keys::find_many", Reads),
    ("clients/api_keys::get", Reads),
    ("clients/api_keys::page", Reads),
    ("clients/api_keys::revoke", By(&["admin_api_key_revoke"])),
    ("clients/applications::create", By(&["admin_client_create"])),
    ("roles/assignments::create", By(&["admin_role_assign"])),
    (
        "roles/assignments::delete",
        By(&["admin_role_remove_assignment"]),
    ),
    ("roles/assignments::find_many", Reads),
    ("roles/assignments::get_named", Reads),
    ("roles/assignments::get_with_names", Reads),
    ("roles/assignments::page", Reads),
    (
        "roles/assignments::update",
        By(&["admin_role_update_assignment"]),
    ),
    ("system/audit_archive::record", Here),
    ("clients/authorized_clients::consents", Reads),
    ("clients/authorized_clients::list", Reads),
    ("clients/authorized_clients::users", Reads),
    (
        "clients/authorized_clients::withdraw",
        By(&["admin_consent_withdraw"]),
    ),
    ("users/user_links::create_with_link", Here),
    ("users/user_links::invite", By(&["admin_user_create"])),
    (
        "users/user_links::mail_passkey_link",
        By(&["admin_user_mail_passkey_link"]),
    ),
    (
        "users/user_links::reset_password",
        By(&["admin_user_reset_password"]),
    ),
    ("users/bulk::failures", Reads),
    ("users/bulk::get", Reads),
    ("users/bulk::record_failures", Reads),
    ("users/bulk::start", By(&["admin_user_bulk_start"])),
    ("users/bulk::stop", By(&["admin_user_bulk_stop"])),
    ("users/bulk_selection::count", Reads),
    ("users/bulk_step::step", By(&["admin_user_bulk_start"])),
    ("definitions/claims::delete", By(&["admin_claim_remove"])),
    ("definitions/claims::get", Reads),
    ("definitions/claims::list", Reads),
    ("definitions/claims::put", By(&["admin_claim_put"])),
    ("definitions/profile_fields::among", Reads),
    (
        "definitions/profile_fields::create",
        By(&["admin_profile_field_create"]),
    ),
    (
        "definitions/profile_fields::delete",
        By(&["admin_profile_field_delete"]),
    ),
    ("definitions/profile_fields::get", Reads),
    ("definitions/profile_fields::list", Reads),
    (
        "definitions/profile_fields::update",
        By(&["admin_profile_field_update"]),
    ),
    ("system/attempts::filter", Reads),
    ("system/attempts::get", Reads),
    ("system/attempts::latest_failure", Reads),
    ("system/attempts::list", Reads),
    ("system/attempts::page", Reads),
    ("system/audit_log::filter", Reads),
    ("system/audit_log::get", Reads),
    ("system/audit_log::list", Reads),
    ("system/audit_log::record_export", Reads),
    ("system/audit_log::records", Reads),
    ("context/fetch::fetch", Reads),
    ("system/configured_names::find_missing", Reads),
    // The record of a denial, for the audit log.
    ("system/decisions::deny", Reads),
    ("users/credential_export::page", Reads),
    ("system/decisions::explain", Reads),
    ("roles/effective_assignments::page", Reads),
    ("system/decisions::roles_with", Reads),
    ("system/decisions::search", Reads),
    ("definitions::get", Reads),
    ("definitions::list", Reads),
    ("context/exact_matches::find", Reads),
    // The records of exports, for the audit log.
    ("users/exports::record_assignments", Reads),
    ("users/exports::record_attempts", Reads),
    ("users/exports::record_sessions", Reads),
    ("users/exports::record_users", Reads),
    ("users/personal_data::record", Reads),
    ("users/personal_data::next", Reads),
    ("users/copies::anonymize", Here),
    ("users/copies::make", Here),
    ("clients/grants::end_access", Here),
    ("clients/grants::end_all", By(&["admin_grant_end_all"])),
    ("groups/group_members::add", By(&["admin_group_add_member"])),
    (
        "groups/group_members::add_all",
        By(&["admin_group_add_member"]),
    ),
    ("groups/group_members::find", Reads),
    ("groups/group_members::list", Reads),
    (
        "groups/group_members::remove",
        By(&["admin_group_remove_member"]),
    ),
    (
        "groups/group_members::remove_all",
        By(&["admin_group_remove_member"]),
    ),
    ("groups::create", By(&["admin_group_create"])),
    ("groups::delete", By(&["admin_group_delete"])),
    ("groups::find_many", Reads),
    ("groups::get", Reads),
    ("groups::get_named", Reads),
    ("groups::list", Reads),
    ("groups::update", By(&["admin_group_update"])),
    ("system/home::organization", Reads),
    ("system/home::read", Reads),
    (
        "organizations/invitation_batches::start",
        By(&["admin_org_invite_file"]),
    ),
    ("organizations/invitations::get", Reads),
    (
        "organizations/invitations::invite",
        By(&["admin_org_invite"]),
    ),
    ("organizations/invitations::list", Reads),
    ("organizations/invitations::organization", Reads),
    (
        "organizations/invitations::revoke",
        By(&["admin_org_revoke_invitation"]),
    ),
    ("system/jobs::get", Reads),
    ("system/jobs::page", Reads),
    ("system/jobs::recipients", Reads),
    ("system/jobs::retry", By(&["admin_job_retry"])),
    ("system/jobs::retry_failed", By(&["admin_job_retry_failed"])),
    ("system/keys::get", Reads),
    ("system/keys::list", Reads),
    ("system/keys::retire", By(&["admin_key_retire"])),
    ("system/keys::rotate", By(&["admin_key_rotate"])),
    ("users/lockouts::get", Reads),
    ("users/lockouts::page", Reads),
    ("users/lockouts::unlock", By(&["admin_user_unlock"])),
    ("users/merging::run", Here),
    ("context/name_search::groups", Reads),
    ("context/name_search::organizations", Reads),
    ("context/name_search::role", Reads),
    ("context/name_search::roles", Reads),
    ("context/name_search::used_groups", Reads),
    ("users/offboarding::plan", Reads),
    ("users/offboarding::run", By(&["admin_user_offboard"])),
    ("object_names::find", Reads),
    ("organizations::create", By(&["admin_org_create"])),
    ("organizations::delete", By(&["admin_org_delete"])),
    ("organizations::get", Reads),
    ("organizations::list", Reads),
    ("organizations::member", Reads),
    ("organizations::members", Reads),
    ("organizations::needing_owner", Reads),
    ("organizations::of_user", Reads),
    (
        "organizations::remove_member",
        By(&["admin_org_remove_member"]),
    ),
    ("organizations::set_member", By(&["admin_org_add_member"])),
    ("organizations::update", By(&["admin_org_update"])),
    ("providers::count_some_users", Reads),
    ("providers::create", Here),
    ("providers::delete", By(&["admin_provider_remove"])),
    ("providers::get", Reads),
    ("providers::get_used", Reads),
    ("providers::list_used", Reads),
    // The check before a change.
    ("providers::plan", Reads),
    ("providers/operations::shown", Reads),
    ("providers::put", By(&["admin_provider_put"])),
    ("providers::put_all", Here),
    ("providers::put_in", By(&["admin_provider_put"])),
    ("providers::replace_secret", Here),
    ("providers::switch", Here),
    ("providers::update", By(&["admin_provider_update"])),
    ("providers/provider_trial::result", Reads),
    // Tried in the tests of the console: it needs a browser.
    ("providers/provider_trial::start", Here),
    ("providers::test", By(&["admin_provider_test"])),
    ("users/recover::acting_administrator", Reads),
    ("users/recover::administrator", Here),
    ("users/recover::sign_in_link", Here),
    (
        "clients/registration_tokens::create",
        By(&["admin_client_registration_token_create"]),
    ),
    ("clients/registration_tokens::get", Reads),
    ("clients/registration_tokens::page", Reads),
    (
        "clients/registration_tokens::revoke",
        By(&["admin_client_registration_token_revoke"]),
    ),
    (
        "definitions/resources::create",
        By(&["admin_resource_create"]),
    ),
    (
        "definitions/resources::delete",
        By(&["admin_resource_delete"]),
    ),
    ("definitions/resources::get", Reads),
    ("definitions/resources::list", Reads),
    (
        "definitions/resources::update",
        By(&["admin_resource_update"]),
    ),
    ("roles/role_sets::add_guides", Here),
    ("roles/renames::former_names", Reads),
    (
        "roles/renames::permission",
        By(&["admin_permission_rename"]),
    ),
    ("roles/renames::role", By(&["admin_role_rename"])),
    ("roles/renames::scope", By(&["admin_scope_rename"])),
    ("roles::create", By(&["admin_role_create"])),
    ("roles::create_permission", By(&["admin_permission_create"])),
    ("roles::delete", By(&["admin_role_delete"])),
    ("roles::delete_permission", By(&["admin_permission_delete"])),
    (
        "roles::describe_permission",
        By(&["admin_permission_update"]),
    ),
    ("roles::get", Reads),
    ("roles::list", Reads),
    ("roles::page_of_permissions", Reads),
    ("roles::permission", Reads),
    ("roles::permissions", Reads),
    ("roles::plan", Reads),
    ("roles::update", By(&["admin_role_update"])),
    ("definitions/scopes::create", By(&["admin_scope_create"])),
    ("definitions/scopes::delete", By(&["admin_scope_delete"])),
    ("definitions/scopes::get", Reads),
    ("definitions/scopes::list", Reads),
    ("definitions/scopes::update", By(&["admin_scope_update"])),
    ("users/sessions::count_of_client", Reads),
    ("users/sessions::end", By(&["admin_session_end"])),
    ("users/sessions::end_all", By(&["admin_session_end_all"])),
    ("system/secret_key::rotate", Here),
    (
        "users/sessions::end_all_of_client",
        By(&["admin_session_end_all"]),
    ),
    ("users/sessions::find_many", Reads),
    ("users/sessions::get", Reads),
    ("users/sessions::page", Reads),
    ("system/setup::is_needed", Reads),
    ("system/setup::issue_token", Here),
    ("system/setup::progress", Reads),
    ("system/source_change::apply", Here),
    ("users/staff::among", Reads),
    ("system/new_database::ensure", Start),
    ("roles/standard::ensure_administration", Start),
    ("system/new_database::seed", Start),
    ("roles/standard::setup", Here),
    ("system/tasks_sample::load", Here),
    ("system/tasks_sample::load_in", Start),
    // Requests the own address of the server.
    ("system::check_issuer", Reads),
    ("users/support_codes::open", By(&["admin_support_code_use"])),
    ("system::record_backup", Here),
    ("system/stats::page", Reads),
    ("system::send_test_mail", By(&["admin_mail_test"])),
    ("system::status", Reads),
    ("system/tasks_resource::find", Reads),
    ("system/tasks_resource::follow", Start),
    ("system/tasks_resource::put_at", Here),
    ("system/undo::preview", Reads),
    ("system/undo::run", By(&["admin_audit_undo"])),
    ("users/user_search::organizations_of", Reads),
    ("users/user_search::record_export", Reads),
    ("users/user_search::roles_of", Reads),
    ("users/user_search::find_many", Reads),
    ("users/user_search::search", Reads),
    ("users/user_search::search_with_factors", Reads),
    ("users/user_factors::links", Reads),
    ("users/user_factors::list", Reads),
    (
        "users/user_factors::remove",
        By(&["admin_user_remove_factor"]),
    ),
    ("users/user_factors::unlink", By(&["admin_user_unlink"])),
    // A row for each operation on an account.
    ("users::create", Here),
    ("users::create_in", Start),
    ("users::delete", By(&["admin_user_delete"])),
    ("users::disable", Here),
    ("users::enable", Here),
    ("users::get", Reads),
    ("users::factors", Reads),
    ("users::find", Reads),
    ("users::names", Reads),
    ("users::read", Reads),
    ("users::roles", Reads),
    ("users::reset_mfa", By(&["admin_user_reset_mfa"])),
    ("users::set_password", Here),
    ("users::update", By(&["admin_user_update"])),
    ("users::verify_email", Here),
    ("roles/effective_assignments::list_rows", Reads),
    ("groups/operations::target", Reads),
    ("groups::get_in", Reads),
    ("organizations::get_in", Reads),
    (
        "users/user_notification::enqueue",
        By(&["admin_review_create"]),
    ),
    ("users::named_id", Reads),
];

#[test]
fn each_administration_function_has_matrix_row() {
    let flows = || {
        FLOWS
            .iter()
            .chain(CLIENTS)
            .chain(LOOKS)
            .chain(CAMPAIGNS)
            .chain(FEATURES)
    };
    let listed: BTreeSet<String> = flows().map(|row| row.0.to_owned()).collect();
    assert_eq!(listed.len(), flows().count(), "each function has one row");
    assert_eq!(listed, functions());
    for (name, roles) in flows() {
        if let By(rows) = roles {
            let known = rows.iter().all(|row| matrix_delegation::has_row(row));
            assert!(known && !rows.is_empty(), "{name}: {rows:?}");
        }
    }
    let of = |kind: Coverage| flows().filter(move |row| row.1 == kind).count();
    assert_eq!((of(Here), of(Start)), (30, 6), "each is tested");
}

#[track_caller]
#[expect(
    clippy::needless_pass_by_value,
    reason = "takes the result of a flow function"
)]
fn is_denied<T: std::fmt::Debug>(done: Result<T, AdminError>, name: &str) {
    let denied = matches!(done, Err(AdminError::Denied(_)));
    assert!(denied, "{name}: {done:?}");
}

/// Returns a user with more permissions than the clerk.
async fn strong(world: &World<'_>) -> User {
    world.let_hold("carol", "boss", &["keys:write"]).await;
    let found = repo::users::find_by_id(world.db.read(), world.people["carol"]).await;
    found.unwrap().unwrap()
}

/// Returns an assignment of the role `boss`.
fn boss(subject: Subject) -> NewAssignment {
    NewAssignment {
        subject,
        role: "boss".to_owned(),
        org: None,
        expires_at: None,
        active: true,
    }
}

/// The permissions of all these functions and of `boss` without the role: not enough for any of
/// them.
const CLERK: &[&str] = &["users:read", "users:write", "roles:assign", "keys:write"];

async fn flows_of_command_line_compare_power(stack: &Stack) {
    let world = World::new(stack).await;
    let carol = strong(&world).await;
    let context: AdminContext<'_> = world.operator("helper", CLERK, &["clerk"]);
    let phc = || "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA".to_owned();
    is_denied(
        users::set_password(&context, carol.id, phc()).await,
        "password",
    );
    is_denied(users::disable(&context, carol.id).await, "disable");
    let merging = Merging {
        from: &carol,
        into: &carol,
        totp_key: &TotpKey::derive(&MasterKey::generate(&mut rand::rng())),
        notify: true,
        is_dry: false,
    };
    is_denied(merging::run(&context, merging).await, "merge");
    let (leave, mut former) = (SourceChange::leave(), Vec::new());
    let left = source_change::apply(&context, carol.id, &leave, Mode::Check(&mut former));
    is_denied(left.await, "leaver");
    is_denied(
        grants::end_all(&context, &GrantFilter::default()).await,
        "grants",
    );
    is_denied(grants::end_access(&context).await, "access");
    is_denied(users::enable(&context, carol.id).await, "enable");
    is_denied(users::verify_email(&context, carol.id).await, "verify");
    is_denied(recover::administrator(&context, &carol).await, "recover");
    let own = boss(Subject::User(world.people["alice"]));
    is_denied(assignments::create(&context, own).await, "assign");
    is_denied(
        recover::sign_in_link(&context, &carol, 900).await,
        "sign-in link",
    );
    for (done, name) in matrix_keys::attempts(&context, &stack.seed.audience).await {
        is_denied(done, name);
    }
    let new = users::NewUser {
        username: "eve".to_owned(),
        email: "eve@example.org".to_owned(),
        email_verified: true,
        password_hash: Some(phc()),
        profile: carol.profile.clone(),
        is_staff: false,
        roles: vec!["boss".to_owned()],
    };
    let linked = user_links::create_with_link(&context, new.clone()).await;
    is_denied(linked, "create with a link");
    is_denied(users::create(&context, new).await, "create");
    // None of the operations had an effect.
    let found = repo::users::find_by_id(world.db.read(), carol.id).await;
    assert_eq!(found.unwrap().unwrap(), carol);
    let id = carol.id.to_string();
    let roles = repo::roles::assignments(world.db.read(), SubjectKind::User, &id);
    assert_eq!(roles.await.unwrap().len(), 1);
}

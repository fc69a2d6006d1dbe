//! Tests the functions behind the API and the command line: each function with an `AdminContext` is
//! covered by a row of the matrix, only reads, or denies in a test here. A function that is missing
//! in this table fails the test.

use std::collections::BTreeSet;

use doorward_admin::merging::{self, Merging};
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::NewAssignment;
use doorward_admin::source_change::{Mode, SourceChange};
use doorward_admin::{
    assignments, copies, grants, recover, role_sets, setup, source_change, standard, system,
    tasks_resource, tasks_sample, user_links, users,
};
use doorward_domain::derived_keys::TotpKey;
use doorward_domain::model::{SubjectKind, User};
use doorward_domain::secret::MasterKey;
use doorward_store::repo;
use doorward_store::repo::grant_ends::GrantFilter;
use doorward_testkit::{Stack, flows};

use super::matrix_campaigns::CAMPAIGNS;
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
    ("access-reviews/create::run", By(&["admin_review_create"])),
    (
        "access-reviews/deadline::close",
        By(&["admin_review_close"]),
    ),
    ("access-reviews/read::get", Reads),
    ("access-reviews/read::lines", Reads),
    ("access-reviews/read::page", Reads),
    ("access-reviews/read::reviewers", Reads),
    ("access-reviews/reviewers::count_able", Reads),
    ("access-reviews/reviewers::only_of", Reads),
    (
        "access-reviews/reviewers::replace",
        By(&["admin_review_update"]),
    ),
    ("access-reviews/reviewers::without_reviewer", Reads),
    ("reports/use_cases::app_names", Reads),
    ("reports/use_cases::get", Reads),
    ("reports/use_cases::list", Reads),
    ("affected::count", Reads),
    ("api_keys::find_many", Reads),
    ("api_keys::get", Reads),
    ("api_keys::page", Reads),
    ("api_keys::revoke", By(&["admin_api_key_revoke"])),
    ("applications::create", By(&["admin_client_create"])),
    ("assignments::create", By(&["admin_role_assign"])),
    ("assignments::delete", By(&["admin_role_remove_assignment"])),
    ("assignments::find_many", Reads),
    ("assignments::get_named", Reads),
    ("assignments::get_with_names", Reads),
    ("assignments::page", Reads),
    ("assignments::update", By(&["admin_role_update_assignment"])),
    ("audit_archive::record", Here),
    ("authorized_clients::consents", Reads),
    ("authorized_clients::list", Reads),
    ("authorized_clients::users", Reads),
    (
        "authorized_clients::withdraw",
        By(&["admin_consent_withdraw"]),
    ),
    ("user_links::create_with_link", Here),
    ("user_links::invite", By(&["admin_user_create"])),
    (
        "user_links::mail_passkey_link",
        By(&["admin_user_mail_passkey_link"]),
    ),
    (
        "user_links::reset_password",
        By(&["admin_user_reset_password"]),
    ),
    ("bulk::failures", Reads),
    ("bulk::get", Reads),
    ("bulk::record_failures", Reads),
    ("bulk::start", By(&["admin_user_bulk_start"])),
    ("bulk::stop", By(&["admin_user_bulk_stop"])),
    ("bulk_selection::count", Reads),
    ("bulk_step::step", By(&["admin_user_bulk_start"])),
    ("claims::delete", By(&["admin_claim_remove"])),
    ("claims::get", Reads),
    ("claims::list", Reads),
    ("claims::put", By(&["admin_claim_put"])),
    ("profile_fields::among", Reads),
    (
        "profile_fields::create",
        By(&["admin_profile_field_create"]),
    ),
    (
        "profile_fields::delete",
        By(&["admin_profile_field_delete"]),
    ),
    ("profile_fields::get", Reads),
    ("profile_fields::list", Reads),
    (
        "profile_fields::update",
        By(&["admin_profile_field_update"]),
    ),
    ("attempts::filter", Reads),
    ("attempts::get", Reads),
    ("attempts::latest_failure", Reads),
    ("attempts::list", Reads),
    ("attempts::page", Reads),
    ("audit_log::filter", Reads),
    ("audit_log::get", Reads),
    ("audit_log::list", Reads),
    ("audit_log::record_export", Reads),
    ("audit_log::records", Reads),
    ("clients::create", By(&["admin_client_create"])),
    ("clients::delete", By(&["admin_client_delete"])),
    ("clients::update", By(&["admin_client_update"])),
    ("clients/impact::impact", Reads),
    ("clients/impact::plan", Reads),
    ("clients/read::deviations", Reads),
    ("configured_names::find_missing", Reads),
    ("clients/read::find_many", Reads),
    ("clients/read::get", Reads),
    ("clients/read::get_named", Reads),
    ("clients/read::get_with_activity", Reads),
    ("clients/read::get_with_secret_uses", Reads),
    ("clients/read::list", Reads),
    ("clients/read::list_unused", Reads),
    ("clients/read::naming", Reads),
    ("clients/read::search", Reads),
    ("clients/read::search_with_activity", Reads),
    (
        "clients/secret::end_secret",
        By(&["admin_client_end_secret"]),
    ),
    (
        "clients/secret::rotate_secret",
        By(&["admin_client_rotate_secret"]),
    ),
    ("clients/simulation::simulate", Reads),
    // The record of a denial, for the audit log.
    ("decisions::deny", Reads),
    ("credential_export::page", Reads),
    ("decisions::explain", Reads),
    ("effective_assignments::page", Reads),
    ("decisions::roles_with", Reads),
    ("decisions::search", Reads),
    ("definitions::get", Reads),
    ("definitions::list", Reads),
    ("exact_matches::find", Reads),
    // The records of exports, for the audit log.
    ("exports::record_assignments", Reads),
    ("exports::record_attempts", Reads),
    ("exports::record_sessions", Reads),
    ("exports::record_users", Reads),
    ("personal_data::record", Reads),
    ("personal_data::next", Reads),
    ("copies::anonymize", Here),
    ("copies::make", Here),
    ("grants::end_access", Here),
    ("grants::end_all", By(&["admin_grant_end_all"])),
    ("group_members::add", By(&["admin_group_add_member"])),
    ("group_members::find", Reads),
    ("group_members::list", Reads),
    ("group_members::remove", By(&["admin_group_remove_member"])),
    ("groups::create", By(&["admin_group_create"])),
    ("groups::delete", By(&["admin_group_delete"])),
    ("groups::find_many", Reads),
    ("groups::get", Reads),
    ("groups::get_named", Reads),
    ("groups::list", Reads),
    ("groups::update", By(&["admin_group_update"])),
    ("home::organization", Reads),
    ("home::read", Reads),
    ("invitation_batches::start", By(&["admin_org_invite_file"])),
    ("invitations::get", Reads),
    ("invitations::invite", By(&["admin_org_invite"])),
    ("invitations::list", Reads),
    ("invitations::organization", Reads),
    ("invitations::revoke", By(&["admin_org_revoke_invitation"])),
    ("jobs::get", Reads),
    ("jobs::page", Reads),
    ("jobs::recipients", Reads),
    ("jobs::retry", By(&["admin_job_retry"])),
    ("jobs::retry_failed", By(&["admin_job_retry_failed"])),
    ("keys::get", Reads),
    ("keys::list", Reads),
    ("keys::retire", By(&["admin_key_retire"])),
    ("keys::rotate", By(&["admin_key_rotate"])),
    ("lockouts::get", Reads),
    ("lockouts::page", Reads),
    ("lockouts::unlock", By(&["admin_user_unlock"])),
    ("merging::run", Here),
    ("name_search::groups", Reads),
    ("name_search::organizations", Reads),
    ("name_search::role", Reads),
    ("name_search::roles", Reads),
    ("name_search::used_groups", Reads),
    ("offboarding::plan", Reads),
    ("offboarding::run", By(&["admin_user_offboard"])),
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
    ("provider_trial::result", Reads),
    // Tried in the tests of the console: it needs a browser.
    ("provider_trial::start", Here),
    ("providers::test", By(&["admin_provider_test"])),
    ("recover::acting_administrator", Reads),
    ("recover::administrator", Here),
    ("recover::sign_in_link", Here),
    (
        "registration_tokens::create",
        By(&["admin_client_registration_token_create"]),
    ),
    ("registration_tokens::get", Reads),
    ("registration_tokens::page", Reads),
    (
        "registration_tokens::revoke",
        By(&["admin_client_registration_token_revoke"]),
    ),
    ("resources::create", By(&["admin_resource_create"])),
    ("resources::delete", By(&["admin_resource_delete"])),
    ("resources::get", Reads),
    ("resources::list", Reads),
    ("resources::update", By(&["admin_resource_update"])),
    ("role_sets::add_guides", Here),
    ("renames::former_names", Reads),
    ("renames::permission", By(&["admin_permission_rename"])),
    ("renames::role", By(&["admin_role_rename"])),
    ("renames::scope", By(&["admin_scope_rename"])),
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
    ("scopes::create", By(&["admin_scope_create"])),
    ("scopes::delete", By(&["admin_scope_delete"])),
    ("scopes::get", Reads),
    ("scopes::list", Reads),
    ("scopes::update", By(&["admin_scope_update"])),
    ("sessions::count_of_client", Reads),
    ("sessions::end", By(&["admin_session_end"])),
    ("sessions::end_all", By(&["admin_session_end_all"])),
    ("secret_key::rotate", Here),
    (
        "sessions::end_all_of_client",
        By(&["admin_session_end_all"]),
    ),
    ("sessions::find_many", Reads),
    ("sessions::get", Reads),
    ("sessions::page", Reads),
    ("setup::is_needed", Reads),
    ("setup::issue_token", Here),
    ("setup::progress", Reads),
    ("source_change::apply", Here),
    ("staff::among", Reads),
    ("new_database::ensure", Start),
    ("standard::ensure_administration", Start),
    ("new_database::seed", Start),
    ("standard::setup", Here),
    ("tasks_sample::load", Here),
    ("tasks_sample::load_in", Start),
    // Requests the own address of the server.
    ("system::check_issuer", Reads),
    ("support_codes::open", By(&["admin_support_code_use"])),
    ("system::record_backup", Here),
    ("stats::page", Reads),
    ("system::send_test_mail", By(&["admin_mail_test"])),
    ("system::status", Reads),
    ("tasks_resource::find", Reads),
    ("tasks_resource::follow", Start),
    ("tasks_resource::put_at", Here),
    ("undo::preview", Reads),
    ("undo::run", By(&["admin_audit_undo"])),
    ("user_search::record_export", Reads),
    ("user_search::find_many", Reads),
    ("user_search::search", Reads),
    ("user_search::list_by_email", Reads),
    ("user_search::search_with_factors", Reads),
    ("user_factors::links", Reads),
    ("user_factors::list", Reads),
    ("user_factors::remove", By(&["admin_user_remove_factor"])),
    ("user_factors::unlink", By(&["admin_user_unlink"])),
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
    ("effective_assignments::list_rows", Reads),
    ("groups/operations::target", Reads),
    ("groups::get_in", Reads),
    ("organizations::get_in", Reads),
    ("user_notification::enqueue", By(&["admin_review_create"])),
    ("users::named_id", Reads),
];

#[test]
fn each_administration_function_has_matrix_row() {
    let flows = || FLOWS.iter().chain(LOOKS).chain(CAMPAIGNS);
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
    assert_eq!((of(Here), of(Start)), (27, 6), "each is tested");
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
    let changed = users::set_password(&context, carol.id, phc()).await;
    is_denied(changed, "password");
    is_denied(users::disable(&context, carol.id).await, "disable");
    let merging = Merging {
        from: &carol,
        into: &carol,
        totp_key: &TotpKey::derive(&MasterKey::generate(&mut rand::rng())),
        notify: true,
        is_dry: false,
    };
    is_denied(merging::run(&context, merging).await, "merge");
    let (left, mut former) = (SourceChange::leave(), Vec::new());
    let left = source_change::apply(&context, carol.id, &left, Mode::Check(&mut former));
    is_denied(left.await, "leaver");
    let every = GrantFilter::default();
    is_denied(grants::end_all(&context, &every).await, "grants");
    is_denied(grants::end_access(&context).await, "access");
    is_denied(copies::make(&context).await, "copy");
    let except = BTreeSet::new();
    is_denied(copies::anonymize(&context, &except).await, "anonymize");
    is_denied(users::enable(&context, carol.id).await, "enable");
    is_denied(users::verify_email(&context, carol.id).await, "verify");
    is_denied(recover::administrator(&context, &carol).await, "recover");
    let alice = Subject::User(world.people["alice"]);
    is_denied(assignments::create(&context, boss(alice)).await, "assign");
    is_denied(setup::issue_token(&context, 900).await, "setup token");
    let link = recover::sign_in_link(&context, &carol, 900).await;
    is_denied(link, "sign-in link");
    is_denied(system::record_backup(&context).await, "backup");
    for (done, name) in matrix_keys::attempts(&context).await {
        is_denied(done, name);
    }
    let standard = standard::setup(&context).await;
    is_denied(standard, "standard");
    let sample = tasks_sample::load(&context, &stack.seed.audience).await;
    is_denied(sample, "sample");
    is_denied(role_sets::add_guides(&context).await, "guides");
    let moved = tasks_resource::put_at(&context, "https://evil.example/api");
    is_denied(moved.await, "tasks resource");
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

//! Administration console: pages below `/admin` for browsers, with the operations and the
//! authorization of the admin API ([`doorward_admin`]).
//!
//! Each section of the navigation is a module; `doorward-console-ui` has the parts of their pages.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

pub mod apps;
mod audit;
mod branding;
mod definitions;
#[cfg(test)]
mod equivalent_tests;
mod groups;
mod guides;
mod home;
pub mod organizations;
mod people;
mod providers;
mod rename;
mod roles;
mod sessions;
mod sign_ins;
pub mod system;

use actix_web::web::ServiceConfig;
use doorward_console_ui::console::Access;
use doorward_console_ui::routes::{Routes, UNUSED};

/// Adds every page of the console, with the administrators who may open it.
pub fn configure(config: &mut ServiceConfig) {
    let mut routes = Routes(config);
    // Roles and sessions of a user have paths below that of the user, whose last route takes any name.
    register_roles(&mut routes);
    register_sessions(&mut routes);
    register_home(&mut routes);
    register_people(&mut routes);
    register_groups(&mut routes);
    register_organizations(&mut routes);
    register_apps(&mut routes);
    register_providers(&mut routes);
    register_definitions(&mut routes);
    register_logs(&mut routes);
    register_system(&mut routes);
}

fn register_roles(routes: &mut Routes<'_>) {
    use roles::{ASSIGN, WRITE, access, forms, give, grants};
    routes
        .page("/admin/people/{id}/access", access::list)
        .form("/admin/people/{id}/access/give", ASSIGN, access::give)
        .form(
            "/admin/people/{id}/access/{assignment}/remove",
            ASSIGN,
            access::remove,
        )
        .page("/admin/groups/{id}/access", access::list)
        .form("/admin/groups/{id}/access/give", ASSIGN, access::give)
        .form(
            "/admin/groups/{id}/access/{assignment}/remove",
            ASSIGN,
            access::remove,
        )
        .page("/admin/apps/{id}/access", access::list)
        .form("/admin/apps/{id}/access/give", ASSIGN, access::give)
        .form(
            "/admin/apps/{id}/access/{assignment}/remove",
            ASSIGN,
            access::remove,
        )
        .form("/admin/roles/new", WRITE, forms::create)
        .form("/admin/roles/{id}/edit", WRITE, forms::edit)
        .form("/admin/roles/{id}/rename", Access::Admin, rename::role)
        .form("/admin/roles/{id}/give", ASSIGN, give::give)
        .files::<roles::Roles>(["/admin/roles.csv", "/admin/roles.json"])
        .page("/admin/roles", roles::list)
        .page("/admin/roles/{id}", roles::show)
        .form("/admin/roles/{id}/delete", WRITE, roles::delete)
        .files::<grants::Assignments>(["/admin/grants.csv", "/admin/grants.json"])
        .selection::<grants::ChosenAssignments>()
        .page("/admin/grants", grants::list)
        .form("/admin/grants/{id}/{action}", ASSIGN, grants::change);
}

fn register_sessions(routes: &mut Routes<'_>) {
    use sessions::{READ, WRITE};
    routes
        .files::<sessions::Sessions>(["/admin/sessions.csv", "/admin/sessions.json"])
        .selection::<sessions::ChosenSessions>()
        .page_for("/admin/sessions", READ, sessions::search)
        .form("/admin/apps/{id}/end-sessions", WRITE, sessions::end_of_app)
        .page("/admin/people/{id}/sessions", sessions::list)
        .form(
            "/admin/people/{id}/sessions/{session}/end",
            WRITE,
            sessions::end,
        );
}

fn register_home(routes: &mut Routes<'_>) {
    use home::{find, setup, unused, unused_end};
    use system::pages::WRITE;
    routes
        .page("/admin", home::show)
        .page(find::PATH, find::show)
        .page("/admin/guides/{name}", guides::show)
        .page("/admin/guides/{name}/{section}", guides::show)
        .page(UNUSED, unused::list)
        .selection::<unused_end::Apps>()
        .selection::<unused_end::ApiKeys>()
        .selection::<unused_end::Accounts>()
        .page(system::pages::SETUP, setup::show)
        .form(setup::ISSUER, WRITE, setup::check_issuer)
        .form(setup::MAIL, WRITE, setup::send_mail)
        .page(setup::BACKUP, setup::backup);
}

fn register_people(routes: &mut Routes<'_>) {
    use people::forms::WRITE;
    use people::{
        actions, api_access, apps, bulk, bulk_form, bulk_job, departure, factors, forms,
        support_code, user,
    };
    const READ: Access = Access::Global("users:read");
    const READ_SOME: Access = Access::Scoped("users:read");
    routes
        .form(support_code::PATH, READ_SOME, support_code::open)
        .files::<people::Users>(["/admin/people.csv", "/admin/people.json"])
        .page("/admin/people", people::list)
        .form(bulk_form::QUESTION, Access::Any, bulk::handle)
        .page("/admin/jobs/{id}/failures.csv", bulk_job::download)
        .form("/admin/jobs/{id}/stop", Access::Any, bulk_job::stop)
        .page("/admin/jobs/{id}", bulk_job::show)
        .form("/admin/people/new", WRITE, forms::create)
        .form("/admin/people/{id}/edit", WRITE, forms::edit)
        .page("/admin/people/{id}", user::show)
        .page("/admin/people/{id}/apps", apps::list)
        .form(
            "/admin/people/{id}/apps/{client}/withdraw",
            WRITE,
            apps::withdraw,
        )
        .page("/admin/people/{id}/factors", factors::list)
        .form(
            "/admin/people/{id}/factors/{factor}/remove",
            WRITE,
            factors::remove,
        )
        .form(
            "/admin/people/{id}/linked-accounts/{link}/remove",
            WRITE,
            factors::remove,
        )
        .form(
            "/admin/people/{id}/offboard",
            Access::AdminChange,
            departure::offboard,
        )
        .form(
            "/admin/people/{id}/merge",
            Access::AdminChange,
            departure::merge,
        )
        .form("/admin/people/{id}/{action}", Access::Any, actions::change)
        .page_for("/admin/api-access", READ, api_access::list)
        .form("/admin/api-access/{id}/revoke", WRITE, api_access::revoke);
}

fn register_groups(routes: &mut Routes<'_>) {
    use groups::{WRITE, forms};
    routes
        .form("/admin/groups/new", WRITE, forms::create)
        .form("/admin/groups/{id}/edit", WRITE, forms::edit)
        .form("/admin/groups/{id}/members/add", WRITE, forms::add_member)
        .files::<groups::Groups>(["/admin/groups.csv", "/admin/groups.json"])
        .page("/admin/groups", groups::list)
        .page("/admin/groups/{id}", groups::show)
        .form("/admin/groups/{id}/delete", WRITE, groups::delete)
        .form(
            "/admin/groups/{id}/members/{user}/remove",
            WRITE,
            groups::remove,
        );
}

fn register_organizations(routes: &mut Routes<'_>) {
    use organizations::pages::{WRITE, WRITE_ALL};
    use organizations::{Organizations, actions, forms, invitations, members};
    routes
        .form("/admin/organizations/new", WRITE_ALL, forms::create)
        .form("/admin/organizations/{id}/edit", WRITE, forms::edit)
        .form(
            "/admin/organizations/{id}/invite",
            WRITE,
            invitations::invite,
        )
        .form_of(
            "/admin/organizations/{id}/invite-file",
            organizations::invite_file::upload,
        )
        .page_for(
            "/admin/organizations/{id}/invitations",
            WRITE,
            invitations::list,
        )
        .form(
            "/admin/organizations/{id}/invitations/{invitation}/withdraw",
            WRITE,
            invitations::withdraw,
        )
        .form(
            "/admin/organizations/{id}/members/{user}/{action}",
            WRITE,
            members::change,
        )
        .form(
            "/admin/organizations/{id}/branding",
            WRITE_ALL,
            branding::edit,
        )
        .page_for(
            "/admin/organizations/{id}/branding/preview",
            WRITE_ALL,
            branding::preview,
        )
        .form_of(
            "/admin/organizations/{id}/branding/logo/{scheme}",
            branding::upload,
        )
        .form(
            "/admin/organizations/{id}/branding/logo/{scheme}/remove",
            WRITE_ALL,
            branding::remove,
        )
        .files::<Organizations>(["/admin/organizations.csv", "/admin/organizations.json"])
        .page("/admin/organizations", organizations::list)
        .page("/admin/organizations/{id}", organizations::show)
        .form(
            "/admin/organizations/{id}/{action}",
            WRITE_ALL,
            actions::change,
        );
}

fn register_apps(routes: &mut Routes<'_>) {
    use apps::pages::WRITE;
    use apps::{catalogue, edit, logo, new, simulation, tokens, users};
    const READ_LOG: Access = Access::Global("audit:read");
    routes
        .form("/admin/apps/new", WRITE, new::create)
        .page_for(catalogue::PATH, WRITE, catalogue::list)
        .form("/admin/apps/new/catalogue/{app}", WRITE, new::create)
        .form("/admin/apps/{id}/edit/{section}", WRITE, edit::edit)
        .page("/admin/apps/{id}/test", simulation::show)
        .page("/admin/apps/tokens", tokens::list)
        .form(tokens::NEW, WRITE, tokens::create)
        .form("/admin/apps/tokens/{id}/revoke", WRITE, tokens::revoke)
        .page("/admin/apps/{id}/users", users::users)
        .page("/admin/apps/{id}/consents", users::consents)
        .page_for("/admin/apps/{id}/failures", READ_LOG, users::failures)
        .form_of("/admin/apps/{id}/logo", logo::upload)
        .form("/admin/apps/{id}/logo/remove", WRITE, logo::remove)
        .form("/admin/apps/{id}/branding", WRITE, branding::edit)
        .page_for(
            "/admin/apps/{id}/branding/preview",
            WRITE,
            branding::preview,
        )
        .form_of("/admin/apps/{id}/branding/logo/{scheme}", branding::upload)
        .form(
            "/admin/apps/{id}/branding/logo/{scheme}/remove",
            WRITE,
            branding::remove,
        )
        .files::<apps::Clients>(["/admin/apps.csv", "/admin/apps.json"])
        .page("/admin/apps", apps::list)
        .page("/admin/apps/{id}", apps::show)
        .form("/admin/apps/{id}/{action}", WRITE, apps::change);
}

fn register_providers(routes: &mut Routes<'_>) {
    use Access::{Admin, AdminChange};
    use providers::{actions, edit, new, trial};
    routes
        .page_for("/admin/providers/new", Admin, new::choose)
        .form("/admin/providers/new/{kind}", AdminChange, new::create)
        .page("/admin/providers", providers::list)
        .page("/admin/providers/{id}", providers::show)
        .form("/admin/providers/{id}/try", AdminChange, trial::start)
        .page("/admin/providers/{id}/tried", trial::show)
        .form("/admin/providers/{id}/edit", Admin, edit::edit)
        .form(
            "/admin/providers/{id}/secret",
            AdminChange,
            actions::replace_secret,
        )
        .form("/admin/providers/{id}/test", AdminChange, actions::test)
        .form(
            "/admin/providers/{id}/{action}",
            AdminChange,
            actions::change,
        );
}

fn register_definitions(routes: &mut Routes<'_>) {
    use definitions::forms;
    routes
        .form("/admin/definitions/new/{kind}", Access::Any, forms::create)
        .form(
            "/admin/definitions/{kind}/{id}/edit",
            Access::Any,
            forms::edit,
        )
        .form(
            "/admin/definitions/{kind}/{id}/delete",
            Access::Any,
            forms::delete,
        )
        .form(
            "/admin/definitions/{kind}/{id}/rename",
            Access::Admin,
            rename::definition,
        )
        .page("/admin/definitions", definitions::list)
        .page("/admin/definitions/{kind}", definitions::list)
        .page("/admin/definitions/{kind}/{id}", definitions::show);
}

fn register_logs(routes: &mut Routes<'_>) {
    use audit::{READ, event, reversal, streams};
    routes
        .files::<sign_ins::Attempts>(["/admin/sign-ins.csv", "/admin/sign-ins.json"])
        .page_for("/admin/sign-ins", READ, sign_ins::list)
        .page("/admin/sign-ins/{id}", sign_ins::show)
        .files::<audit::Audit>(["/admin/audit.csv", "/admin/audit.json"])
        .page_for("/admin/audit", READ, audit::list)
        .form("/admin/audit/{id}/undo", Access::Any, reversal::undo)
        .page("/admin/audit/{id}", event::show)
        .page_for("/admin/streams", streams::READ, streams::list);
}

fn register_system(routes: &mut Routes<'_>) {
    use system::pages::WRITE;
    use system::{configuration, jobs, keys, lockouts, pages, provisioning};
    routes
        .page(keys::HOME, keys::list)
        .form("/admin/keys/rotate/{algorithm}", keys::WRITE, keys::rotate)
        .form("/admin/keys/{id}/{action}", keys::WRITE, keys::end)
        .page(pages::HOME, system::show)
        .form(system::TEST_MAIL, WRITE, system::send)
        .page_for(pages::JOBS, pages::READ, jobs::list)
        .form(pages::RETRY_FAILED_JOBS, WRITE, jobs::retry_failed)
        .form("/admin/system/jobs/{id}/retry", WRITE, jobs::retry)
        .page(pages::LOCKOUTS, lockouts::list)
        .page_for(pages::PROVISIONING, Access::Admin, provisioning::list)
        .page(pages::CONFIGURATION, configuration::list);
}

//! Administration console: pages below `/admin` for browsers, with the operations and the
//! authorization of the admin API ([`doorward_admin`]).
//!
//! Each section of the navigation is a module; `doorward-console-ui` has the parts of their pages.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod apps;
mod audit;
mod groups;
mod home;
mod organizations;
mod people;
mod providers;
mod roles;
mod sessions;
mod sign_ins;
mod system;

use actix_web::web::ServiceConfig;
use doorward_console_ui::routes::{UNUSED, form, page};
use doorward_console_ui::{list_file, selection};

/// Adds every page of the console.
pub fn configure(config: &mut ServiceConfig) {
    // Roles and sessions of a user have paths below that of the user, whose last route takes any name.
    register_roles_and_sessions(config);
    register_home(config);
    register_people(config);
    register_groups(config);
    register_organizations(config);
    register_apps(config);
    register_providers(config);
    register_logs(config);
    register_system(config);
}

fn register_roles_and_sessions(config: &mut ServiceConfig) {
    use roles::{access, forms, give, grants};
    access::configure(config);
    config
        .service(form("/admin/roles/new", forms::create))
        .service(form("/admin/roles/{id}/edit", forms::edit))
        .service(form("/admin/roles/{id}/give", give::give));
    list_file::register::<roles::Roles>(config, ["/admin/roles.csv", "/admin/roles.json"]);
    config
        .service(page("/admin/roles", roles::list))
        .service(page("/admin/roles/{id}", roles::show))
        .service(form("/admin/roles/{id}/delete", roles::delete));
    list_file::register::<grants::Assignments>(config, ["/admin/grants.csv", "/admin/grants.json"]);
    selection::register::<grants::ChosenAssignments>(config);
    config
        .service(page("/admin/grants", grants::list))
        .service(form("/admin/grants/{id}/{action}", grants::change));
    list_file::register::<sessions::Sessions>(
        config,
        ["/admin/sessions.csv", "/admin/sessions.json"],
    );
    selection::register::<sessions::ChosenSessions>(config);
    config
        .service(page("/admin/sessions", sessions::search))
        .service(form("/admin/apps/{id}/end-sessions", sessions::end_of_app))
        .service(page("/admin/people/{id}/sessions", sessions::list))
        .service(form(
            "/admin/people/{id}/sessions/{session}/end",
            sessions::end,
        ));
}

fn register_home(config: &mut ServiceConfig) {
    use home::{find, setup, unused, unused_end};
    config
        .service(page("/admin", home::show))
        .service(page(find::PATH, find::show))
        .service(page(UNUSED, unused::list));
    selection::register::<unused_end::Apps>(config);
    selection::register::<unused_end::ApiKeys>(config);
    selection::register::<unused_end::Accounts>(config);
    config
        .service(page(system::pages::SETUP, setup::show))
        .service(form(setup::ISSUER, setup::check_issuer))
        .service(form(setup::MAIL, setup::send_mail))
        .service(page(setup::BACKUP, setup::backup));
}

fn register_people(config: &mut ServiceConfig) {
    use people::{
        actions, api_access, apps, bulk, bulk_form, bulk_job, factors, forms, support_code, user,
    };
    config.service(form(support_code::PATH, support_code::open));
    list_file::register::<people::Users>(config, ["/admin/people.csv", "/admin/people.json"]);
    config
        .service(page("/admin/people", people::list))
        .service(form(bulk_form::QUESTION, bulk::handle))
        .service(page("/admin/jobs/{id}/failures.csv", bulk_job::download))
        .service(form("/admin/jobs/{id}/stop", bulk_job::stop))
        .service(page("/admin/jobs/{id}", bulk_job::show))
        .service(form("/admin/people/new", forms::create))
        .service(form("/admin/people/{id}/edit", forms::edit))
        .service(page("/admin/people/{id}", user::show))
        .service(page("/admin/people/{id}/apps", apps::list))
        .service(form(
            "/admin/people/{id}/apps/{client}/withdraw",
            apps::withdraw,
        ))
        .service(page("/admin/people/{id}/factors", factors::list))
        .service(form(
            "/admin/people/{id}/factors/{factor}/remove",
            factors::remove,
        ))
        .service(form(
            "/admin/people/{id}/linked-accounts/{link}/remove",
            factors::remove,
        ))
        .service(form("/admin/people/{id}/{action}", actions::change))
        .service(page("/admin/api-access", api_access::list))
        .service(form("/admin/api-access/{id}/revoke", api_access::revoke));
}

fn register_groups(config: &mut ServiceConfig) {
    use groups::forms;
    config
        .service(form("/admin/groups/new", forms::create))
        .service(form("/admin/groups/{id}/edit", forms::edit))
        .service(form("/admin/groups/{id}/members/add", forms::add_member));
    list_file::register::<groups::Groups>(config, ["/admin/groups.csv", "/admin/groups.json"]);
    config
        .service(page("/admin/groups", groups::list))
        .service(page("/admin/groups/{id}", groups::show))
        .service(form("/admin/groups/{id}/delete", groups::delete))
        .service(form(
            "/admin/groups/{id}/members/{user}/remove",
            groups::remove,
        ));
}

fn register_organizations(config: &mut ServiceConfig) {
    use organizations::{actions, forms, invitations, members};
    config
        .service(form("/admin/organizations/new", forms::create))
        .service(form("/admin/organizations/{id}/edit", forms::edit))
        .service(form(
            "/admin/organizations/{id}/invite",
            invitations::invite,
        ))
        .service(page(
            "/admin/organizations/{id}/invitations",
            invitations::list,
        ))
        .service(form(
            "/admin/organizations/{id}/invitations/{invitation}/withdraw",
            invitations::withdraw,
        ))
        .service(form(
            "/admin/organizations/{id}/members/{user}/{action}",
            members::change,
        ));
    list_file::register::<organizations::Organizations>(
        config,
        ["/admin/organizations.csv", "/admin/organizations.json"],
    );
    config
        .service(page("/admin/organizations", organizations::list))
        .service(page("/admin/organizations/{id}", organizations::show))
        .service(form("/admin/organizations/{id}/{action}", actions::change));
}

fn register_apps(config: &mut ServiceConfig) {
    use apps::{edit, logo, new, simulation, tokens, users};
    config
        .service(form("/admin/apps/new", new::create))
        .service(form("/admin/apps/{id}/edit", edit::edit))
        .service(page("/admin/apps/{id}/test", simulation::show))
        .service(page("/admin/apps/tokens", tokens::list))
        .service(form(tokens::NEW, tokens::create))
        .service(form("/admin/apps/tokens/{id}/revoke", tokens::revoke))
        .service(page("/admin/apps/{id}/users", users::users))
        .service(page("/admin/apps/{id}/consents", users::consents))
        .service(page("/admin/apps/{id}/failures", users::failures))
        .service(form("/admin/apps/{id}/logo", logo::upload))
        .service(form("/admin/apps/{id}/logo/remove", logo::remove));
    list_file::register::<apps::Clients>(config, ["/admin/apps.csv", "/admin/apps.json"]);
    config
        .service(page("/admin/apps", apps::list))
        .service(page("/admin/apps/{id}", apps::show))
        .service(form("/admin/apps/{id}/{action}", apps::change));
}

fn register_providers(config: &mut ServiceConfig) {
    use providers::{actions, edit, new, trial};
    config
        .service(page("/admin/providers/new", new::choose))
        .service(form("/admin/providers/new/{kind}", new::create))
        .service(page("/admin/providers", providers::list))
        .service(page("/admin/providers/{id}", providers::show))
        .service(form("/admin/providers/{id}/try", trial::start))
        .service(page("/admin/providers/{id}/tried", trial::show))
        .service(form("/admin/providers/{id}/edit", edit::edit))
        .service(form(
            "/admin/providers/{id}/secret",
            actions::replace_secret,
        ))
        .service(form("/admin/providers/{id}/test", actions::test))
        .service(form("/admin/providers/{id}/{action}", actions::change));
}

fn register_logs(config: &mut ServiceConfig) {
    use audit::{event, reversal};
    list_file::register::<sign_ins::Attempts>(
        config,
        ["/admin/sign-ins.csv", "/admin/sign-ins.json"],
    );
    config
        .service(page("/admin/sign-ins", sign_ins::list))
        .service(page("/admin/sign-ins/{id}", sign_ins::show));
    list_file::register::<audit::Audit>(config, ["/admin/audit.csv", "/admin/audit.json"]);
    config
        .service(page("/admin/audit", audit::list))
        .service(form("/admin/audit/{id}/undo", reversal::undo))
        .service(page("/admin/audit/{id}", event::show));
}

fn register_system(config: &mut ServiceConfig) {
    use system::{configuration, jobs, keys, lockouts, pages};
    config
        .service(page(keys::HOME, keys::list))
        .service(form("/admin/keys/rotate/{algorithm}", keys::rotate))
        .service(form("/admin/keys/{id}/{action}", keys::end))
        .service(page(pages::HOME, system::show))
        .service(form(system::TEST_MAIL, system::send))
        .service(page(pages::JOBS, jobs::list))
        .service(form("/admin/system/jobs/{id}/retry", jobs::retry))
        .service(page(pages::LOCKOUTS, lockouts::list))
        .service(page(pages::CONFIGURATION, configuration::list));
}

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

/// Adds every page of the console.
pub fn configure(config: &mut ServiceConfig) {
    // Roles and sessions of a user have paths below that of the user, whose last route takes any name.
    roles::access::configure(config);
    roles::forms::configure(config);
    roles::give::configure(config);
    roles::configure(config);
    roles::grants::configure(config);
    sessions::configure(config);
    home::configure(config);
    home::find::configure(config);
    home::unused::configure(config);
    home::unused_end::configure(config);
    home::setup::configure(config);
    people::support_code::configure(config);
    people::configure(config);
    people::bulk::configure(config);
    people::bulk_job::configure(config);
    people::forms::configure(config);
    people::user::configure(config);
    people::apps::configure(config);
    people::factors::configure(config);
    people::actions::configure(config);
    people::api_access::configure(config);
    groups::forms::configure(config);
    groups::configure(config);
    organizations::forms::configure(config);
    organizations::invitations::configure(config);
    organizations::members::configure(config);
    organizations::configure(config);
    organizations::actions::configure(config);
    apps::new::configure(config);
    apps::edit::configure(config);
    apps::simulation::configure(config);
    apps::tokens::configure(config);
    apps::users::configure(config);
    apps::logo::configure(config);
    apps::configure(config);
    providers::new::configure(config);
    providers::configure(config);
    providers::trial::configure(config);
    providers::edit::configure(config);
    providers::actions::configure(config);
    sign_ins::configure(config);
    audit::configure(config);
    audit::reversal::configure(config);
    audit::event::configure(config);
    system::keys::configure(config);
    system::configure(config);
    system::jobs::configure(config);
    system::lockouts::configure(config);
    system::configuration::configure(config);
}

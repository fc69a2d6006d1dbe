//! Administration console: pages below `/admin` for browsers, with the operations and the
//! authorization of the admin API ([`doorward_admin`]).
//!
//! Each section of the navigation is a module; [`ui`] is what their pages share.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod apps;
mod audit;
mod console;
mod groups;
mod home;
mod organizations;
mod people;
mod providers;
mod roles;
mod routes;
mod sessions;
mod sign_ins;
mod system;
mod ui;

use actix_web::web::ServiceConfig;

pub fn configure(config: &mut ServiceConfig) {
    // Roles and sessions of a user have paths below that of the user, whose last route takes any name.
    roles::configure(config);
    sessions::configure(config);
    home::configure(config);
    people::configure(config);
    groups::configure(config);
    organizations::configure(config);
    apps::configure(config);
    providers::configure(config);
    sign_ins::configure(config);
    audit::configure(config);
    system::configure(config);
}

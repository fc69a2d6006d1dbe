//! Administration console: pages below `/admin` for browsers, with the operations and the
//! authorization of the admin API ([`doorward_admin`]).

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod access;
mod action;
mod app_failures;
mod app_pages;
mod app_secrets;
mod app_test;
mod apps;
mod attempt_text;
mod audit;
mod audit_event;
mod audit_file;
mod audit_filter;
mod console;
mod cursor;
mod entry;
mod filter_bar;
mod find;
mod grants;
mod group_forms;
mod groups;
mod home;
mod keys;
mod lifetimes;
mod list_file;
mod new_app;
mod new_provider;
mod organization;
mod organization_actions;
mod organization_forms;
mod organization_invitations;
mod organization_members;
mod organizations;
mod people;
mod provider_actions;
mod provider_paths;
mod provider_test;
mod providers;
mod role_forms;
mod roles;
mod routes;
mod sessions;
mod sign_in_paths;
mod sign_ins;
mod system;
mod system_configuration;
mod system_jobs;
mod system_lockouts;
mod system_pages;
mod user;
mod user_actions;
mod user_apps;

use actix_web::web::ServiceConfig;

/// Registers the pages.
pub fn configure(config: &mut ServiceConfig) {
    home::configure(config);
    find::configure(config);
    people::configure(config);
    list_file::configure(config);
    user::configure(config);
    sessions::configure(config);
    access::configure(config);
    user_apps::configure(config);
    user_actions::configure(config);
    group_forms::configure(config);
    groups::configure(config);
    organization_forms::configure(config);
    organization_invitations::configure(config);
    organization_members::configure(config);
    organizations::configure(config);
    organization_actions::configure(config);
    role_forms::configure(config);
    roles::configure(config);
    grants::configure(config);
    new_app::configure(config);
    app_test::configure(config);
    app_failures::configure(config);
    apps::configure(config);
    new_provider::configure(config);
    providers::configure(config);
    provider_actions::configure(config);
    sign_ins::configure(config);
    audit::configure(config);
    audit_event::configure(config);
    audit_file::configure(config);
    keys::configure(config);
    system::configure(config);
    system_jobs::configure(config);
    system_lockouts::configure(config);
    system_configuration::configure(config);
}

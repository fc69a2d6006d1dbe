//! LDAP server, read-only: applications that speak nothing else check app passwords, and read users and groups. It
//! accepts only TLS, and never the password of an account.
//!
//! The ground has the tables and the audit events, also without this feature; this feature manages app passwords, and
//! answers clients.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod app_passwords;
mod bind;
mod connection;
mod directory;
mod doctor;
mod entry;
mod identity;
mod listener;
mod mail;
mod operations;
mod page;
mod places;
mod result;
mod root;
mod search;
mod server;
mod target;
mod tls;

use std::future::ready;

use doorward_config::Config;
use doorward_console_ui::feature::{AccountLink, Check, Feature, Task};
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;

pub static FEATURE: Feature = Feature {
    name: "ldap-server",
    commands: &[("app-password", "Manage the app passwords of users")],
    operations: operations::ALL,
    routes: page::configure,
    texts: Some(&TEXTS),
    mails: &[mail::MAIL],
    account_links: &[AccountLink {
        path: mail::PATH,
        text: "app-password-title",
        is_shown: |config| config.ldap.is_enabled(),
    }],
    checks: &[Check {
        part: "LDAP server",
        run: |context| Box::pin(ready(Ok(doctor::check(context)))),
    }],
    tasks: &[Task {
        name: "LDAP server",
        run: |context| Box::pin(listener::run(context)),
    }],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("ldap-server");

/// Returns the problem of the base name in the configuration.
pub fn base_dn_problem(config: &Config) -> Option<String> {
    server::names(config).err()
}

//! Directories: users of LDAP servers and Active Directory sign in with the password of the directory, which
//! gives them profile and roles (decision 166).
//!
//! The configuration names the directories ([`settings`]). A sign-in binds as the user ([`sign_in`]); a
//! synchronization makes accounts those of the entries ([`sync`]). Pure decisions: [`account_state`],
//! [`mapping`], [`filter`].

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod account_state;
mod client;
mod dn;
mod doctor;
mod entry;
mod filter;
mod groups;
mod mapping;
mod operations;
mod provision;
mod settings;
mod sign_in;
mod sync;
mod task;
#[cfg(test)]
mod testing;

use doorward_console_ui::feature::{Check, Feature, Task};
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;

pub static FEATURE: Feature = Feature {
    name: "directory",
    commands: &[(
        "directory",
        "Show, test and synchronize LDAP directories and Active Directory",
    )],
    operations: operations::ALL,
    texts: Some(&TEXTS),
    tasks: &[Task {
        name: "directories",
        run: |context| Box::pin(task::run(context)),
    }],
    checks: &[Check {
        part: "directories",
        run: |context| Box::pin(doctor::check(context)),
    }],
    provisioning: &[|context| Box::pin(operations::provisioning(context))],
    password_sources: &[sign_in::SOURCE],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("directory");

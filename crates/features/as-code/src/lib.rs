//! Configuration as code: clients, roles and other objects in files of a repository. `export` writes them, `plan`
//! compares them with the deployment and says whom the difference affects, `apply` runs the operations that a
//! form or a call would run, in one transaction, and `drift` finds what was changed in another way.
//!
//! The ground has the kinds of objects (`admin::kinds`), also those of features; this feature compares them.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod approval;
mod approval_operations;
mod console;
mod documents;
pub mod done;
pub mod drift;
pub mod export;
pub mod files;
pub mod impact;
mod marks;
mod only;
pub mod operations;
mod ownership;
pub mod plan;
mod run;
mod state;
mod text;

use doorward_console_ui::feature::{Feature, SectionLink, Step};
use doorward_console_ui::forms;
use doorward_console_ui::routes::Routes;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;
use doorward_templates::console::Section;

pub static FEATURE: Feature = Feature {
    name: "as-code",
    commands: &[
        ("approval", "Approve changes of other administrators"),
        ("managed", "Manage objects that files describe"),
    ],
    operations: operations::ALL,
    routes: |config| console::configure(&mut Routes(config)),
    links: &[SectionLink {
        section: Section::System,
        path: console::PATH,
        text: console::TITLE,
        access: console::READ,
    }],
    forms: forms! {
        "/admin/changes/{id}/approve" => operations::APPROVE, "";
        "/admin/changes/{id}/reject" => operations::REJECT, "";
    },
    texts: Some(&TEXTS),
    steps: &[Step {
        name: "requests for approval",
        run: approval::purge,
    }],
    gates: &[ownership::gate, approval::gate],
    marks: Some(console::mark),
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("as-code");

#[cfg(test)]
mod tests;

//! Reports of months: active, new and departed users, sign-ins by app, sign-in methods, and access given and
//! taken.
//!
//! The numbers of a month are stored after its end, because the audit log may be archived and nothing else
//! records how many users had a factor then.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod console;
mod count;
pub mod month;
mod operations;
pub mod use_cases;

use doorward_console_ui::console::Access;
use doorward_console_ui::feature::{Feature, SectionLink, Step};
use doorward_console_ui::routes::Routes;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;
use doorward_templates::console::Section;

pub static FEATURE: Feature = Feature {
    name: "reports",
    commands: &[(
        "report",
        "Show the numbers of a month: users, sign-ins, sign-in methods, access",
    )],
    operations: operations::ALL,
    routes: |config| console::configure(&mut Routes(config)),
    links: &[SectionLink {
        section: Section::System,
        path: console::PATH,
        text: "reports-title",
        access: Access::Global("system:read"),
    }],
    texts: Some(&TEXTS),
    steps: &[Step {
        name: "monthly reports",
        run: |context| Box::pin(use_cases::store_due(&context.core.db, context.core.now())),
    }],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("reports");

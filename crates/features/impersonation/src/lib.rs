//! Impersonation: an administrator acts as a user in one client for minutes, with a reason.
//!
//! The ground answers requests of the client (`oauth::authorize::impersonation`) and rejects tokens whose
//! administrator may no longer act (`oauth::grant_state`); this feature starts and ends impersonations, shows
//! them to the administrator, and notifies the user.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod bar;
mod console;
mod mail;
mod operations;
mod use_cases;

use doorward_console_ui::feature::{Feature, ObjectPage};
use doorward_console_ui::forms;
use doorward_console_ui::routes::Routes;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;
use doorward_templates::console::Section;

pub static FEATURE: Feature = Feature {
    name: "impersonation",
    commands: &[("impersonation", "Act as a user in one client for minutes")],
    operations: operations::ALL,
    routes: |config| {
        bar::configure(config);
        console::configure(&mut Routes(config));
    },
    object_pages: &[ObjectPage {
        of: Section::People,
        below: console::BELOW,
        text: console::TITLE,
        access: console::ACCESS,
        kind: None,
    }],
    forms: forms! {
        "/admin/people/{id}/impersonate" => operations::START,
            "user={id} client session={session} support_code={support_code?}";
    },
    texts: Some(&TEXTS),
    mails: &[mail::MAIL],
    bars: &[|page, signed_in| Box::pin(bar::read(page, signed_in))],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("impersonation");

//! Own texts: an operator replaces a text of pages and messages, for the deployment, an organization or an app.
//!
//! The ground has the table, and shows the stored texts if this feature is in the program; this feature changes,
//! lists and checks them.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod check;
mod console;
mod kind;
mod operations;
mod use_cases;

use doorward_console::{apps, organizations, system};
use doorward_console_ui::feature::{Check, Feature, ObjectPage};
use doorward_console_ui::forms;
use doorward_console_ui::routes::Routes;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;
use doorward_templates::console::Section;

pub static FEATURE: Feature = Feature {
    name: "own-texts",
    commands: &[("text", "Manage own texts of pages and e-mail messages")],
    operations: operations::ALL,
    routes: |config| console::configure(&mut Routes(config)),
    object_pages: &[
        ObjectPage {
            of: Section::Apps,
            below: console::BELOW,
            text: console::TITLE,
            access: apps::pages::WRITE,
            kind: None,
        },
        ObjectPage {
            of: Section::Organizations,
            below: console::BELOW,
            text: console::TITLE,
            access: organizations::pages::WRITE_ALL,
            kind: None,
        },
        ObjectPage {
            of: Section::System,
            below: console::BELOW,
            text: console::TITLE,
            access: system::pages::WRITE,
            kind: None,
        },
    ],
    forms: forms! {
        "/admin/system/texts/{lang}/{key}" => operations::SET, "language={lang} key text";
        "/admin/system/texts/{lang}/{key}/remove" => operations::REMOVE, "language={lang} key";
        "/admin/organizations/{id}/texts/{lang}/{key}" => operations::SET,
            "language={lang} key text organization={id}";
        "/admin/organizations/{id}/texts/{lang}/{key}/remove" => operations::REMOVE,
            "language={lang} key organization={id}";
        "/admin/apps/{id}/texts/{lang}/{key}" => operations::SET,
            "language={lang} key text client_id={id}";
        "/admin/apps/{id}/texts/{lang}/{key}/remove" => operations::REMOVE,
            "language={lang} key client_id={id}";
    },
    texts: Some(&TEXTS),
    kinds: &[&kind::KIND],
    shows_stored_texts: true,
    checks: &[Check {
        part: "own texts",
        run: |context| Box::pin(check::run(context)),
    }],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("own-texts");

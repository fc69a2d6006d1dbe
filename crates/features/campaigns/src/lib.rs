//! Campaigns: users of a group, of an organization or of the deployment must have a second factor from a date,
//! and are reminded before.
//!
//! The ground enforces open campaigns at each sign-in (`services::factors`), also without this feature; it
//! starts and ends them, excepts users, and sends the reminders.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod console;
mod operations;
mod reminders;
pub mod use_cases;

use doorward_console_ui::console::Access;
use doorward_console_ui::feature::{Feature, FeaturePlace, Step};
use doorward_console_ui::forms;
use doorward_console_ui::routes::Routes;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;
use doorward_templates::console::{Section, icons};

pub static FEATURE: Feature = Feature {
    name: "campaigns",
    commands: &[("mfa", "Require a second factor of users from a date")],
    operations: operations::ALL,
    routes: |config| console::configure(&mut Routes(config)),
    places: &[FeaturePlace {
        after: Section::People,
        path: console::PATH,
        text: "campaigns-title",
        icon: icons::MEGAPHONE,
        access: Access::Global("users:read"),
    }],
    forms: forms! {
        "/admin/campaigns/new" => operations::REQUIRE,
            "group={target_id}[target=group] organization={target_id}[target=organization] \
             all=true[target=all] from reminders#*";
        "/admin/campaigns/{id}/reschedule" => operations::RESCHEDULE, "from";
        "/admin/campaigns/{id}/end" => operations::END, "";
        "/admin/campaigns/{id}/users/{user}/except" => operations::EXCEPT,
            "user until={expires} reason";
        "/admin/campaigns/{id}/users/{user}/end-exception" => operations::END_EXCEPTION, "user";
    },
    texts: Some(&TEXTS),
    mails: &[reminders::MAIL],
    steps: &[Step {
        name: "second factor reminders",
        run: |context| Box::pin(reminders::run_due(context)),
    }],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("campaigns");

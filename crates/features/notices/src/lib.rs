//! A notice on all pages in a period, in the language of the user, and read-only mode: a period in which the
//! server rejects changes, while sign-ins and tokens go on.
//!
//! The ground rejects the changes and says so on each page (`rules::read_only`, `services::banners`), also
//! without this feature; this feature shows the notice, and sets and removes both.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod console;
mod operations;
mod use_cases;

use doorward_console_ui::feature::{Feature, SectionLink};
use doorward_console_ui::forms;
use doorward_console_ui::routes::Routes;
use doorward_i18n::feature_texts;
use doorward_i18n::feature_texts::FeatureTexts;
use doorward_templates::console::Section;

pub static FEATURE: Feature = Feature {
    name: "notices",
    commands: &[
        ("notice", "Show a notice on all pages"),
        ("read-only", "Reject changes for a period"),
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
        "/admin/notices/set" => operations::SET,
            "text languages={pairs&} from={from?} until";
        "/admin/notices/remove" => operations::REMOVE, "";
        "/admin/read-only/set" => operations::SET_READ_ONLY, "from={from?} until";
        "/admin/read-only/end" => operations::END_READ_ONLY, "";
    },
    texts: Some(&TEXTS),
    banners: &[|core, lang| {
        let notice = core.state.get().notice.clone()?;
        let is_shown = notice.period.contains(core.now());
        is_shown.then(|| notice.text_in(lang.code()).to_owned())
    }],
    ..Feature::NONE
};

static TEXTS: FeatureTexts = feature_texts!("notices");

//! `/admin/notices`: the notice on all pages, and read-only mode.

mod forms;

use doorward_console_ui::prelude::*;
use doorward_console_ui::routes::Routes;
use doorward_domain::model::Period;

use crate::use_cases;

pub(super) const PATH: &str = "/admin/notices";
pub(super) const TITLE: &str = "notices-title";
pub(super) const READ: Access = Access::Global("system:read");
const WRITE: Access = Access::Global("system:write");
const SET: &str = "notices-set";
const SET_DONE: &str = "notices-set-done";
const SET_READ_ONLY: &str = "notices-read-only-set";
const SET_READ_ONLY_DONE: &str = "notices-read-only-set-done";

const REMOVE: Messages = Messages {
    question: "notices-remove-question",
    text: "notices-remove-text",
    submit: "notices-remove",
    done: "notices-removed",
};
const END_READ_ONLY: Messages = Messages {
    question: "notices-read-only-end-question",
    text: "notices-read-only-end-text",
    submit: "notices-read-only-end",
    done: "notices-read-only-ended",
};

pub(super) fn configure(routes: &mut Routes<'_>) {
    routes
        .page_for(PATH, READ, show)
        .form("/admin/notices/set", WRITE, forms::set)
        .form("/admin/notices/remove", WRITE, forms::remove)
        .form("/admin/read-only/set", Access::Admin, forms::set_read_only)
        .form("/admin/read-only/end", Access::Admin, forms::end_read_only);
}

async fn show(console: &Console<'_>) -> Answer {
    let stored = use_cases::state(&console.context()).await?;
    let (notice, read_only) = (stored.notice, stored.read_only);
    let mut facts = Vec::new();
    match &notice {
        None => facts.push(console.fact("notices-notice", console.text("notices-none"))),
        Some(notice) => {
            facts.push(console.fact("notices-notice", Value::Name(notice.text.clone())));
            for (code, text) in &notice.translations {
                facts.push(Fact::new(code.clone(), Value::Name(text.clone())));
            }
            facts.extend(period(console, notice.period));
        }
    }
    match read_only {
        None => facts.push(console.fact("notices-read-only", console.text("notices-writable"))),
        Some(read_only) => {
            facts.push(console.fact("notices-read-only", state(console, read_only)));
            facts.extend(period(console, read_only));
        }
    }
    let may = (console.has(WRITE), console.has(Access::Admin));
    let actions = [
        (may.0, "/admin/notices/set", SET),
        (may.1, "/admin/read-only/set", SET_READ_ONLY),
    ];
    let actions = actions.into_iter().filter(|(is_offered, ..)| *is_offered);
    let actions = actions.map(|(_, path, key)| console.link(path, key));
    let remove = (may.0 && notice.is_some()).then(|| REMOVE.risk(console, "/admin/notices/remove"));
    let end =
        (may.1 && read_only.is_some()).then(|| END_READ_ONLY.risk(console, "/admin/read-only/end"));
    let done = [
        SET_DONE,
        SET_READ_ONLY_DONE,
        REMOVE.done,
        END_READ_ONLY.done,
    ];
    console.show(&Detail {
        lead: console.t("notices-text"),
        notice: console.notice(&done)?,
        facts,
        actions: actions.collect(),
        risky: remove.into_iter().chain(end).collect(),
        ..console.object(Section::System, console.t(TITLE))
    })
}

fn period(console: &Console<'_>, period: Period) -> [Fact; 2] {
    [
        console.fact("notices-from", Value::Moment(period.from)),
        console.fact("notices-until", Value::Moment(period.until)),
    ]
}

/// Returns the state of the read-only period.
fn state(console: &Console<'_>, period: Period) -> Value {
    if period.contains(console.now()) {
        console.state_value(Tone::Warn, "notices-read-only-active")
    } else if console.now() < period.from {
        console.state_value(Tone::Plain, "notices-announced")
    } else {
        console.state_value(Tone::Plain, "console-ended")
    }
}

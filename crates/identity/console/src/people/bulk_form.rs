//! The form around the list of users, which changes the chosen ones.

use doorward_admin::bulk_step;
use doorward_domain::model::BulkAction;
use doorward_templates::console::BulkForm;

use doorward_console_ui::prelude::*;
use doorward_console_ui::selection::{filter, list_at};

pub(crate) const QUESTION: &str = "/admin/people/bulk";
pub(crate) const NOTHING: &str = "console-bulk-nothing";
pub(crate) const NO_ACTION: &str = "console-bulk-no-action";

pub(crate) struct Chooser {
    pub(crate) form: BulkForm,
    /// True if the rows have checkboxes; false if all users of the filter are chosen.
    pub(crate) has_boxes: bool,
}

pub(crate) const fn name(action: BulkAction) -> &'static str {
    match action {
        BulkAction::Disable => "console-user-disable",
        BulkAction::Enable => "console-user-enable",
        BulkAction::EndSessions => "console-user-end",
        BulkAction::AddToGroup => "console-bulk-group",
        BulkAction::VerifyEmail => "console-bulk-verify",
        BulkAction::ChangeEmailDomain => "console-bulk-domain",
        BulkAction::RequireNewPassword => "console-bulk-password",
    }
}

pub(crate) fn offered(console: &Console<'_>) -> Vec<BulkAction> {
    let context = console.context();
    let all = BulkAction::ALL.into_iter();
    all.filter(|action| bulk_step::check(&context, *action).is_ok())
        .collect()
}

/// Returns the URL of the list of users with a filter and more parameters; empty ones are left out.
pub(crate) fn list(filter: &str, more: &[(&str, &str)]) -> String {
    list_at(PEOPLE, filter, more)
}

/// Returns the form around a page with this many other users, if the administrator may change users.
pub(crate) fn chooser(
    console: &Console<'_>,
    others: usize,
    pager: &Pager,
) -> Result<Option<Chooser>, Stop> {
    let offered = offered(console);
    if others == 0 || offered.is_empty() {
        return Ok(None);
    }
    let params = console.page.query()?;
    let has_boxes = text(&params, "choose")? != "all";
    let filter = filter(&params);
    let (fields, note, other) = if has_boxes {
        let label = match i64::try_from(others) {
            Ok(count) if pager.first.is_none() && pager.next.is_none() => {
                let key = "console-bulk-all-count";
                console.layout.t_plural(key, "count", count)
            }
            _ => console.t("console-bulk-all-matching"),
        };
        let cursor = text(&params, "cursor")?.to_owned();
        let all = Link::new(list(&filter, &[("choose", "all")]), label);
        (vec![("cursor", cursor)], String::new(), all)
    } else {
        let single = console.link(list(&filter, &[]), "console-bulk-single");
        let note = console.t("console-bulk-all-chosen");
        (vec![("all", "yes".to_owned())], note, single)
    };
    let form = BulkForm {
        action: QUESTION.to_owned(),
        fields: fields.into_iter().chain([("filter", filter)]).collect(),
        note,
        choice: Some(choice(console, &offered)),
        submit: console.t("continue"),
        other: Some(other),
    };
    Ok(Some(Chooser { form, has_boxes }))
}

fn choice(console: &Console<'_>, offered: &[BulkAction]) -> EntryField {
    let none = (String::new(), console.t("console-bulk-choose"));
    let choices = offered.iter();
    let choices = choices.map(|action| (action.as_str().to_owned(), console.t(name(*action))));
    let kind = select([none].into_iter().chain(choices));
    entry("action", console.t("console-bulk-action"), "", kind)
}

pub(crate) fn notice(console: &Console<'_>) -> Result<Option<Notice>, Stop> {
    let found = console.notice(&[NOTHING, NO_ACTION])?;
    Ok(found.map(|notice| Notice {
        is_error: true,
        ..notice
    }))
}

//! The form around the list of users, which changes the chosen ones.

use doorward_admin::bulk_step;
use doorward_domain::model::BulkAction;
use doorward_http::page::PageError;
use doorward_http::page_support::text;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::{
    BulkForm, Choice, EntryField, FieldKind, Link, Notice, Pager, Section,
};
use url::form_urlencoded::Serializer;

use crate::console::Console;

/// Path of the question.
pub(crate) const QUESTION: &str = "/admin/people/bulk";
/// Notice of a form without a chosen user.
pub(crate) const NOTHING: &str = "console-bulk-nothing";
/// Notice of a form without a chosen operation.
pub(crate) const NO_ACTION: &str = "console-bulk-no-action";

/// Parameters of the list that are not part of its filter.
const NOT_FILTERS: [&str; 4] = ["choose", "count", "cursor", "done"];

/// The form around a list of users.
pub(crate) struct Chooser {
    /// The form.
    pub(crate) form: BulkForm,
    /// True if the rows have checkboxes; false if all users of the filter are chosen.
    pub(crate) has_boxes: bool,
}

/// Returns the message of the name of an operation.
pub(crate) const fn name(action: BulkAction) -> &'static str {
    match action {
        BulkAction::Disable => "console-user-disable",
        BulkAction::Enable => "console-user-enable",
        BulkAction::EndSessions => "console-user-end",
        BulkAction::AddToGroup => "console-bulk-group",
        BulkAction::VerifyEmail => "console-bulk-verify",
    }
}

/// Returns the operations that the administrator may do.
pub(crate) fn offered(console: &Console<'_>) -> Vec<BulkAction> {
    let context = console.context();
    let all = BulkAction::ALL.into_iter();
    all.filter(|action| bulk_step::check(&context, *action).is_ok())
        .collect()
}

/// Returns the filter of the list as its query string, whatever parameters it has.
pub(crate) fn filter(params: &Params) -> String {
    let pairs = params.iter();
    let pairs = pairs.filter(|(name, value)| !NOT_FILTERS.contains(name) && !value.is_empty());
    let mut query = Serializer::new(String::new());
    query.extend_pairs(pairs).finish()
}

/// Returns the filter that a form repeats.
pub(crate) fn repeated_filter(form: &Params) -> Result<String, PageError> {
    let params = Params::parse(text(form, "filter")?.as_bytes());
    Ok(filter(&params.map_err(|_| ErrorKind::BadRequest)?))
}

/// Returns the URL of the list of users with a filter and more parameters; empty ones are left out.
pub(crate) fn list(filter: &str, more: &[(&str, &str)]) -> String {
    list_at(Section::People.path(), filter, more)
}

/// Returns the URL of the list at this path in the same way.
pub(crate) fn list_at(home: &str, filter: &str, more: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(filter.to_owned());
    query.extend_pairs(more.iter().filter(|(_, value)| !value.is_empty()));
    match query.finish() {
        query if query.is_empty() => home.to_owned(),
        query => format!("{home}?{query}"),
    }
}

/// Returns the form around a page with this many other users, if the administrator may change users.
pub(crate) fn chooser(
    console: &Console<'_>,
    others: usize,
    pager: &Pager,
) -> Result<Option<Chooser>, PageError> {
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
        let single = Link::new(list(&filter, &[]), console.t("console-bulk-single"));
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
    let none = Choice {
        value: String::new(),
        text: console.t("console-bulk-choose"),
    };
    let choices = offered.iter().map(|action| Choice {
        value: action.as_str().to_owned(),
        text: console.t(name(*action)),
    });
    EntryField {
        id: "action",
        label: console.t("console-bulk-action"),
        hint: String::new(),
        value: String::new(),
        kind: FieldKind::Select([none].into_iter().chain(choices).collect()),
        required: true,
        error: None,
    }
}

/// Returns the notice of a form that was incomplete.
pub(crate) fn notice(console: &Console<'_>) -> Result<Option<Notice>, PageError> {
    let found = console.notice(&[NOTHING, NO_ACTION])?;
    Ok(found.map(|notice| Notice {
        is_error: true,
        ..notice
    }))
}

#[cfg(test)]
mod tests {
    use doorward_protocol::params::Params;

    use super::{filter, list};

    #[test]
    fn filter_keeps_every_parameter_of_list() {
        let query = b"q=a+b&state=disabled&cursor=x&choose=all&done=y&count=3&empty=";
        let kept = filter(&Params::parse(query).unwrap());
        assert_eq!(kept, "q=a+b&state=disabled");
        let more = [("choose", "all"), ("cursor", "")];
        let url = list(&kept, &more);
        assert_eq!(url, "/admin/people?q=a+b&state=disabled&choose=all");
        assert_eq!(list("", &more[1..]), "/admin/people");
    }
}

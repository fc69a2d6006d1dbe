//! A field with checkboxes for registered names. A long one has a search, which keeps the form.

use doorward_protocol::params::Params;
use doorward_templates::console::{Choice, EntryField, FieldKind};
use doorward_web::page_support::text;
use url::form_urlencoded::Serializer;

use crate::also_as::STEP;
use crate::console::Console;
use crate::cursor::LIMIT;
use crate::stop::Stop;
use crate::visit::Visit;

/// Ends of the names of two fields: the text of the search, and the text that the shown names were
/// found with. The template has them too.
const SEARCH: &str = "-q";
const FOUND: &str = "-found";
const FIND: &str = "find";
/// Number of names from which a field has a search.
const LONG: usize = 12;
/// Number of chosen names from which a field is a text: a form has at most 100 values.
const MAX_CHOSEN: usize = 40;

/// Returns the chosen names, which are separated by white space within a value too.
pub fn names(form: &Params, field: &str) -> Vec<String> {
    let values = form.all(field).flat_map(str::split_whitespace);
    values.map(str::to_owned).collect()
}

/// Returns a field, whose value has the chosen names, as checkboxes: the chosen ones first, then
/// those of `all` that the text of the search occurs in.
pub fn entry(
    console: &Console<'_>,
    field: EntryField,
    form: &Params,
    all: Vec<Choice>,
) -> EntryField {
    let search = form.raw(&[field.id, SEARCH].concat()).ok().flatten();
    let (kind, is_cut) = checks(&field.value, search.unwrap_or_default().trim(), all);
    let hint = if is_cut {
        let more = console.t("console-picker-more");
        [field.hint, more].join(" ").trim().to_owned()
    } else {
        field.hint
    };
    EntryField {
        hint,
        kind,
        ..field
    }
}

/// Returns the checkboxes, and true if some that the search finds are left out.
fn checks(value: &str, search: &str, all: Vec<Choice>) -> (FieldKind, bool) {
    let chosen: Vec<&str> = value.split_whitespace().collect();
    if chosen.len() > MAX_CHOSEN {
        return (FieldKind::Lines, false);
    }
    let has_search = all.len() >= LONG;
    let is_unknown = |name: &&&str| all.iter().all(|choice| choice.value != **name);
    let unknown: Vec<Choice> = chosen
        .iter()
        .filter(is_unknown)
        .map(|name| Choice {
            value: (*name).to_owned(),
            text: String::new(),
        })
        .collect();
    let (mut choices, mut others): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|choice| chosen.contains(&choice.value.as_str()));
    let wanted = search.to_lowercase();
    others.retain(|choice| {
        let mut texts = [&choice.value, &choice.text].into_iter();
        texts.any(|text| text.to_lowercase().contains(&wanted))
    });
    let is_cut = others.len() > LIMIT;
    others.truncate(LIMIT);
    choices.extend(unknown.into_iter().chain(others));
    let search = has_search.then(|| search.to_owned());
    (FieldKind::Checks(choices, search), is_cut)
}

/// Leads to the result of a search in one of these fields, if the form was sent for one: the page
/// with the form in its URL.
pub fn search(visit: &Visit<'_>, fields: &[&str]) -> Result<(), Stop> {
    let form = &visit.form;
    if !visit.is_answer() {
        return Ok(());
    }
    let is_sent = |field: &&&str| form.iter().any(|(name, _)| name == **field);
    let mut searched = fields.iter().find(is_sent);
    if text(form, STEP)? != FIND {
        searched = None;
    }
    for field in fields {
        let typed = [SEARCH, FOUND].map(|end| [*field, end].concat());
        let [search, found] = &typed;
        if text(form, search)?.trim() != text(form, found)?.trim() {
            searched = Some(field);
        }
    }
    let Some(field) = searched else {
        return Ok(());
    };
    // An empty value says that its field was sent.
    let is_kept =
        |(name, _): &(&str, &str)| !["csrf", STEP].contains(name) && !name.ends_with(FOUND);
    let mut query = Serializer::new(String::new());
    query.extend_pairs(form.iter().filter(is_kept));
    let page = visit.console.page;
    let url = format!("{}?{}#{field}", page.request.path(), query.finish());
    Err(Stop::answer(page.see_other(&url)))
}

#[cfg(test)]
mod tests {
    use doorward_templates::console::{Choice, FieldKind};

    use super::{LIMIT, LONG, MAX_CHOSEN, checks};

    fn choices(names: impl IntoIterator<Item = usize>) -> Vec<Choice> {
        let choice = |number| Choice {
            value: format!("name{number:03}"),
            text: format!("Text {number}"),
        };
        names.into_iter().map(choice).collect()
    }

    /// Returns the shown names, if they are checkboxes, with the text of the search.
    #[track_caller]
    fn shown(value: &str, search: &str, all: usize) -> (Vec<String>, Option<String>, bool) {
        let (kind, is_cut) = checks(value, search, choices(0..all));
        let FieldKind::Checks(choices, search) = kind else {
            panic!("checkboxes");
        };
        let names = choices.into_iter().map(|choice| choice.value);
        (names.collect(), search, is_cut)
    }

    #[test]
    fn chosen_names_are_first_and_others_are_searched() {
        let (names, search, is_cut) = shown("name001 absent", "", 3);
        assert_eq!(names, ["name001", "absent", "name000", "name002"]);
        assert_eq!((search, is_cut), (None, false));
        let (names, search, _) = shown("name001", "TEXT 11", LONG);
        assert_eq!(names, ["name001", "name011"]);
        assert_eq!(search.as_deref(), Some("TEXT 11"));
        assert_eq!(shown("", "none", LONG).0, Vec::<String>::new());
        let (names, _, is_cut) = shown("name099", "name", 100);
        assert_eq!((names.len(), is_cut), (LIMIT + 1, true));
        assert!(!shown("name000", "name", LIMIT + 1).2);
    }

    #[test]
    fn many_chosen_names_are_text() {
        let names: Vec<String> = (0..=MAX_CHOSEN).map(|number| number.to_string()).collect();
        let (kind, _) = checks(&names.join("\n"), "", choices(0..3));
        assert!(matches!(kind, FieldKind::Lines));
    }
}

//! A field with checkboxes for registered names, and a search among them that keeps the form.

use doorward_protocol::params::Params;
use doorward_templates::console::{Choice, EntryField, FieldKind};
use doorward_web::page_support::text;

use crate::also_as::STEP;
use crate::console::Console;
use crate::cursor::LIMIT;
use crate::form::Field;
use crate::routes::filtered;
use crate::stop::Stop;
use crate::visit::Visit;

/// The text of the search, and the text that the shown names were found with.
const SEARCH: &str = "q";
const FOUND: &str = "found";
const FIND: &str = "find";
/// Fields that the URL of a search does not repeat.
const NOT_REPEATED: [&str; 3] = ["csrf", STEP, FOUND];

/// Returns the chosen names, which are separated by white space within a value too.
pub fn names(form: &Params, field: &str) -> Vec<String> {
    let values = form.all(field).flat_map(str::split_whitespace);
    values.map(str::to_owned).collect()
}

/// Returns the field with these names and their descriptions: the chosen ones first, then those that
/// the text of the search occurs in.
pub fn entry(
    console: &Console<'_>,
    field: Field,
    form: &Params,
    all: impl IntoIterator<Item = (String, String)>,
) -> Result<EntryField, Stop> {
    let label = field.entry(console, "");
    let chosen = names(form, label.id);
    let search = text(form, SEARCH)?.trim().to_lowercase();
    let all = all.into_iter().map(|(value, text)| Choice { value, text });
    let (mut choices, others): (Vec<_>, Vec<_>) =
        all.partition(|choice| chosen.contains(&choice.value));
    let is_found = |choice: &Choice| {
        let texts = [&choice.value, &choice.text];
        texts
            .iter()
            .any(|text| text.to_lowercase().contains(&search))
    };
    let mut found: Vec<_> = others.into_iter().filter(is_found).collect();
    let hint = if found.len() > LIMIT {
        console.t("console-picker-more")
    } else {
        String::new()
    };
    found.truncate(LIMIT);
    choices.extend(found);
    Ok(EntryField {
        hint,
        value: chosen.join("\n"),
        kind: FieldKind::Checks(choices, Some(search)),
        ..label
    })
}

/// Leads to the result of a search, if the form was sent for one: the page with the form in its URL.
pub fn search(visit: &Visit<'_>, field: &str) -> Result<(), Stop> {
    let form = &visit.form;
    let is_search =
        text(form, STEP)? == FIND || text(form, SEARCH)?.trim() != text(form, FOUND)?.trim();
    if !visit.is_answer() || !is_search {
        return Ok(());
    }
    let typed = form.iter().filter(|(name, _)| !NOT_REPEATED.contains(name));
    let page = visit.console.page;
    let url = filtered(page.request.path(), typed);
    Err(Stop::answer(page.see_other(&format!("{url}#{field}"))))
}

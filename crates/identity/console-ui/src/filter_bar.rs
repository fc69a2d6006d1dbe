//! The filters of a list in its form and links.

use doorward_templates::console::{EntryField, FieldKind, Link};

use crate::console::Console;
use crate::cursor::Cursor;
use crate::form::{entry, select};
use crate::routes::filtered;

#[derive(Clone, Copy)]
pub struct Filter {
    pub name: &'static str,
    pub label: &'static str,
    /// Message of the hint; empty for none.
    pub hint: &'static str,
    pub choices: &'static [(&'static str, &'static str)],
    /// True for the values that are offered.
    has: fn(&str) -> bool,
}

impl Filter {
    /// Returns a choice. Without one, the list is not filtered.
    pub const fn choice(
        name: &'static str,
        label: &'static str,
        choices: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            name,
            label,
            hint: "",
            choices,
            has: |_| true,
        }
    }

    /// Returns the choice with those of its values that this program has.
    #[must_use]
    pub const fn of(self, has: fn(&str) -> bool) -> Self {
        Self { has, ..self }
    }

    pub const fn text(name: &'static str, label: &'static str, hint: &'static str) -> Self {
        Self {
            name,
            label,
            hint,
            choices: &[],
            has: |_| true,
        }
    }

    fn shown(&self, console: &Console<'_>, value: &str) -> String {
        let known = self.choices.iter().find(|(known, _)| *known == value);
        known.map_or_else(|| value.to_owned(), |(_, key)| console.t(key))
    }

    fn kind(&self, console: &Console<'_>, value: &str) -> FieldKind {
        if self.choices.is_empty() {
            return FieldKind::Line;
        }
        let every = ("", console.t("console-all-time"));
        let all = self.choices.iter().filter(|(name, _)| (self.has)(name));
        let all = all.map(|(name, key)| (*name, console.t(key)));
        let is_known = value.is_empty() || self.choices.iter().any(|(name, _)| *name == value);
        // A value that only a link contains is kept by the form.
        let other = (!is_known).then(|| (value, value.to_owned()));
        let choices = std::iter::once(every).chain(all).chain(other);
        select(choices.map(|(value, text)| (value.to_owned(), text)))
    }
}

pub fn fields(console: &Console<'_>, cursor: &Cursor, filters: &[Filter]) -> Vec<EntryField> {
    let field = |filter: &Filter| {
        let value = cursor.filter(filter.name);
        let hint = match filter.hint {
            "" => String::new(),
            key => console.t(key),
        };
        let kind = filter.kind(console, value);
        EntryField {
            hint,
            required: false,
            ..entry(filter.name, console.t(filter.label), value, kind)
        }
    };
    filters.iter().map(field).collect()
}

pub fn chosen(console: &Console<'_>, cursor: &Cursor, path: &str, filters: &[Filter]) -> Vec<Link> {
    let remove = |filter: &Filter| {
        let value = cursor.filter(filter.name);
        if value.is_empty() {
            return None;
        }
        let text = removal(console, filter.label, filter.shown(console, value));
        let rest = cursor.filters().filter(|(name, _)| *name != filter.name);
        Some(Link::new(filtered(path, rest), text))
    };
    filters.iter().filter_map(remove).collect()
}

/// Returns the text of a link that removes a value, named by the message of its label.
pub fn removal(console: &Console<'_>, label: &str, value: String) -> String {
    let variables = [("name", console.t(label).into()), ("value", value.into())];
    let lang = console.layout.lang;
    lang.text_with("console-filter-remove-value", &variables)
}

pub fn files(console: &Console<'_>, cursor: &Cursor, path: &str) -> Vec<Link> {
    let file = |end: &str, key: &str| {
        let path = filtered(&format!("{path}.{end}"), cursor.filters());
        console.link(path, key)
    };
    vec![
        file("csv", "console-audit-download"),
        file("json", "console-download-json"),
    ]
}

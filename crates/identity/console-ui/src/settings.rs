//! Forms over a table of settings: one field for each, and the review of those that change.

use doorward_protocol::params::Params;
use doorward_rules::client_change::Effect;
use doorward_templates::ErrorKind;
use doorward_templates::console::{EntryField, State, Table, Tone, Value};

use crate::console::Console;
use crate::form;
use crate::stop::Stop;

pub trait Setting {
    fn id(&self) -> &'static str;

    /// Returns the heading of the fields that it belongs to; empty for none.
    fn heading(&self) -> &'static str {
        ""
    }

    /// Returns true if its fields are hidden until their heading is opened.
    fn is_folded(&self) -> bool {
        false
    }

    /// Returns true if the form cannot change it.
    fn is_fixed(&self) -> bool {
        false
    }

    /// Returns true if its fields have the same name, such as checkboxes.
    fn takes_many(&self) -> bool {
        false
    }

    fn text(&self) -> String;

    fn differs(&self, text: &str) -> bool;

    fn entry(&self, console: &Console<'_>, text: &str) -> EntryField;
}

/// Settings with the texts of their fields.
pub struct Draft<S>(pub Vec<(S, String)>);

impl<S: Setting> Draft<S> {
    pub fn stored(settings: impl IntoIterator<Item = S>) -> Self {
        let settings = settings.into_iter();
        let texts = settings.map(|setting| {
            let text = setting.text();
            (setting, text)
        });
        Self(texts.collect())
    }

    /// Returns the texts of a form. A field that was not sent keeps the stored one, as does a fixed
    /// one.
    pub fn typed(settings: impl IntoIterator<Item = S>, form: &Params) -> Result<Self, Stop> {
        let mut draft = Self::stored(settings);
        for (setting, text) in &mut draft.0 {
            let typed = typed(setting, form)?;
            if let Some(typed) = typed.filter(|_| !setting.is_fixed()) {
                *text = typed;
            }
        }
        Ok(draft)
    }

    pub fn changed(&self) -> impl Iterator<Item = (&S, &str)> {
        let texts = self
            .0
            .iter()
            .map(|(setting, text)| (setting, text.as_str()));
        texts.filter(|(setting, text)| setting.differs(text))
    }

    /// Returns the changed texts, to be posted again.
    pub fn hidden(&self) -> Vec<(&'static str, String)> {
        let changed = self.changed();
        changed
            .map(|(setting, text)| (setting.id(), text.to_owned()))
            .collect()
    }

    pub fn entries(&self, console: &Console<'_>) -> Vec<EntryField> {
        let mut entries = Vec::new();
        let mut last = None;
        for (setting, text) in &self.0 {
            let heading = setting.heading();
            if last != Some(heading) {
                last = Some(heading);
                entries.push(if setting.is_folded() {
                    form::fold(console, heading)
                } else {
                    form::heading(console, heading)
                });
            }
            entries.push(setting.entry(console, text));
        }
        entries
    }
}

/// Returns the text of a setting that was sent; `None` if none was. Several values are lines.
fn typed(setting: &impl Setting, form: &Params) -> Result<Option<String>, Stop> {
    if setting.takes_many() {
        let is_sent = form.iter().any(|(name, _)| name == setting.id());
        let values = || form.all(setting.id()).collect::<Vec<_>>().join("\n");
        return Ok(is_sent.then(values));
    }
    let typed = form.raw(setting.id()).map_err(|_| ErrorKind::BadRequest)?;
    Ok(typed.map(str::to_owned))
}

/// Returns the table of changed settings, each with its values and what the change means.
pub fn review(
    console: &Console<'_>,
    changes: impl IntoIterator<Item = (String, [Value; 2], Effect)>,
) -> Table {
    let row = |(name, [before, after], change): (String, [Value; 2], Effect)| {
        let change = Value::States(vec![effect(console, change)]);
        vec![Value::Text(name), before, after, change]
    };
    let columns = [
        "console-field",
        "console-before",
        "console-after",
        "console-effect",
    ];
    let rows = changes.into_iter().map(row).collect();
    console.table("console-audit-change", &columns, rows, "console-none")
}

fn effect(console: &Console<'_>, effect: Effect) -> State {
    match effect {
        Effect::Weaker => console.state(Tone::Warn, "console-effect-weaker"),
        Effect::Stronger => console.state(Tone::Good, "console-effect-stronger"),
        Effect::Neutral => console.state(Tone::Plain, "console-effect-neutral"),
    }
}

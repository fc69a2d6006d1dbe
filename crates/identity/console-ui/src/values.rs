//! Values of tables and facts, with messages in place of missing ones.

use doorward_domain::model::ClientId;
use doorward_domain::time::UnixSeconds;
use doorward_templates::console::{Fact, Link, State, Tone, Value};

use crate::console::Console;
use crate::routes;

const DAY: i64 = 24 * 60 * 60;

impl Console<'_> {
    pub fn text(&self, key: &str) -> Value {
        Value::Text(self.t(key))
    }

    pub fn fact(&self, label: &str, value: Value) -> Fact {
        Fact::new(self.t(label), value)
    }

    /// Returns those of these values that are known.
    pub fn known_facts<'k>(
        &self,
        facts: impl IntoIterator<Item = (&'k str, Option<Value>)>,
    ) -> Vec<Fact> {
        let facts = facts.into_iter();
        facts
            .filter_map(|(label, value)| Some(self.fact(label, value?)))
            .collect()
    }

    pub fn number(&self, label: &str, number: &impl ToString) -> Fact {
        self.fact(label, Value::Text(number.to_string()))
    }

    pub fn link(&self, path: impl Into<String>, key: &str) -> Link {
        Link::new(path, self.t(key))
    }

    pub fn state(&self, tone: Tone, key: &str) -> State {
        State::new(tone, self.t(key))
    }

    pub fn state_value(&self, tone: Tone, key: &str) -> Value {
        Value::States(vec![self.state(tone, key)])
    }

    pub fn enabled(&self, is_enabled: bool) -> State {
        if is_enabled {
            self.state(Tone::Good, "console-active")
        } else {
            self.state(Tone::Warn, "console-disabled")
        }
    }

    pub fn passed(&self, is_passed: bool) -> State {
        if is_passed {
            self.state(Tone::Good, "console-test-good")
        } else {
            self.state(Tone::Warn, "console-test-bad")
        }
    }

    pub fn yes(&self, is_so: bool) -> Value {
        self.text(if is_so { "console-yes" } else { "console-no" })
    }

    /// Returns a time relative to now, or the text for a key.
    pub fn ago(&self, at: Option<UnixSeconds>, none: &str) -> Value {
        at.map_or_else(|| self.text(none), Value::Ago)
    }

    /// Returns a time with date and time, or the text for a key.
    pub fn moment(&self, at: Option<UnixSeconds>, none: &str) -> Value {
        at.map_or_else(|| self.text(none), Value::Moment)
    }

    pub fn day(&self, at: Option<UnixSeconds>, none: &str) -> Value {
        at.map_or_else(|| self.text(none), Value::Day)
    }

    /// Returns an identifier, or that there is none.
    pub fn code(&self, text: Option<impl Into<String>>) -> Value {
        let none = || self.text("console-none");
        text.map_or_else(none, |text| Value::Code(text.into()))
    }

    /// Returns a time: relative to now within the last day, or with date and time.
    pub fn recent(&self, at: UnixSeconds) -> Value {
        if (0..DAY).contains(&(self.now() - at)) {
            Value::Ago(at)
        } else {
            Value::Moment(at)
        }
    }

    /// Returns the link to a client by its name if it is known, or its ID for an administrator who may not
    /// open it.
    pub fn client(&self, id: &str, name: Option<&str>) -> Value {
        match ClientId::parse(id) {
            Some(client) if self.may_globally("clients:read") => {
                Value::Link(Link::new(routes::app(&client), name.unwrap_or(id)))
            }
            _ => Value::Code(id.to_owned()),
        }
    }

    /// Returns identifiers, one a line, or that there are none.
    pub fn codes<T: Into<String>>(&self, all: impl IntoIterator<Item = T>) -> Value {
        let all: Vec<String> = all.into_iter().map(Into::into).collect();
        if all.is_empty() {
            self.text("console-none")
        } else {
            Value::Codes(all)
        }
    }

    /// Returns texts in the language of the page beside each other, or that there are none.
    pub fn texts(&self, all: impl IntoIterator<Item = String>) -> Value {
        let all: Vec<String> = all.into_iter().collect();
        if all.is_empty() {
            self.text("console-none")
        } else {
            Value::Text(all.join(", "))
        }
    }

    /// Returns the link to an action, named for screen readers by its text and an object.
    pub fn action(&self, path: String, key: &str, object: &str) -> Value {
        let text = self.t(key);
        let label = format!("{text}: {object}");
        Value::Action(Link::new(path, text), label)
    }

    /// Returns the link to an action, named for screen readers by a message with one variable.
    pub fn labelled(
        &self,
        path: String,
        key: &str,
        label: [&'static str; 2],
        value: &str,
    ) -> Value {
        let [label, variable] = label;
        let label = self.layout.t_with(label, variable, value);
        Value::Action(self.link(path, key), label)
    }

    /// Returns the links to sub-pages of an object; `below` marks the current one.
    pub fn pages<'k>(
        &self,
        home: &str,
        below: &str,
        pages: impl IntoIterator<Item = (&'k str, &'k str)>,
    ) -> Vec<(Link, bool)> {
        let link = |(path, key): (&str, &str)| {
            let link = self.link(format!("{home}{path}"), key);
            (link, path == below)
        };
        pages.into_iter().map(link).collect()
    }
}

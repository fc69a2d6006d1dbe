//! Choices of how long something lasts.

use doorward_domain::time::UnixSeconds;
use doorward_protocol::params::Params;
use doorward_rules::client_secret::OVERLAP_DEFAULT;
use doorward_templates::ErrorKind;
use doorward_templates::console::EntryField;
use doorward_web::page_support::text;

use crate::console::Console;
use crate::form::{entry, select};
use crate::stop::Stop;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const ENDLESS: &str = "none";

pub struct Durations {
    field: &'static str,
    label: &'static str,
    /// The value that the form suggests; empty for the first one.
    suggested: &'static str,
    /// The values with their messages and their seconds; `None` for no end, or no time at all.
    choices: &'static [(&'static str, &'static str, Option<i64>)],
}

pub const ASSIGNMENT: Durations = Durations {
    field: "lifetime",
    label: "console-lifetime",
    suggested: "",
    choices: &[
        ("8h", "console-for-8-hours", Some(8 * HOUR)),
        ("7d", "console-for-7-days", Some(7 * DAY)),
        ("90d", "console-for-90-days", Some(90 * DAY)),
        (ENDLESS, "console-for-ever", None),
    ],
};

pub const REGISTRATION: Durations = Durations {
    choices: &[
        ("7d", "console-for-7-days", Some(7 * DAY)),
        ("1d", "console-for-1-day", Some(DAY)),
        ("30d", "console-for-30-days", Some(30 * DAY)),
        ("90d", "console-for-90-days", Some(90 * DAY)),
    ],
    ..ASSIGNMENT
};

/// The time for which a former client secret is accepted. An app can be reconfigured without an
/// interruption.
pub const FORMER_SECRET: Durations = Durations {
    field: "keep_old",
    label: "console-keep-old",
    suggested: "7d",
    choices: &[
        ("no", "console-keep-no", None),
        ("1d", "console-for-1-day", Some(DAY)),
        ("7d", "console-for-7-days", Some(OVERLAP_DEFAULT)),
        ("30d", "console-for-30-days", Some(30 * DAY)),
    ],
};

impl Durations {
    pub fn entry(&self, console: &Console<'_>, typed: &Params) -> Result<EntryField, Stop> {
        let choices = self.choices.iter();
        let choices = choices.map(|(value, key, _)| ((*value).to_owned(), console.t(key)));
        let value = match text(typed, self.field)? {
            "" => self.suggested,
            value => value,
        };
        let label = console.t(self.label);
        Ok(entry(self.field, label, value, select(choices)))
    }

    pub fn is_endless(&self, form: &Params) -> Result<bool, Stop> {
        Ok(text(form, self.field)? == ENDLESS)
    }

    pub fn is_in(&self, form: &Params) -> Result<bool, Stop> {
        Ok(!text(form, self.field)?.is_empty())
    }

    /// Returns the end that the form chooses, counted from now.
    pub fn end(&self, console: &Console<'_>, form: &Params) -> Result<Option<UnixSeconds>, Stop> {
        let value = text(form, self.field)?;
        let chosen = self.choices.iter().find(|(name, ..)| *name == value);
        let (_, _, seconds) = chosen.ok_or(ErrorKind::BadRequest)?;
        Ok(seconds.map(|seconds| console.now() + seconds))
    }
}

//! Choices of how long something lasts.

use doorward_domain::time::UnixSeconds;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::console::EntryField;
use doorward_web::page_support::text;

use crate::console::Console;
use crate::form::{entry, select};
use crate::lifetime;
use crate::stop::Stop;

const ENDLESS: &str = "none";

pub struct Durations {
    field: &'static str,
    label: &'static str,
    /// The value that the form suggests; empty for the first one.
    suggested: &'static str,
    /// The values with their messages. A value is a time, or a word for no end or no time at all.
    choices: &'static [(&'static str, &'static str)],
}

pub const ASSIGNMENT: Durations = Durations {
    field: "lifetime",
    label: "console-lifetime",
    suggested: "",
    choices: &[
        ("8h", "console-for-8-hours"),
        ("7d", "console-for-7-days"),
        ("90d", "console-for-90-days"),
        (ENDLESS, "console-for-ever"),
    ],
};

pub const REGISTRATION: Durations = Durations {
    choices: &[
        ("7d", "console-for-7-days"),
        ("1d", "console-for-1-day"),
        ("30d", "console-for-30-days"),
        ("90d", "console-for-90-days"),
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
        ("no", "console-keep-no"),
        ("1d", "console-for-1-day"),
        ("7d", "console-for-7-days"),
        ("30d", "console-for-30-days"),
    ],
};

impl Durations {
    pub fn entry(&self, console: &Console<'_>, typed: &Params) -> Result<EntryField, Stop> {
        let choices = self.choices.iter();
        let choices = choices.map(|(value, key)| ((*value).to_owned(), console.t(key)));
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
        if self.choices.iter().all(|(name, _)| *name != value) {
            return Err(ErrorKind::BadRequest.into());
        }
        Ok(lifetime::parse(value).map(|seconds| console.now() + seconds))
    }
}

#[cfg(test)]
mod tests {
    use doorward_rules::client_secret::OVERLAP_DEFAULT;

    use super::{ASSIGNMENT, ENDLESS, FORMER_SECRET, REGISTRATION, lifetime};

    #[test]
    fn values_are_times_or_words() {
        for durations in [ASSIGNMENT, REGISTRATION, FORMER_SECRET] {
            for (value, _) in durations.choices {
                let is_word = [ENDLESS, "no"].contains(value);
                assert_eq!(lifetime::parse(value).is_none(), is_word, "{value}");
            }
        }
        let suggested = lifetime::parse(FORMER_SECRET.suggested);
        assert_eq!(suggested, Some(OVERLAP_DEFAULT));
    }
}

//! Values of several commands: parsers, texts and the reason of a change.

use clap::Args;
use doorward_admin::change_reason::ChangeReason;
use doorward_config::seconds;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, Time, macros};

/// Returns a value, or the text that names the words for all values.
pub(super) fn one_of<T>(
    value: Option<T>,
    noun: &str,
    words: impl IntoIterator<Item = &'static str>,
) -> Result<T, String> {
    value.ok_or_else(|| {
        let words: Vec<_> = words.into_iter().collect();
        format!("the {noun} are {}", words.join(", "))
    })
}

/// Parses a value with its name.
pub fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Parses a lifetime as seconds; zero removes it.
pub fn parse_lifetime(text: &str) -> Result<i64, String> {
    seconds(text).ok_or_else(|| "write seconds, or text such as 5m or 1h".to_owned())
}

/// Parses a date (its first second), a date with a time, or an RFC 3339 time. Without an offset, it is
/// in UTC, as the tables of this program show times.
pub fn parse_time(text: &str) -> Result<i64, String> {
    let day = macros::format_description!("[year]-[month]-[day]");
    if let Ok(date) = Date::parse(text, &day) {
        return Ok(date.with_time(Time::MIDNIGHT).assume_utc().unix_timestamp());
    }
    let text = text.trim().replace(' ', "T");
    let ends = ["", "Z", ":00Z"].into_iter();
    let mut read =
        ends.filter_map(|end| OffsetDateTime::parse(&(text.clone() + end), &Rfc3339).ok());
    let problem = || {
        "write a date such as 2027-01-31, or a time such as 2027-01-31 12:00 (UTC) or \
         2027-01-31T12:00:00+01:00"
    };
    let moment = read.next().ok_or_else(problem)?;
    Ok(moment.unix_timestamp())
}

/// The reason of a change of a user.
#[derive(Debug, Args)]
pub struct ReasonArg {
    /// Reason, which the user sees in the activity of the account (at most 200 characters)
    #[arg(long, value_name = "TEXT", value_parser = ChangeReason::parse)]
    pub reason: Option<ChangeReason>,
}

#[cfg(test)]
mod tests {
    use super::parse_time;

    #[test]
    fn times_are_read_as_people_write_them() {
        let morning = Some(1_795_684_440);
        for (text, expected) in [
            ("2026-11-26 09:14", morning),
            ("2026-11-26T09:14", morning),
            ("2026-11-26 09:14:00", morning),
            ("2026-11-26 09:14:00Z", morning),
            ("2026-11-26T10:14:00+01:00", morning),
            (" 2026-11-26 10:14:00+01:00 ", morning),
            ("2026-11-26", Some(1_795_651_200)),
            ("2026-11-26 9:14", None),
            ("2026-13-26 09:14", None),
            ("09:14", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(parse_time(text).ok(), expected, "{text}");
        }
    }
}

//! Dates and times as text in a language.

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

use crate::Lang;

const TIME: &[BorrowedFormatItem<'_>] = format_description!("[hour]:[minute]");

/// Formats `09:04 UTC on November 20, 2026` for mails. A year out of range shows as the raw number.
pub fn utc(lang: Lang, at: i64) -> String {
    match OffsetDateTime::from_unix_timestamp(at) {
        Ok(moment) => day_and_time(lang, "date-time", moment),
        Err(_) => at.to_string(),
    }
}

/// Formats `November 20, 2026 at 09:04 UTC` for tables.
pub fn minute(lang: Lang, moment: OffsetDateTime) -> String {
    day_and_time(lang, "date-minute", moment)
}

fn day_and_time(lang: Lang, key: &str, moment: OffsetDateTime) -> String {
    let time = moment.format(TIME).unwrap_or_default();
    let variables = [("date", day(lang, moment).into()), ("time", time.into())];
    lang.text_with(key, &variables)
}

/// Formats `November 20, 2026`. The names of the months come from the catalog.
pub fn day(lang: Lang, moment: OffsetDateTime) -> String {
    lang.text_with(
        "date",
        &[
            ("day", moment.day().into()),
            ("month", u8::from(moment.month()).into()),
            ("year", moment.year().into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_in_words() {
        assert_eq!(
            utc(Lang::En, 1_795_000_000),
            "11:06 UTC on November 18, 2026"
        );
        assert_eq!(utc(Lang::De, 1_795_000_000), "18. November 2026, 11:06 UTC");
        assert_eq!(utc(Lang::En, i64::MAX), i64::MAX.to_string());
    }
}

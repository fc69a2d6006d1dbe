//! Times that a form sends.

use std::ops::RangeInclusive;

use doorward_domain::time::UnixSeconds;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Offsets that time zones have, in minutes.
const OFFSETS: RangeInclusive<i16> = -12 * 60..=14 * 60;

/// Returns a time such as `2026-11-28T17:00`, which is in UTC unless it has an offset. The script of
/// the console adds the offset that the reader's zone has at that time.
pub fn parse(text: &str) -> Option<UnixSeconds> {
    let text = text.trim();
    // Browsers leave out the offset, and seconds that are zero (HTML, "local date and time").
    let full = [text.to_owned(), format!("{text}Z"), format!("{text}:00Z")];
    let read = |text: &String| OffsetDateTime::parse(text, &Rfc3339).ok();
    full.iter()
        .find_map(read)
        .filter(|time| OFFSETS.contains(&time.offset().whole_minutes()))
        .map(OffsetDateTime::unix_timestamp)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn times_are_in_utc_without_offset() {
        for (text, expected) in [
            ("1970-01-02T00:00", Some(86_400)),
            (" 1970-01-02T00:00:05 ", Some(86_405)),
            ("1970-01-02T00:00:05.5", Some(86_405)),
            ("1970-01-02T00:00:00Z", Some(86_400)),
            ("1970-01-02T02:00:00+02:00", Some(86_400)),
            ("1970-01-01T19:00:00-05:00", Some(86_400)),
            // The same hour before and after the clocks of Berlin change.
            ("2026-03-28T17:00:00+01:00", Some(1_774_713_600)),
            ("2026-03-29T17:00:00+02:00", Some(1_774_796_400)),
            ("2026-10-25T02:30:00+02:00", Some(1_792_888_200)),
            ("2026-10-25T02:30:00+01:00", Some(1_792_891_800)),
            ("1970-01-02T14:00:00+14:00", Some(86_400)),
            ("1970-01-01T12:00:00-12:00", Some(86_400)),
            ("1970-01-02T14:01:00+14:01", None),
            ("1970-01-01T11:00:00-13:00", None),
            ("1970-01-02T00:00:00+99:00", None),
            ("1970-01-02", None),
            ("2023-02-29T10:00", None),
            ("2023-02-28T24:00", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}

//! Times that a form sends.

use doorward_domain::time::UnixSeconds;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Returns a time such as `2026-11-28T17:00`, which is in UTC unless it has an offset.
pub fn parse(text: &str) -> Option<UnixSeconds> {
    let text = text.trim();
    // Browsers leave out the offset, and seconds that are zero (HTML, "local date and time").
    let full = [text.to_owned(), format!("{text}Z"), format!("{text}:00Z")];
    let read = |text: &String| OffsetDateTime::parse(text, &Rfc3339).ok();
    full.iter()
        .find_map(read)
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
            ("1970-01-02", None),
            ("2023-02-29T10:00", None),
            ("2023-02-28T24:00", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}

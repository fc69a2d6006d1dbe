//! Times of Django.

use doorward_domain::time::UnixSeconds;
use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::read::fields::Fields;
use crate::read::found::{Found, Unreadable};

/// The time zone of times without an offset: `TIME_ZONE` of the project.
#[derive(Clone, Debug)]
pub struct TimeZone(jiff::tz::TimeZone);

impl Default for TimeZone {
    fn default() -> Self {
        Self(jiff::tz::TimeZone::UTC)
    }
}

impl TimeZone {
    /// Returns the zone with this IANA name.
    pub fn named(name: &str) -> Option<Self> {
        let database = jiff::tz::TimeZoneDatabase::bundled();
        database.get(name).ok().map(Self)
    }

    /// Reads a time: ISO 8601 with `T` or a space, with an offset or without.
    pub fn read(&self, text: &str) -> Option<UnixSeconds> {
        if let Ok(time) = text.parse::<Timestamp>() {
            return Some(time.as_second());
        }
        self.at(text.parse().ok()?)
    }

    /// Returns the time of a clock in this zone.
    pub fn at(&self, local: DateTime) -> Option<UnixSeconds> {
        let time = local.to_zoned(self.0.clone()).ok()?;
        Some(time.timestamp().as_second())
    }

    pub fn field(&self, fields: Fields<'_>, name: &str) -> Found<UnixSeconds> {
        let wrong = |text| Unreadable::new(name, text, "a time in ISO 8601");
        let text = fields.text(name)?;
        text.map(|text| self.read(text).ok_or_else(|| wrong(text)))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2024-03-01T12:00:00.123Z", Some(1_709_294_400))]
    #[case("2024-03-01T12:00:00+02:00", Some(1_709_287_200))]
    #[case("2024-03-01 12:00:00.5+00", Some(1_709_294_400))]
    #[case("2024-03-01T12:00:00", Some(1_709_290_800))]
    #[case("2024-07-01 12:00:00.123456", Some(1_719_828_000))]
    #[case("yesterday", None)]
    fn time_is_read(#[case] text: &str, #[case] expected: Option<i64>) {
        let zone = TimeZone::named("Europe/Berlin").unwrap();
        assert_eq!(zone.read(text), expected);
    }
}

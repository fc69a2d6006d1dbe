//! `[former_issuers]`: issuers whose hosts still serve clients after a change of the domain.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::key::Kind;

section! {
    #[derive(Default)]
    pub struct FormerIssuers in "former_issuers" {
        /// Former values of `issuer`, each an origin. Their hosts serve discovery with the former
        /// value, keys, and the endpoints that clients call; pages are redirected to `issuer`. The
        /// host decides which issuer a new token names. Tokens of a former issuer stay
        /// valid, also at the tasks API.
        urls: Vec<String> = Kind::StringList.default("");
        /// Day from which the former hosts answer no more, in UTC, such as `2027-06-30`. Unset:
        /// they are served until you remove them.
        until: Option<String> = Kind::Text.unset();
    }
}

impl FormerIssuers {
    /// Returns true if this is one of them, compared byte by byte.
    pub fn contains(&self, issuer: &str) -> bool {
        self.urls.iter().any(|url| url == issuer)
    }

    /// Returns true if the former hosts are served at this Unix time.
    pub fn is_served(&self, now: i64) -> bool {
        match &self.until {
            None => true,
            Some(text) => start_of_day(text).is_some_and(|end| now < end),
        }
    }
}

/// Returns the Unix time of the first second of a day in UTC.
pub(super) fn start_of_day(text: &str) -> Option<i64> {
    let day = text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(day.timestamp().as_second())
}

#[cfg(test)]
mod tests;

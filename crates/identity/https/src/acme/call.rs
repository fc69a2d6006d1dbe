//! Requests to the authority and their responses.

use std::time::{SystemTime, UNIX_EPOCH};

use actix_http::header::HttpDate;

/// Maximum seconds that the authority can demand between two requests of one issuance.
const LONGEST_WAIT: u64 = 60;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    Get,
    Head,
    /// With a body of the type `application/jose+json` (RFC 8555 §6.2).
    Post,
}

/// A request to send to the authority.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    pub method: Method,
    pub url: String,
    pub body: Vec<u8>,
}

/// The response to a [`Call`]: its status, the fields that ACME uses, and its body.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Answer {
    pub status: u16,
    /// `Replay-Nonce` (RFC 8555 §6.5).
    pub nonce: Option<String>,
    pub location: Option<String>,
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

impl Call {
    pub(super) fn get(url: &str) -> Self {
        Self {
            method: Method::Get,
            url: url.to_owned(),
            body: Vec::new(),
        }
    }

    pub(super) fn head(url: &str) -> Self {
        Self {
            method: Method::Head,
            ..Self::get(url)
        }
    }
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the seconds of `Retry-After` (RFC 9110 §10.2.3): a number or a date.
    pub(super) fn retry_after(&self, now: i64) -> Option<u64> {
        let text = self.retry_after.as_deref()?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(seconds);
        }
        let date = SystemTime::from(text.parse::<HttpDate>().ok()?);
        let at = date.duration_since(UNIX_EPOCH).ok()?.as_secs();
        let now = u64::try_from(now).ok()?;
        Some(at.saturating_sub(now))
    }

    /// Returns the seconds until the next poll, within limits: the clock of either side may be wrong.
    pub(super) fn poll_after(&self, now: i64, usual: u64) -> u64 {
        self.retry_after(now)
            .unwrap_or(usual)
            .clamp(1, LONGEST_WAIT)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(None, None, 3)]
    #[case(Some("10"), Some(10), 10)]
    #[case(Some("0"), Some(0), 1)]
    #[case(Some("86400"), Some(86_400), 60)]
    #[case(Some("Fri, 15 Jan 2027 08:00:30 GMT"), Some(30), 30)]
    #[case(Some("Fri, 15 Jan 2016 08:00:30 GMT"), Some(0), 1)]
    #[case(Some("soon"), None, 3)]
    fn waits_are_limited(
        #[case] field: Option<&str>,
        #[case] seconds: Option<u64>,
        #[case] poll: u64,
    ) {
        // 2027-01-15 08:00:00 UTC.
        let now = 1_800_000_000;
        let answer = Answer {
            retry_after: field.map(str::to_owned),
            ..Answer::default()
        };
        assert_eq!(answer.retry_after(now), seconds);
        assert_eq!(answer.poll_after(now, 3), poll);
    }
}

//! The time to renew: by the renewal information of the authority (RFC 9773), otherwise by the dates of
//! the certificate.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::sha::sha256;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::authority_error::AcmeError;
use super::call::{Answer, Call};
use super::message::{Directory, RenewalObject};
use crate::key_pair::KeyPair;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// The time after which a certificate has used two thirds of its lifetime, as a fraction.
const USED: (i64, i64) = (2, 3);
/// Seconds between two requests for renewal information, within these limits (RFC 9773 §4.3.2).
const ASK_AGAIN: std::ops::RangeInclusive<u64> = 60..=86_400;
/// Usual seconds between two requests for renewal information.
const ASK_USUALLY: u64 = 21_600;
/// Seconds until the next attempt after the first failure. They double with each further one.
const FIRST_RETRY: i64 = 10 * 60;
const LONGEST_RETRY: i64 = 4 * HOUR;
/// Longest wait that an authority can demand: the limits of well-known ones are for a week.
const LONGEST_DEMAND: i64 = 7 * DAY;

/// The time in which the authority suggests to renew, in Unix seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    pub start: i64,
    pub end: i64,
}

/// The answer of the authority about a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RenewalInfo {
    pub window: Window,
    /// Time of the next request.
    pub ask_at: i64,
}

/// The progress of a [`RenewalQuery`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RenewalAnswer {
    /// Another request follows.
    Ask,
    /// The authority has no renewal information.
    Nothing,
    Info(RenewalInfo),
}

/// The facts that decide when to renew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Schedule {
    pub not_before: i64,
    pub not_after: i64,
    pub window: Option<Window>,
    /// A number that is fixed for the certificate, so that all replicas choose the same time.
    pub seed: u8,
}

impl Schedule {
    /// Returns the time to renew: within the window of the authority, otherwise after two thirds of
    /// the lifetime.
    pub fn renew_at(&self) -> i64 {
        let Some(window) = self.window else {
            let lifetime = self.not_after.saturating_sub(self.not_before);
            let (part, whole) = USED;
            return self.not_before.saturating_add(lifetime / whole * part);
        };
        // RFC 9773 §4.2: a time within the window, chosen by chance.
        let length = window.end.saturating_sub(window.start).max(0);
        let chosen = length / 256 * i64::from(self.seed);
        // A window beyond the end of the certificate would let it expire.
        window
            .start
            .saturating_add(chosen)
            .min(self.not_after - HOUR)
    }

    /// Returns true if the certificate is due. A clock behind the certificate is wrong, and a new
    /// certificate would not help.
    pub fn is_due(&self, now: i64) -> bool {
        now >= self.not_before - HOUR && now >= self.renew_at()
    }
}

/// Returns the time of the next attempt after this number of failures, or as the authority demands.
pub fn retry_at(now: i64, failures: u32, demanded: Option<u64>) -> i64 {
    let own = FIRST_RETRY.saturating_mul(1 << failures.saturating_sub(1).min(10));
    let demanded = demanded.and_then(|seconds| i64::try_from(seconds).ok());
    let demanded = demanded.unwrap_or(0).min(LONGEST_DEMAND);
    now.saturating_add(own.min(LONGEST_RETRY).max(demanded))
}

/// Returns true if an attempt is allowed. A time further away than the longest wait was written by a
/// clock that was ahead.
pub fn may_attempt(now: i64, next_attempt: Option<i64>) -> bool {
    next_attempt.is_none_or(|at| now >= at || at > now.saturating_add(LONGEST_DEMAND))
}

/// Returns the ID of a certificate at the authority (RFC 9773 §4.1) and its seed; `None` if the
/// certificate does not name the key of its issuer.
pub fn certificate_id(pair: &KeyPair) -> Option<(String, u8)> {
    let own = pair.chain.first()?;
    let issuer = URL_SAFE_NO_PAD.encode(own.authority_key_id()?.as_slice());
    let mut serial = own.serial_number().to_bn().ok()?.to_vec();
    // The number as in DER: positive, so the first bit is not set.
    if serial.first().is_none_or(|first| first & 0x80 != 0) {
        serial.insert(0, 0);
    }
    let serial = URL_SAFE_NO_PAD.encode(serial);
    let id = format!("{issuer}.{serial}");
    let seed = sha256(id.as_bytes())[0];
    Some((id, seed))
}

/// A request for the renewal information of a certificate: the directory, then the information.
#[derive(Clone, Debug)]
pub struct RenewalQuery {
    directory: String,
    id: String,
    url: Option<String>,
}

impl RenewalQuery {
    /// Begins a request for a certificate with this ID.
    pub fn new(directory: &str, id: &str) -> Self {
        Self {
            directory: directory.to_owned(),
            id: id.to_owned(),
            url: None,
        }
    }

    /// Returns the request to send.
    pub fn call(&self) -> Call {
        Call::get(self.url.as_deref().unwrap_or(&self.directory))
    }

    /// Handles the answer.
    ///
    /// # Errors
    /// [`AcmeError`] if the answer cannot be read; the dates of the certificate decide then.
    pub fn receive(&mut self, answer: &Answer, now: i64) -> Result<RenewalAnswer, AcmeError> {
        let malformed = |cause: String| AcmeError::Malformed {
            request: "the renewal information",
            cause,
        };
        if !answer.is_success() {
            return Err(malformed(format!("status {}", answer.status)));
        }
        if self.url.is_none() {
            let directory: Directory = serde_json::from_slice(&answer.body)
                .map_err(|error| malformed(error.to_string()))?;
            let Some(base) = directory.renewal_info else {
                return Ok(RenewalAnswer::Nothing);
            };
            self.url = Some(format!("{}/{}", base.trim_end_matches('/'), self.id));
            return Ok(RenewalAnswer::Ask);
        }
        let object: RenewalObject =
            serde_json::from_slice(&answer.body).map_err(|error| malformed(error.to_string()))?;
        let time = |text: &str| {
            let time = OffsetDateTime::parse(text, &Rfc3339);
            time.map(OffsetDateTime::unix_timestamp)
                .map_err(|error| malformed(error.to_string()))
        };
        let window = Window {
            start: time(&object.suggested_window.start)?,
            end: time(&object.suggested_window.end)?,
        };
        if window.end <= window.start {
            return Err(malformed("its window ends before it begins".to_owned()));
        }
        let wait = answer.retry_after(now).unwrap_or(ASK_USUALLY);
        let wait = wait.clamp(*ASK_AGAIN.start(), *ASK_AGAIN.end());
        let ask_at = now.saturating_add(i64::try_from(wait).unwrap_or(DAY));
        Ok(RenewalAnswer::Info(RenewalInfo { window, ask_at }))
    }
}

#[cfg(test)]
mod tests;

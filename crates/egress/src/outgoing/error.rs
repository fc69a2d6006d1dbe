//! Failures of fetches, and the times after which they fail.

use std::time::Duration;

/// Time to connect (SS-2).
pub(super) const CONNECT: Duration = Duration::from_secs(2);
/// Time for everything.
pub(super) const TOTAL: Duration = Duration::from_secs(5);
/// Why something could not be fetched. For logs only.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// Nothing may be fetched from such an address.
    #[error("the address may not be fetched: {0}")]
    Address(&'static str),
    /// No connection, no answer in time, or a broken one. A name that leads to an address that may
    /// not be connected to ends here too.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// Another status than 200; redirects are not followed.
    #[error("the answer has status {0}")]
    Status(u16),
    /// Longer than was asked for.
    #[error("the answer is too long")]
    TooLarge,
    /// Another media type than was asked for.
    #[error("the answer is of another media type")]
    MediaType,
}

/// The innermost cause says it; the outer ones repeat the address.
pub(super) fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

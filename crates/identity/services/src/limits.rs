//! Limits: attempts are counted before they are made (ASVS 5.0 §6.3.1), and open requests are counted.
//!
//! Short windows are counted in the ephemeral store, before a password is hashed. Failed sign-ins
//! are counted in the database, in the transaction of their audit event; the resulting lockouts
//! survive a restart and a lost Redis.

mod counter;
mod open_requests;
mod request;
mod sign_in;

pub use counter::{Admission, CountedFailure, LimitStatus, RateLimiter};
pub use open_requests::{OpenRequestKind, OpenRequests};
pub use request::ApiCaller;
pub use sign_in::{AttemptPermit, SignInRejection, record_success};

#[cfg(test)]
mod tests;

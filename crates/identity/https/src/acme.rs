//! ACME (RFC 8555): obtains a certificate from an authority, as a state machine without input,
//! output and clock. The caller sends each [`Call`], waits, and serves the challenges.

mod account_key;
mod authority_error;
mod call;
mod challenge;
mod issuance;
mod message;
mod order;
mod renewal;
mod request_key;

pub use account_key::AccountKey;
pub use authority_error::AcmeError;
pub use call::{Answer, Call, Method};
pub use challenge::{Challenge, ChallengeKind};
pub use issuance::Issuance;
pub use order::{ExternalAccount, Issued, Order, Step};
pub use renewal::{
    RenewalAnswer, RenewalInfo, RenewalQuery, Schedule, Window, certificate_id, may_attempt,
    retry_at,
};

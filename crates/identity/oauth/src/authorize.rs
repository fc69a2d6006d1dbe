//! The authorization endpoint: creates an interaction from a request, and advances it step by step
//! to a response (RFC 6749 §4.1, OIDC Core §3.1.2).

pub mod foreign;
pub mod foreign_start;
mod impersonation;
pub mod interaction;
pub mod parameters;
mod response;
pub(crate) mod step;
pub mod types;

pub(crate) use self::response::error_response;

//! The authorization endpoint: from a request to an interaction, and from there, step by step, to
//! an answer (RFC 6749 §4.1, OIDC Core §3.1.2).

pub mod interaction;
pub mod parameters;
mod response;
pub mod types;

pub(crate) use self::response::error_response;

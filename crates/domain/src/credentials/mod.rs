//! What a person knows or holds: a password, an authenticator app, recovery codes.

pub mod api_key;
pub mod password;
pub mod recovery;
pub mod totp;

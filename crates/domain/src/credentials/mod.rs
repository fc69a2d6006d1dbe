//! What a person knows or holds: a password, an authenticator app, recovery codes; the code that a device shows.

pub mod api_key;
pub mod client_certificate;
pub mod email_code;
pub mod password;
pub mod recovery_code;
pub mod signed_secret;
pub mod totp;
pub mod user_code;

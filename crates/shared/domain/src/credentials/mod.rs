//! Credentials of users and clients, password hashes of other programs, and the texts of
//! authorization codes and refresh tokens.

pub mod api_key;
pub mod app_password;
pub mod authorization_code;
pub mod client_certificate;
pub mod dpop_key;
pub mod email_code;
pub mod foreign_hash;
pub mod keyed_hash;
pub mod password;
pub mod recovery_code;
pub mod refresh_token;
pub mod signed_secret;
pub mod support_code;
pub mod totp;
mod typed_code;
pub mod user_code;

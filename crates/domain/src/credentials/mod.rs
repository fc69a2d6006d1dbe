//! Credentials of users and clients: passwords, authenticator apps, recovery codes, e-mailed codes,
//! device user codes, API keys, client certificates, signed client secrets, and password hashes
//! of other programs.

pub mod api_key;
pub mod client_certificate;
pub mod email_code;
pub mod foreign_hash;
pub mod password;
pub mod recovery_code;
pub mod signed_secret;
pub mod totp;
pub mod user_code;

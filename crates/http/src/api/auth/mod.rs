//! `/api/auth/…`: the account API for first-party clients, and `/api/directory/…`.

pub mod api_keys;
pub mod avatar;
mod client;
pub mod directory;
pub mod email;
mod fields;
pub mod login;
pub mod passkeys;
pub mod password;
pub mod profile;
pub mod register;
pub mod session_tokens;
pub mod sessions;
pub mod tokens;
pub mod two_factor;

use crate::api::Endpoints;

/// Registers the endpoints.
pub fn configure(config: &mut impl Endpoints) {
    config
        .service(register::register)
        .service(login::login)
        .service(login::mfa)
        .service(session_tokens::refresh)
        .service(session_tokens::verify)
        .service(session_tokens::logout)
        .service(session_tokens::logout_all)
        .configure(profile::configure)
        .configure(avatar::configure)
        .configure(password::configure)
        .configure(email::configure)
        .configure(two_factor::configure)
        .configure(passkeys::configure)
        .configure(sessions::configure)
        .configure(api_keys::configure)
        .configure(directory::configure);
}

//! `/api/auth/…`: the account API for first-party clients, and `/api/directory/…`.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

mod api_keys;
mod avatar;
mod client;
mod directory;
mod email;
mod fields;
mod login;
mod passkeys;
mod password;
mod profile;
mod register;
mod session_tokens;
mod sessions;
mod tokens;
mod two_factor;

use doorward_web::api::Endpoints;

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

//! `/api/auth/…`: the account API for first-party clients, and `/api/directory/…`. The name of a
//! handler is the operation ID, so it must stay.

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
mod prelude;
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
        .service(login::login_mfa)
        .service(session_tokens::token_refresh)
        .service(session_tokens::token_verify)
        .service(session_tokens::logout)
        .service(session_tokens::logout_all)
        .service(profile::profile)
        .service(profile::profile_change)
        .service(avatar::avatar_replace)
        .service(avatar::avatar_remove)
        .service(password::password_change)
        .service(password::password_reset)
        .service(password::password_reset_confirm)
        .service(email::email_verify)
        .service(email::email_verify_resend)
        .service(email::email_change)
        .service(email::email_change_confirm)
        .service(two_factor::second_factor)
        .service(two_factor::second_factor_setup)
        .service(two_factor::second_factor_verify)
        .service(two_factor::second_factor_disable)
        .service(two_factor::recovery_codes)
        .service(passkeys::passkeys)
        .service(passkeys::passkey_rename)
        .service(passkeys::passkey_remove)
        .service(sessions::sessions)
        .service(sessions::session_end)
        .service(sessions::sessions_end_others)
        .service(api_keys::list_api_keys)
        .service(api_keys::create_api_key)
        .service(api_keys::revoke_api_key)
        .service(directory::directory_users);
}

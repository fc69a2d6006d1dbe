//! `/api/auth/…`: the account API of the operator's own apps.

pub mod api_keys;
pub mod avatar;
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

use doorward_domain::time::UnixSeconds;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::http::api::Endpoints;

/// Registers the endpoints.
pub(super) fn configure(config: &mut impl Endpoints) {
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
        .configure(api_keys::configure);
}

/// A time as RFC 3339 in UTC.
pub(super) fn time(at: UnixSeconds) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&Rfc3339).unwrap_or_default()
}

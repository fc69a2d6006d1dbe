//! `/api/admin/…`: administration, with the same use cases as the command line.
//!
//! The caller needs an access token whose audience is this server and whose scope contains `admin`.
//! The caller's permissions are read from the store for each request, in the organization that the
//! token names. A handler converts a request to a call of [`doorward_admin`] and its result to
//! JSON. Its name is the operation ID, so it must stay.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

/// Defines `configure`, which registers the endpoints of a module in this order.
macro_rules! endpoints {
    ($($endpoint:path),+ $(,)?) => {
        pub(super) fn configure(config: &mut impl doorward_web::api::Endpoints) {
            config$(.service($endpoint))+;
        }
    };
}

mod api_keys;
mod assignments;
mod attempts;
mod audit;
mod branding;
mod bulk;
mod caller;
mod claims;
mod clients;
mod consents;
mod factor_campaigns;
mod groups;
mod idempotency;
mod invitations;
mod keys;
mod member;
mod offboarding;
mod organizations;
mod permissions;
mod prelude;
mod profile_fields;
mod providers;
mod registration_tokens;
mod reviews;
mod roles;
mod sessions;
mod stats;
mod support;
mod support_codes;
mod system;
mod texts;
mod user_factors;
mod users;

use doorward_web::api::Endpoints;

pub fn configure(config: &mut impl Endpoints) {
    config
        .configure(users::configure)
        .configure(user_factors::configure)
        .configure(offboarding::configure)
        .configure(factor_campaigns::configure)
        .configure(roles::configure)
        .configure(permissions::configure)
        .configure(assignments::configure)
        .configure(reviews::configure)
        .configure(groups::configure)
        .configure(organizations::configure)
        .configure(invitations::configure)
        .configure(clients::configure)
        .configure(branding::configure)
        .configure(texts::configure)
        .configure(claims::configure)
        .configure(profile_fields::configure)
        .configure(registration_tokens::configure)
        .configure(sessions::configure)
        .configure(api_keys::configure)
        .configure(consents::configure)
        .configure(keys::configure)
        .configure(providers::configure)
        .configure(audit::configure)
        .configure(attempts::configure)
        .configure(system::configure)
        .configure(support_codes::configure)
        .configure(stats::configure)
        .configure(bulk::configure);
}

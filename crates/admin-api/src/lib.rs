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
mod attempts;
mod audit;
mod branding;
mod bulk;
mod caller;
mod claims;
mod clients;
mod consents;
mod idempotency;
mod keys;
mod member;
mod offboarding;
mod operation;
mod prelude;
mod providers;
mod registration_tokens;
mod reviews;
mod sessions;
mod stats;
mod support;
mod support_codes;
mod system;
mod texts;
mod users;

use doorward_admin::operations;
use doorward_web::api::Endpoints;

pub fn configure(config: &mut impl Endpoints) {
    for entry in operations::all() {
        config.service(operation::Endpoint(entry));
    }
    config
        .configure(users::configure)
        .configure(offboarding::configure)
        .configure(reviews::configure)
        .configure(clients::configure)
        .configure(branding::configure)
        .configure(texts::configure)
        .configure(claims::configure)
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

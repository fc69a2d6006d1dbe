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

mod caller;
mod decisions;
mod idempotency;
mod operation;
mod prelude;
mod support;
mod system;

use doorward_admin::operations;
use doorward_web::api::Endpoints;

pub fn configure(config: &mut impl Endpoints) {
    for entry in operations::all().filter(|entry| entry.call().exists()) {
        config.service(operation::Endpoint(entry));
    }
    config
        .configure(decisions::configure)
        .configure(system::configure);
}

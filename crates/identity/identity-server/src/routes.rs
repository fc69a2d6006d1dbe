//! All routes of the server.

use actix_web::web::ServiceConfig;
use doorward_config::Config;
use doorward_web::page_support::not_found;

use crate::features::FEATURES;
use crate::{health, json_api};

/// Registers every route. The router compares a path with one pattern after the other, a pattern
/// with parameters in some 160 ns: the most frequent routes are the first.
pub(crate) fn configure(routes: &mut ServiceConfig, config: &Config) {
    doorward_oauth_http::configure(routes);
    health::configure(routes);
    doorward_pages::configure(routes);
    json_api::configure(routes);
    // A page of a feature may be below that of an object, whose last route takes any name.
    for feature in FEATURES {
        (feature.routes)(routes);
    }
    doorward_console::configure(routes);
    if config.is_dev() {
        doorward_oauth_http::dev::configure(routes);
    }
    if config.stores_mail() {
        doorward_pages::inbox::configure(routes);
    }
    routes.default_service(not_found());
}

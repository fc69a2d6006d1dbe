//! HTTP layer: endpoints, pages, files and middleware.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

pub mod allowance;
pub mod api;
pub mod assets;
pub mod body;
pub mod certificate;
pub mod cookies;
pub mod csrf;
pub mod csv_file;
pub mod dev;
pub mod document;
pub mod health;
pub mod inbox;
pub mod json_api;
pub mod middleware;
pub mod oauth;
pub mod oauth_response;
pub mod organization;
pub mod page;
mod page_cookies;
pub mod page_route;
mod page_session;
pub mod page_support;
pub mod pages;
pub mod pictures;
pub mod request;
pub mod sender_proof;
pub mod upload;
pub mod web_context;

use actix_web::web::{ServiceConfig, to};

/// Registers every route. The router compares a path with one pattern after the other, a pattern
/// with parameters in some 160 ns: the most frequent routes are the first.
pub fn configure(config: &mut ServiceConfig) {
    oauth::configure(config);
    health::configure(config);
    assets::configure(config);
    pages::configure(config);
    pictures::configure(config);
    json_api::configure(config);
    config.default_service(to(page_support::not_found));
}

//! HTTP: endpoints, pages, files, middleware.

// A request is one future within another, and their layout is asked for at once in a release build.
#![recursion_limit = "256"]

pub mod allowance;
pub mod api;
pub mod assets;
pub mod body;
mod certificate;
pub mod cookies;
pub mod csrf;
pub mod dev;
pub mod health;
pub mod inbox;
pub mod middleware;
pub mod oauth;
pub mod organization;
pub mod page;
mod page_cookies;
mod page_session;
mod page_support;
pub mod pages;
pub mod pictures;
pub mod rate_limit;
pub mod request;
pub mod sender_proof;
pub mod upload;

use actix_web::web::{ServiceConfig, to};

/// Registers every route.
pub fn configure(config: &mut ServiceConfig) {
    health::configure(config);
    assets::configure(config);
    pictures::configure(config);
    oauth::configure(config);
    api::configure(config);
    pages::configure(config);
    config.default_service(to(page_support::not_found));
}

//! Shared parts of the HTTP layer: pages, requests, problems, uploads and middleware. The routes are
//! in the crates that depend on it.

// A request is a deep nesting of futures, whose layouts a release build computes recursively.
#![recursion_limit = "256"]

pub mod account_link;
pub mod allowance;
pub mod api;
pub mod bar;
pub mod body;
pub mod certificate;
pub mod cookies;
pub mod cors;
pub mod csrf;
pub mod csv_file;
pub mod document;
pub mod mail_page;
pub mod middleware;
pub mod oauth_response;
pub mod organization;
pub mod page;
mod page_cookies;
pub mod page_route;
mod page_session;
pub mod page_support;
mod prelude;
pub mod proxy_socket;
pub mod request;
pub mod sender_proof;
pub mod web_context;

pub use doorward_services::view;

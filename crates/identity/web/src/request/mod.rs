//! Data about a request before its handler runs.

pub mod aliases;
pub mod received_request;

//! Data about a request before its handler runs.

pub mod aliases;
pub mod method;
pub mod path;
pub mod received_request;

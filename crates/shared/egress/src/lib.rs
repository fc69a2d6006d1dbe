//! The HTTP client for other servers, the identity providers that users sign in with, and the export of
//! traces.

pub mod outgoing;
pub mod trace_export;
pub mod upstream;

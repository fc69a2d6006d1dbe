//! The HTTP client for other servers, and the identity providers that users sign in with.

pub mod outgoing;
pub mod upstream;

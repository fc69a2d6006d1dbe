//! The client for other servers' addresses, and the identity providers that users sign in with.

pub mod outgoing;
pub mod upstream;

//! Passkey ceremonies: sign-in, registration and management.

pub mod by_link;
pub mod ceremony;
pub mod manage;
pub mod sign_in;

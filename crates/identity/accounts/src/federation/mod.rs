//! Sign-in with identity providers: the request, the callback, and linked accounts.
//!
//! Every step reads the provider again, so that a disabled one is rejected on every path at once.

pub mod callback;
pub mod linked_accounts;
pub mod login_state;
pub mod provider;
pub mod provider_logout;
pub mod roles;
pub mod sign_up;

//! Signing in with other providers (SECURITY §1.7): the journey there, the arrival, the accounts that
//! are linked.
//!
//! A provider is read anew at each step: one that was switched off is dead on every path at once (FE-4).

pub mod callback;
pub mod linked_accounts;
pub mod login_state;
pub mod provider;
pub mod relying_party;
pub mod roles;
pub mod sign_up;

//! Passkeys: what waits in the page of a ceremony, and what all of its ends have in common.

pub mod by_link;
pub mod ceremony;
pub mod manage;
pub mod sign_in;

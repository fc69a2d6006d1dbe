//! Tests of rate limits and lockout (ASVS 5.0 §6.3.1, §6.3.8).

mod forms;
mod known_device;
mod password_guessing;
mod proofs;
mod shared;
mod sign_in;
pub mod support;

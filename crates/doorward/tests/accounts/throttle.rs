//! Tests of rate limits and lockout (SECURITY RL-1..3, EN-4, HD-1).

mod forms;
mod known_device;
mod proof;
mod shared;
mod sign_in;
pub mod support;

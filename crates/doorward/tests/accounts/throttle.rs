//! Limits and lockout (SECURITY RL-1..3, EN-4, HD-1).

mod known_device;
mod shared;
mod sign_in;
mod support;

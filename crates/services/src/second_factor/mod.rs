//! The second factor: the step after the password, and its set-up.

pub mod answer;
pub mod factors;
pub mod pending;
pub mod set_up;

//! The second factor: the step after the password, and its set-up.

pub mod enrollment;
pub mod factors;
pub mod pending;
pub mod verification;

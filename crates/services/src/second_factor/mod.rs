//! The second factor: its enrollment, and its use at sign-in.

pub mod enrollment;
pub mod factors;
pub mod pending;
pub mod verification;

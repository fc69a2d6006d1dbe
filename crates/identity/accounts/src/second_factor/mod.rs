//! The second factor: its enrollment, and its use at sign-in.

pub mod enrollment;
pub mod pending;
pub mod verification;

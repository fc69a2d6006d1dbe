//! Registration of clients: input, defaults and validation.

pub mod build;
pub mod consent;
pub mod error;
pub mod input;
pub mod registration;

//! Clients: what may be registered of one.

pub mod build;
pub mod consent;
pub mod error;
pub mod input;
pub mod registration;

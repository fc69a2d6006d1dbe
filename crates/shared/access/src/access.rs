//! Authentication of callers by a resource server.

mod authenticator;
mod builder;
mod dpop_settings;
mod error;
mod remembered;

pub use authenticator::Access;
pub use builder::AccessBuilder;
pub use error::AuthError;

#[cfg(test)]
mod tests;

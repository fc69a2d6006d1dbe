//! Verification of Doorward's access tokens, and role-based access control.
//!
//! The identity server and every resource server use the same code. It needs no private key, no
//! database and no cookie, so that any service can depend on this crate alone: with actix-web (feature `actix`, on by default) or
//! axum (feature `axum`).

#![warn(missing_docs)]

mod access;
#[cfg(any(test, feature = "axum"))]
pub mod axum;
#[cfg(feature = "actix")]
pub mod body;
mod client_credentials;
pub mod clock;
#[cfg(test)]
mod fixtures;
#[cfg(any(test, feature = "actix", feature = "axum"))]
pub mod guard;
#[cfg(feature = "introspection")]
pub mod introspection;
pub mod jwt;
#[cfg(any(test, feature = "actix", feature = "axum"))]
mod lockout;
#[cfg(feature = "mtls")]
pub mod mtls;
pub mod mutant;
#[cfg(any(test, feature = "actix", feature = "axum"))]
pub mod prelude;
mod principal;
pub mod rbac;
pub mod replay;
pub mod sender_constraint;
pub mod signals;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(all(test, feature = "actix", feature = "jwks-client"))]
#[expect(clippy::unwrap_used, reason = "a test: an error must fail it")]
mod vectors;

pub use access::{Access, AccessBuilder, AuthError};
pub use client_credentials::ClientCredentials;
pub use doorward_protocol::authorization_details::{AuthorizationDetail, AuthorizationDetails};
pub use doorward_protocol::signing_alg::SigningAlg;
pub use principal::{Credential, Principal};

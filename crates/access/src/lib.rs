//! Who is calling, and may they: verification of Doorward's access tokens, and RBAC.
//!
//! The same code answers on the identity server and on every resource server. It needs no private
//! key, no database and no cookie, so that any actix-web service can depend on it alone.

mod access;
#[cfg(feature = "actix")]
pub mod body;
pub mod clock;
#[cfg(feature = "actix")]
pub mod guard;
#[cfg(feature = "introspection")]
pub mod introspection;
pub mod jwt;
#[cfg(feature = "actix")]
mod lockout;
#[cfg(feature = "mtls")]
pub mod mtls;
pub mod mutant;
#[cfg(feature = "actix")]
pub mod prelude;
mod principal;
pub mod rbac;
pub mod replay;
pub mod sender_constraint;
#[cfg(test)]
mod testing;

pub use access::{Access, AccessBuilder, AuthError};
pub use doorward_protocol::authorization_details::{AuthorizationDetail, AuthorizationDetails};
pub use principal::{Credential, Principal};

//! Guards for actix-web: a handler that takes [`Allowed`] runs only for permitted callers. Those of
//! axum are in `doorward_access::axum`, and share everything here but the table of routes.
//!
//! ```
//! use doorward_access::guard::{Allowed, RouteGuard, Routes};
//! use doorward_access::rbac::Requirement;
//!
//! struct ReadTasks;
//! impl RouteGuard for ReadTasks {
//!     const REQUIREMENT: Requirement = Requirement::permission("tasks:read");
//! }
//!
//! async fn list(caller: Allowed<ReadTasks>) -> String {
//!     format!("tasks of {}", caller.principal.subject)
//! }
//!
//! let routes = Routes::new().get("/api/tasks/", list);
//! assert_eq!(routes.list().count(), 1);
//! ```
//!
//! A handler without a guard does not fit into the table:
//!
//! ```compile_fail,E0277
//! use doorward_access::guard::Routes;
//!
//! async fn list() -> &'static str {
//!     "everybody's tasks"
//! }
//!
//! let routes = Routes::new().get("/api/tasks/", list);
//! ```

mod accepted_credentials;
#[cfg(feature = "actix")]
mod actix;
pub(crate) mod allowed;
pub(crate) mod authentication;
mod certificate;
#[cfg(feature = "actix")]
mod cors;
mod error;
pub(crate) mod request;
#[cfg(feature = "actix")]
mod routes;
pub(crate) mod sender_constraint;
mod table;

pub use accepted_credentials::AcceptedCredentials;
#[cfg(feature = "actix")]
pub use actix::{API_KEY, DPOP, authenticate, caller_address, caller_certificate, permit};
pub use allowed::{Allowed, RouteGuard};
pub use certificate::{CLIENT_CERT, CallerCertificate};
#[cfg(feature = "actix")]
pub use cors::{AllowedOrigins, OriginError, cors};
pub use error::{DECISION, DenialContext, GuardError};
pub use request::CallerAddress;
#[cfg(feature = "actix")]
pub use routes::{Guarded, Routes};
pub use table::{RouteInfo, Table};

//! Guards for actix-web: a handler that takes [`Allowed`] runs only for permitted callers.
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
mod allowed;
mod authentication;
mod certificate;
mod cors;
mod error;
mod header;
mod routes;
mod sender_constraint;

pub use accepted_credentials::AcceptedCredentials;
pub use allowed::{Allowed, RouteGuard, permit};
pub use authentication::{API_KEY, CallerAddress, authenticate, caller_address};
pub use certificate::{CLIENT_CERT, CallerCertificate, caller_certificate};
pub use cors::{AllowedOrigins, OriginError, cors};
pub use error::{DECISION, DenialContext, GuardError};
pub use routes::{Guarded, RouteInfo, Routes};
pub use sender_constraint::DPOP;

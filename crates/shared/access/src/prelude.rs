//! All items that a service protected by tokens needs: `use doorward_access::prelude::*;`.
//!
//! With axum, take `Routes` from `doorward_access::axum`.
//!
//! ```no_run
//! use actix_web::{App, HttpServer};
//! use doorward_access::prelude::*;
//!
//! permission!(ReadTasks = "tasks:read");
//!
//! async fn report(caller: Allowed<ReadTasks>) -> String {
//!     format!("{} may see this report", caller.subject)
//! }
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let access = Access::discover("https://id.example.org", "https://reports.example.org")?;
//! let routes = || Routes::new().get("/report", report);
//! let app = move || App::new().configure(access.guard(routes()));
//! HttpServer::new(app).bind("127.0.0.1:8402")?.run().await?;
//! # Ok(()) }
//! ```

pub use crate::access::{Access, AuthError};
#[cfg(feature = "actix")]
pub use crate::guard::Routes;
pub use crate::guard::{AcceptedCredentials, Allowed, RouteGuard};
pub use crate::permission;
pub use crate::principal::Principal;
pub use crate::rbac::{Assurance, Requirement};

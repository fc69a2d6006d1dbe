//! Guards for axum: a handler that takes [`Allowed`] runs only for permitted callers.
//!
//! ```
//! use doorward_access::axum::Routes;
//! use doorward_access::prelude::*;
//!
//! permission!(ReadTasks = "tasks:read");
//!
//! async fn list(caller: Allowed<ReadTasks>) -> String {
//!     format!("tasks of {}", caller.subject)
//! }
//!
//! # fn router() -> Result<axum::Router, Box<dyn std::error::Error>> {
//! let access = Access::discover("https://id.example.org", "https://tasks.example.org")?;
//! let router = Routes::new().get("/tasks", list).router(&access);
//! # Ok(router) }
//! ```
//!
//! A handler without a guard does not fit into the table:
//!
//! ```compile_fail,E0277
//! use doorward_access::axum::Routes;
//!
//! async fn list() -> &'static str {
//!     "everybody's tasks"
//! }
//!
//! let routes: Routes = Routes::new().get("/tasks", list);
//! ```
//!
//! [`Access::layer`] guards a service that is no handler, such as a directory of files.

use std::net::SocketAddr;
use std::sync::Arc;

use ::axum::extract::{ConnectInfo, FromRequestParts, OriginalUri};
use ::axum::handler::Handler;
use ::axum::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use ::axum::http::request::Parts;
use ::axum::http::{Method, StatusCode};
use ::axum::middleware::{FromExtractorLayer, from_extractor};
use ::axum::response::{IntoResponse, Response};
use ::axum::routing::{MethodFilter, MethodRouter, on};
use ::axum::{Extension, Router};

use crate::access::Access;
use crate::guard::allowed::{self, Allowed, RouteGuard};
use crate::guard::authentication::{self, API_KEY};
use crate::guard::request::{Field, Proved, Request, Target};
use crate::guard::sender_constraint::DPOP;
use crate::guard::{AcceptedCredentials, CallerAddress, CallerCertificate, GuardError, Table};
use crate::principal::Principal;
use crate::rbac::{Assurance, Requirement};

/// The routes of a service on axum. Each is either guarded by the first argument of its handler,
/// which the compiler checks, or explicitly public.
pub type Routes<S = ()> = Table<MethodRouter<S>>;

/// Arguments of a handler that begin with [`Allowed`]; implemented for tuples up to eight, of which
/// axum marks the first (`M`).
#[diagnostic::on_unimplemented(
    message = "this handler has no guard",
    label = "its first argument must be `Allowed<…>`",
    note = "a route that is open to everybody is registered with `Routes::public`"
)]
pub trait Guarded {
    /// Requirement of the guard.
    const REQUIREMENT: Requirement;
}

macro_rules! guarded {
    ($($argument:ident)*) => {
        impl<M, G: RouteGuard, $($argument),*> Guarded for (M, Allowed<G>, $($argument,)*) {
            const REQUIREMENT: Requirement = G::REQUIREMENT;
        }
    };
}
guarded!();
guarded!(A);
guarded!(A B);
guarded!(A B C);
guarded!(A B C D);
guarded!(A B C D E);
guarded!(A B C D E F);
guarded!(A B C D E F H);

/// Defines a function for each method, which adds a guarded route.
macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident = $method:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name<H, Args>(self, path: &str, handler: H) -> Self
        where
            H: Handler<Args, S>,
            Args: Guarded + 'static,
        {
            let route = on(MethodFilter::$method, handler);
            self.add(Method::$method.as_str(), path, Some(Args::REQUIREMENT), route)
        }
    )*};
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    verbs! {
        /// Adds a guarded route for GET and HEAD.
        get = GET;
        /// Adds a guarded route for POST.
        post = POST;
        /// Adds a guarded route for PUT.
        put = PUT;
        /// Adds a guarded route for PATCH.
        patch = PATCH;
        /// Adds a guarded route for DELETE.
        delete = DELETE;
    }

    /// Adds a public route. axum routes the methods of RFC 9110 §9.1 and PATCH; one of another
    /// method answers 405.
    #[must_use]
    pub fn public<H, Args>(self, method: &Method, path: &str, handler: H) -> Self
    where
        H: Handler<Args, S>,
        Args: 'static,
    {
        let route = MethodFilter::try_from(method.clone())
            .map_or_else(|_| MethodRouter::new(), |filter| on(filter, handler));
        self.add(method.as_str(), path, None, route)
    }

    /// Builds a router whose guards use this authenticator. Other methods on its paths get 405 with
    /// `Allow`.
    pub fn router(self, access: &Access) -> Router<S> {
        let mut router = Router::new();
        for path in self.by_path() {
            let allow = path.allow;
            let mut routes = path.routes.into_iter();
            let first = routes.next().unwrap_or_default();
            let mut route = routes
                .fold(first, MethodRouter::merge)
                .fallback(async move || GuardError::method_not_allowed(&allow));
            if let Some(admission) = path.admission {
                route = route.layer(Extension(admission));
            }
            if let Some(access) = path.access {
                route = route.layer(Extension(access));
            }
            for spelling in path.spellings {
                router = router.route(&spelling, route.clone());
            }
        }
        router.layer(Extension(access.clone()))
    }
}

impl Access {
    /// Returns a tower layer that lets only callers with the requirement of `G` reach a service:
    /// `router.nest_service("/files", files.layer(…))`, or every route of a router.
    pub fn layer<G: RouteGuard>(&self) -> (Extension<Self>, FromExtractorLayer<Allowed<G>, ()>) {
        (Extension(self.clone()), from_extractor::<Allowed<G>>())
    }
}

/// Returns the sender of a request without checking permissions, for handlers with their own rules.
/// The route's [`AcceptedCredentials`] decide which credentials are accepted.
pub async fn authenticate(
    access: &Access,
    parts: &mut Parts,
) -> Result<Arc<Principal>, GuardError> {
    let (principal, proved) = authentication::authenticate(access, &read(parts)).await?;
    if let Some(proved) = proved {
        parts.extensions.insert(proved);
    }
    Ok(principal)
}

/// Checks a requirement for an authenticated caller, if it is known only after the request was
/// read, such as the object that the caller names.
///
/// # Errors
/// 403 without the permission or the scope (RFC 6750 §3.1), or for a client that acts for itself where
/// a sign-in is required; 401 after too weak or too old a sign-in (RFC 9470 §3).
pub fn permit(
    access: &Access,
    parts: &Parts,
    principal: &Principal,
    requirement: &Requirement,
    required: &Assurance,
) -> Result<(), GuardError> {
    allowed::permit(access, target(parts), principal, requirement, required)
}

/// Returns the whole path, of which a nested router sees only its part.
fn target(parts: &Parts) -> Target<'_> {
    let original = parts.extensions.get::<OriginalUri>();
    Target {
        method: parts.method.as_str(),
        path: original.map_or_else(|| parts.uri.path(), |uri| uri.path()),
    }
}

fn read(parts: &Parts) -> Request<'_> {
    fn text(value: &HeaderValue) -> Option<&str> {
        value.to_str().ok()
    }
    let extensions = &parts.extensions;
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let address = extensions.get::<CallerAddress>().map(|set| set.0);
    let address = address.or_else(|| peer.map(|peer| peer.ip()));
    let admission = extensions.get::<AcceptedCredentials>();
    Request {
        target: target(parts),
        authorization: Field::of(parts.headers.get_all(AUTHORIZATION).iter().map(text)),
        api_key: Field::of(parts.headers.get_all(API_KEY).iter().map(text)),
        dpop: Field::of(parts.headers.get_all(DPOP).iter().map(text)),
        certificate: extensions.get::<CallerCertificate>().cloned(),
        address: address.map(|address| address.to_canonical()),
        admission: admission.copied().unwrap_or_default(),
        proved: extensions.get::<Proved>().copied(),
    }
}

impl<G: RouteGuard, S: Send + Sync> FromRequestParts<S> for Allowed<G> {
    type Rejection = GuardError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, GuardError> {
        let Some(access) = parts.extensions.get::<Access>().cloned() else {
            return Err(GuardError::misconfigured());
        };
        let principal = authenticate(&access, parts).await?;
        Self::admit(&access, &read(parts), principal)
    }
}

impl IntoResponse for GuardError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, self.body()).into_response();
        let headers = response.headers_mut();
        headers.clear();
        for (name, value) in self.fields() {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        if let Some(denied) = self.denied_context() {
            response.extensions_mut().insert(denied.clone());
        }
        response
    }
}

#[cfg(test)]
mod tests;

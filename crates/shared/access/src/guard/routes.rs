//! A route table in which every public route is explicit.

use std::fmt;

use actix_web::dev::Handler;
use actix_web::guard::{Any, Get, Head};
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{FromRequest, Responder, ResponseError, Route, web};

use super::accepted_credentials::AcceptedCredentials;
use super::allowed::{Allowed, RouteGuard};
use super::error::GuardError;
use crate::access::Access;
use crate::rbac::Requirement;

/// Arguments of a handler that begin with [`Allowed`]; implemented for tuples up to eight.
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
        impl<G: RouteGuard, $($argument),*> Guarded for (Allowed<G>, $($argument,)*) {
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

/// A row of the table, for documentation and for the test that calls every route without a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// Method. A GET route also answers HEAD.
    pub method: Method,
    /// Path pattern of actix-web.
    pub path: String,
    /// Required permission and scope; `None` if the route is public.
    pub requirement: Option<Requirement>,
}

/// The routes of a service. Each is either guarded by the first argument of its handler, which the
/// compiler checks, or explicitly public.
///
/// Build the table in a function, and call it once in each worker:
/// `App::new().app_data(access).configure(|config| routes().register(config))`.
#[derive(Default)]
pub struct Routes(Vec<Row>);

struct Row {
    info: RouteInfo,
    admission: Option<AcceptedCredentials>,
    access: Option<Access>,
    route: Route,
}

/// Defines a function for each method, which adds a guarded route.
macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident = $method:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name<F, Args>(self, path: &str, handler: F) -> Self
        where
            F: Handler<Args>,
            Args: FromRequest + Guarded + 'static,
            F::Output: Responder + 'static,
        {
            self.guarded(Method::$method, path, handler)
        }
    )*};
}

impl Routes {
    /// Creates an empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a guarded route for this method.
    #[must_use]
    pub fn guarded<F, Args>(self, method: Method, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + Guarded + 'static,
        F::Output: Responder + 'static,
    {
        self.add(method, path, Some(Args::REQUIREMENT), handler)
    }

    /// Adds a public route.
    #[must_use]
    pub fn public<F, Args>(self, method: Method, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(method, path, None, handler)
    }

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

    /// Appends the rows of another table.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Sets the accepted credentials of all routes added so far. All routes of one path share them.
    #[must_use]
    pub fn admitting(mut self, admission: AcceptedCredentials) -> Self {
        for row in &mut self.0 {
            row.admission = Some(admission);
        }
        self
    }

    /// Sets the authenticator of all routes added so far, if it differs from the `Access` of the
    /// service: they belong to another resource with separate metadata (RFC 9728 §3). All routes of
    /// one path share it.
    #[must_use]
    pub fn opened_by(mut self, access: &Access) -> Self {
        for row in &mut self.0 {
            row.access = Some(access.clone());
        }
        self
    }

    /// Moves routes below `from` to `to`; other paths do not change.
    #[must_use]
    pub fn moved(mut self, from: &str, to: &str) -> Self {
        for row in &mut self.0 {
            if let Some(rest) = row.info.path.strip_prefix(from) {
                row.info.path = format!("{to}{rest}");
            }
        }
        self
    }

    /// Returns the rows of the table.
    pub fn list(&self) -> impl Iterator<Item = &RouteInfo> {
        self.0.iter().map(|row| &row.info)
    }

    /// Registers all routes. Other methods on these paths get 405 with `Allow`.
    pub fn register(self, config: &mut web::ServiceConfig) {
        let mut by_path: Vec<(String, Vec<Row>)> = Vec::new();
        for row in self.0 {
            match by_path.iter_mut().find(|(path, _)| *path == row.info.path) {
                Some((_, rows)) => rows.push(row),
                None => by_path.push((row.info.path.clone(), vec![row])),
            }
        }
        let paths: Vec<String> = by_path.iter().map(|(path, _)| path.clone()).collect();
        for (path, rows) in by_path {
            let allow = allow(rows.iter().map(|row| &row.info.method));
            let mut resource = web::resource(spellings(path, &paths));
            if let Some(admission) = rows.iter().find_map(|row| row.admission) {
                resource = resource.app_data(admission);
            }
            if let Some(access) = rows.iter().find_map(|row| row.access.clone()) {
                resource = resource.app_data(web::Data::new(access));
            }
            for row in rows {
                resource = resource.route(row.route);
            }
            config.service(resource.default_service(web::to(move || {
                let mut response = GuardError::method_not_allowed(&allow).error_response();
                if let Ok(allow) = allow.parse() {
                    response.headers_mut().insert(ALLOW, allow);
                }
                std::future::ready(response)
            })));
        }
    }

    fn add<F, Args>(
        mut self,
        method: Method,
        path: &str,
        requirement: Option<Requirement>,
        handler: F,
    ) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        // RFC 9110 §9.1: a server that supports GET supports HEAD; actix omits the body.
        let route = if method == Method::GET {
            Route::new().guard(Any(Get()).or(Head()))
        } else {
            Route::new().method(method.clone())
        };
        let info = RouteInfo {
            method,
            path: path.to_owned(),
            requirement,
        };
        self.0.push(Row {
            info,
            admission: None,
            access: None,
            route: route.to(handler),
        });
        self
    }
}

impl Access {
    /// Adds routes to an app, guarded by this authenticator:
    /// `App::new().configure(access.guard(routes()))`.
    pub fn guard(&self, routes: Routes) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
        let access = web::Data::new(self.clone());
        move |config| {
            config.app_data(access);
            routes.register(config);
        }
    }
}

/// Returns an API path with and without a trailing slash, unless another route has that path.
fn spellings(path: String, existing: &[String]) -> Vec<String> {
    let slashed = format!("{path}/");
    let is_api = path.starts_with("/api/") && !path.ends_with('/');
    if is_api && !existing.contains(&slashed) {
        vec![path, slashed]
    } else {
        vec![path]
    }
}

fn allow<'a>(methods: impl Iterator<Item = &'a Method>) -> String {
    let mut names = Vec::new();
    for method in methods {
        names.push(method.as_str());
        if method == Method::GET {
            names.push("HEAD");
        }
    }
    names.join(", ")
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list()).finish()
    }
}

//! A table of routes in which nothing is open by accident.

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
    /// What the guard requires.
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

/// One row of the table, for documentation and for the test that calls every route without a
/// token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// The method. A route for GET also answers HEAD.
    pub method: Method,
    /// The path pattern of actix-web.
    pub path: String,
    /// What the caller must have; `None` if the route is public.
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

impl Routes {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// A guarded route for this method.
    #[must_use]
    pub fn guarded<F, Args>(self, method: Method, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + Guarded + 'static,
        F::Output: Responder + 'static,
    {
        self.add(method, path, Some(Args::REQUIREMENT), handler)
    }

    /// A route that anybody may call.
    #[must_use]
    pub fn public<F, Args>(self, method: Method, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(method, path, None, handler)
    }

    /// A guarded route for GET and HEAD.
    #[must_use]
    pub fn get<F, Args>(self, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + Guarded + 'static,
        F::Output: Responder + 'static,
    {
        self.guarded(Method::GET, path, handler)
    }

    /// A guarded route for POST.
    #[must_use]
    pub fn post<F, Args>(self, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + Guarded + 'static,
        F::Output: Responder + 'static,
    {
        self.guarded(Method::POST, path, handler)
    }

    /// A guarded route for PUT.
    #[must_use]
    pub fn put<F, Args>(self, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + Guarded + 'static,
        F::Output: Responder + 'static,
    {
        self.guarded(Method::PUT, path, handler)
    }

    /// A guarded route for PATCH.
    #[must_use]
    pub fn patch<F, Args>(self, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + Guarded + 'static,
        F::Output: Responder + 'static,
    {
        self.guarded(Method::PATCH, path, handler)
    }

    /// A guarded route for DELETE.
    #[must_use]
    pub fn delete<F, Args>(self, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + Guarded + 'static,
        F::Output: Responder + 'static,
    {
        self.guarded(Method::DELETE, path, handler)
    }

    /// The rows of another table after this one's.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// How callers of the routes that are in the table by now may prove who they are. All routes
    /// of one path share it.
    #[must_use]
    pub fn admitting(mut self, admission: AcceptedCredentials) -> Self {
        for row in &mut self.0 {
            row.admission = Some(admission);
        }
        self
    }

    /// Whose tokens open the routes that are in the table by now, where that is not the `Access` of
    /// the whole service: they are another resource, with metadata of its own (RFC 9728 §3). All
    /// routes of one path share it.
    #[must_use]
    pub fn opened_by(mut self, access: &Access) -> Self {
        for row in &mut self.0 {
            row.access = Some(access.clone());
        }
        self
    }

    /// The same routes below `to` instead of below `from`; a path elsewhere stays.
    #[must_use]
    pub fn moved(mut self, from: &str, to: &str) -> Self {
        for row in &mut self.0 {
            if let Some(rest) = row.info.path.strip_prefix(from) {
                row.info.path = format!("{to}{rest}");
            }
        }
        self
    }

    /// What is in the table.
    pub fn list(&self) -> impl Iterator<Item = &RouteInfo> {
        self.0.iter().map(|row| &row.info)
    }

    /// Registers all routes. Another method on one of the paths is answered with 405 and `Allow`.
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
        // RFC 9110 §9.1: a server that answers GET answers HEAD; the body is left out below us.
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
    /// Puts routes into an app, guarded by this: `App::new().configure(access.guard(routes()))`.
    pub fn guard(&self, routes: Routes) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
        let access = web::Data::new(self.clone());
        move |config| {
            config.app_data(access);
            routes.register(config);
        }
    }
}

/// A path of an API is found with and without a slash at its end, unless a route of its own has that.
fn spellings(path: String, taken: &[String]) -> Vec<String> {
    let slashed = format!("{path}/");
    let is_api = path.starts_with("/api/") && !path.ends_with('/');
    if is_api && !taken.contains(&slashed) {
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

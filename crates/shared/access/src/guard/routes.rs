//! The route table of actix-web.

use actix_web::dev::Handler;
use actix_web::guard::{Any, Get, Head};
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{FromRequest, Responder, ResponseError as _, Route, web};

use super::allowed::{Allowed, RouteGuard};
use super::error::GuardError;
use super::table::Table;
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

/// The routes of a service on actix-web. Each is either guarded by the first argument of its handler,
/// which the compiler checks, or explicitly public.
///
/// Build the table in a function, and call it once in each worker:
/// `App::new().app_data(access).configure(|config| routes().register(config))`.
pub type Routes = Table<Route>;

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
    /// Adds a guarded route for this method.
    #[must_use]
    pub fn guarded<F, Args>(self, method: Method, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + Guarded + 'static,
        F::Output: Responder + 'static,
    {
        self.with(method, path, Some(Args::REQUIREMENT), handler)
    }

    /// Adds a public route.
    #[must_use]
    pub fn public<F, Args>(self, method: Method, path: &str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.with(method, path, None, handler)
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

    /// Registers all routes. Other methods on these paths get 405 with `Allow`.
    pub fn register(self, config: &mut web::ServiceConfig) {
        for path in self.by_path() {
            let mut resource = web::resource(path.spellings);
            if let Some(admission) = path.admission {
                resource = resource.app_data(admission);
            }
            if let Some(access) = path.access {
                resource = resource.app_data(web::Data::new(access));
            }
            for route in path.routes {
                resource = resource.route(route);
            }
            let allow = path.allow;
            config.service(resource.default_service(web::to(move || {
                let mut response = GuardError::method_not_allowed(&allow).error_response();
                if let Ok(allow) = allow.parse() {
                    response.headers_mut().insert(ALLOW, allow);
                }
                std::future::ready(response)
            })));
        }
    }

    fn with<F, Args>(
        self,
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
        let name = method.to_string();
        let route = if method == Method::GET {
            Route::new().guard(Any(Get()).or(Head()))
        } else {
            Route::new().method(method)
        };
        self.add(&name, path, requirement, route.to(handler))
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

//! Registration of endpoints, with one list for the server and the document.

use actix_web::dev::HttpServiceFactory;
use utoipa_actix_web::OpenApiFactory;

/// A registry of handlers. Each worker registers them with its server. The document takes more than
/// a megabyte to build and is created on request.
pub trait Endpoints {
    fn service(&mut self, handler: impl HttpServiceFactory + OpenApiFactory + 'static)
    -> &mut Self;

    fn configure(&mut self, module: impl FnOnce(&mut Self)) -> &mut Self {
        module(self);
        self
    }
}

impl Endpoints for actix_web::web::ServiceConfig {
    fn service(
        &mut self,
        handler: impl HttpServiceFactory + OpenApiFactory + 'static,
    ) -> &mut Self {
        self.service(handler)
    }
}

impl Endpoints for utoipa_actix_web::service_config::ServiceConfig<'_> {
    fn service(
        &mut self,
        handler: impl HttpServiceFactory + OpenApiFactory + 'static,
    ) -> &mut Self {
        self.service(handler)
    }
}

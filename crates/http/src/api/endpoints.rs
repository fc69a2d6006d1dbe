//! Where the endpoints are registered: one list for the server and for the document.

use actix_web::dev::HttpServiceFactory;
use utoipa_actix_web::OpenApiFactory;

/// Takes handlers. Each worker registers them with its server; the document, which takes more than a
/// megabyte to put together, is made when somebody asks for it.
pub trait Endpoints {
    /// Registers a handler.
    fn service(&mut self, handler: impl HttpServiceFactory + OpenApiFactory + 'static)
    -> &mut Self;

    /// Registers what a module has.
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

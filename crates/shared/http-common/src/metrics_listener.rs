//! `GET /metrics` on a separate listener: metrics are for the operator and are not served at the
//! public address.

use std::fmt::Display;
use std::net::TcpListener;

pub use actix_web::dev::Server;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{get, resource, to};
use actix_web::{App, HttpResponse, HttpServer};

/// Content type of the Prometheus text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Maximum number of connections, for a few scrapers.
const MAX_CONNECTIONS: usize = 32;

/// Serves the metrics that `render` returns in the Prometheus text format.
///
/// # Errors
/// Returns an error if the listener cannot be used.
pub fn serve<R, E>(
    listener: TcpListener,
    render: impl Fn() -> R + Clone + Send + 'static,
) -> std::io::Result<Server>
where
    R: Future<Output = Result<Vec<u8>, E>> + 'static,
    E: Display + 'static,
{
    let app = move || {
        let render = render.clone();
        let show = move || {
            let rendered = render();
            async move { response(rendered.await) }
        };
        App::new().service(
            resource("/metrics")
                .route(get().to(show))
                .default_service(to(async || {
                    HttpResponse::MethodNotAllowed()
                        .insert_header((ALLOW, "GET"))
                        .finish()
                })),
        )
    };
    let server = HttpServer::new(app)
        .workers(1)
        .max_connections(MAX_CONNECTIONS)
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(server)
}

fn response(rendered: Result<Vec<u8>, impl Display>) -> HttpResponse {
    match rendered {
        Ok(text) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, TEXT))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(text),
        Err(error) => {
            tracing::error!(%error, "failed to render metrics");
            HttpResponse::InternalServerError().finish()
        }
    }
}

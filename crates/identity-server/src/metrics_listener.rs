//! `GET /metrics` on a separate listener: metrics are for the operator and are not served at the
//! public address.

use std::net::TcpListener;

use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, get, resource, to};
use actix_web::{App, HttpResponse, HttpServer};

use doorward_services::context::Context;

/// Content type of the Prometheus text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Maximum number of connections, for a few scrapers.
const MAX_CONNECTIONS: usize = 32;

/// Starts the server of the metrics.
///
/// # Errors
/// Returns an I/O error if the listener cannot be used.
pub fn serve(
    context: Data<Context>,
    listener: TcpListener,
) -> std::io::Result<actix_web::dev::Server> {
    let app = move || {
        App::new().app_data(context.clone()).service(
            resource("/metrics")
                .route(get().to(metrics))
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

/// Records the values that are measured only on request, and renders every metric.
async fn scrape(context: &Context) -> Result<Vec<u8>, prometheus::Error> {
    let metrics = &context.metrics;
    metrics.hashes_waiting(context.accounts.hashing.waiting());
    if let Ok(keys) = context
        .issuing
        .keys
        .current(&context.core.db, context.core.now())
        .await
    {
        metrics.keys_age(context.core.now().saturating_sub(keys.signing_since()));
    }
    metrics.render()
}

async fn metrics(context: Data<Context>) -> HttpResponse {
    match scrape(&context).await {
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

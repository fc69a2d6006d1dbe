//! `GET /metrics` on a separate listener: metrics are for the operator and are not served at the
//! public address (DESIGN §4).

use std::net::TcpListener;

use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, get, resource, to};
use actix_web::{App, HttpResponse, HttpServer};

use doorward_services::state::State;

/// Content type of the Prometheus text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Maximum number of connections, for a few scrapers.
const MAX_CONNECTIONS: usize = 32;

/// Starts the server of the metrics.
///
/// # Errors
/// Returns an I/O error if the listener cannot be used.
pub fn serve(state: Data<State>, listener: TcpListener) -> std::io::Result<actix_web::dev::Server> {
    let app = move || {
        App::new().app_data(state.clone()).service(
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
async fn scrape(state: &State) -> Result<Vec<u8>, prometheus::Error> {
    let metrics = &state.metrics;
    metrics.hashes_waiting(state.hashing.waiting());
    if let Ok(keys) = state.keys.current(&state.db, state.now()).await {
        metrics.keys_age(state.now().saturating_sub(keys.signing_since()));
    }
    metrics.render()
}

async fn metrics(state: Data<State>) -> HttpResponse {
    match scrape(&state).await {
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

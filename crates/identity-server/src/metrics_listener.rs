//! `GET /metrics`, on a listener of its own: what is counted is for the operator, and nothing of it
//! is at the address that the world reaches (DESIGN §4).

use std::net::TcpListener;

use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, get, resource, to};
use actix_web::{App, HttpResponse, HttpServer};

use doorward_services::state::State;

/// The text format of Prometheus.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// A scraper or two.
const MAX_CONNECTIONS: usize = 32;

/// Serves the metrics until it is stopped.
///
/// # Errors
/// When the listener cannot be used.
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

/// Records what is only measured when a scraper asks, and renders every metric.
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
            tracing::error!(%error, "the metrics cannot be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}

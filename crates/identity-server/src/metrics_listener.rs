//! `GET /metrics` on a separate listener: metrics are for the operator and are not served at the
//! public address.

use std::net::TcpListener;

use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, get, resource, to};
use actix_web::{App, HttpResponse, HttpServer};

use doorward_web::web_context::WebContext;

/// Content type of the Prometheus text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Maximum number of connections, for a few scrapers.
const MAX_CONNECTIONS: usize = 32;

pub fn serve(
    web: Data<WebContext>,
    listener: TcpListener,
) -> std::io::Result<actix_web::dev::Server> {
    let app = move || {
        App::new().app_data(web.clone()).service(
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
async fn scrape(web: &WebContext) -> Result<Vec<u8>, prometheus::Error> {
    let (context, metrics) = (&web.context, &web.metrics);
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

async fn metrics(web: Data<WebContext>) -> HttpResponse {
    match scrape(&web).await {
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

//! The metrics of the identity server, on their own listener.

use std::net::TcpListener;

use actix_web::web::Data;
use doorward_http_common::metrics_listener;
use doorward_web::web_context::WebContext;

pub fn serve(
    web: Data<WebContext>,
    listener: TcpListener,
) -> std::io::Result<actix_web::dev::Server> {
    metrics_listener::serve(listener, move || {
        let web = web.clone();
        async move { scrape(&web).await }
    })
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

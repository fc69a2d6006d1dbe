//! Metrics of database statements.

use std::sync::Arc;

use doorward_telemetry::request_metrics::RequestMetrics;
use sea_orm::DatabaseConnection;

/// Returns the connections with a report to the metrics after every statement.
pub(crate) fn observe(
    mut db: DatabaseConnection,
    metrics: &Arc<RequestMetrics>,
) -> DatabaseConnection {
    let metrics = Arc::clone(metrics);
    db.set_metric_callback(move |info| metrics.query(info.elapsed, info.failed));
    db
}

//! The metrics registry, spans, trace context and their OTLP encoding; for both servers.

mod families;
pub mod metrics;
pub mod request_metrics;
pub mod statements;
pub mod telemetry;

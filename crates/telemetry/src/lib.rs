//! The metrics registry, spans, trace context and their OTLP encoding.

pub mod metrics;
pub mod telemetry;

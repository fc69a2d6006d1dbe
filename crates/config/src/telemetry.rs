//! `[telemetry]`: where traces go.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Traces.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// The base address of the operator's collector; none: there are no traces.
    pub otlp_endpoint: Option<String>,
}

/// The keys of `[telemetry]`.
pub const KEYS: &[Key] = &[Key::optional(
    "telemetry.otlp_endpoint",
    Kind::Url,
    "Where the traces of requests go: the base address of a collector that takes OTLP over HTTP, such as \
     `http://127.0.0.1:4318` (`/v1/traces` is added). Unset, there are none. A span says method, route, status, \
     duration, statements and request id, and nothing of people or secrets.",
)
.alias("OTEL_EXPORTER_OTLP_ENDPOINT")];

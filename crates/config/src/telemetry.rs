//! `[telemetry]`: export of traces.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// Base URL of the operator's collector; `None`: no traces.
    pub otlp_endpoint: Option<String>,
}

pub const KEYS: &[Key] = &[Key::optional(
    "telemetry.otlp_endpoint",
    Kind::Url,
    "Base URL of a collector that accepts OTLP over HTTP, such as `http://127.0.0.1:4318` \
     (`/v1/traces` is appended). Unset: no traces. A span contains method, route, status, \
     duration, statement count and request ID, but no user data or secrets.",
)
.alias("OTEL_EXPORTER_OTLP_ENDPOINT")];

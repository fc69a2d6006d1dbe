//! `[telemetry]`: export of traces.

use super::key::Kind;
use super::secret::EndpointUrl;

section! {
    pub struct Telemetry in "telemetry" {
        /// Base URL of a collector that accepts OTLP over HTTP, such as `http://127.0.0.1:4318`
        /// (`/v1/traces` is appended). Unset: no traces. A span contains method, route, status,
        /// duration, statement count and request ID, but no user data or secrets.
        otlp_endpoint: Option<EndpointUrl> =
            Kind::Endpoint.unset().alias("OTEL_EXPORTER_OTLP_ENDPOINT");
    }
}

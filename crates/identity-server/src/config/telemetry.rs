//! `[telemetry]`: where traces go.

use serde::{Deserialize, Serialize};
use url::Url;

use super::key::{Key, Kind};
use super::{Config, Finding};

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

impl Config {
    pub(super) fn check_telemetry(&self, findings: &mut Vec<Finding>) {
        let Some(endpoint) = &self.telemetry.otlp_endpoint else {
            return;
        };
        let url = Url::parse(endpoint).ok();
        let good = url.is_some_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        if !good {
            findings.push(self.refused(
                "telemetry.otlp_endpoint",
                "not the base address of a collector",
                "write an address such as \"http://127.0.0.1:4318\", without user, query and fragment",
            ));
        }
    }
}

//! The metrics of requests and of their database statements, which both servers have.

use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{Gauge, HistogramVec};

use crate::families::{render, times};
use crate::statements;

/// The bounds of `http.server.request.duration`, in seconds (OpenTelemetry, HTTP metrics).
const REQUEST_SECONDS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];
/// The bounds of statement durations, which are shorter than those of requests.
const QUERY_SECONDS: &[f64] = &[
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
];
/// The bounds of the number of statements for a request.
const STATEMENTS: &[f64] = &[0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0, 34.0];

/// The route label of a request that no route matches.
const NO_ROUTE: &str = "none";

#[derive(Clone, Copy, Debug)]
pub struct ResponseLabels<'a> {
    /// The method as sent.
    pub method: &'a str,
    /// The route pattern; `None` if no route matches the request.
    pub route: Option<&'a str>,
    pub status: u16,
    pub took: Duration,
    pub statements: u32,
}

/// The histograms of requests and statements of one process.
#[derive(Debug)]
pub struct RequestMetrics {
    queries: HistogramVec,
    requests: HistogramVec,
    statements: HistogramVec,
}

impl Default for RequestMetrics {
    fn default() -> Self {
        Self {
            queries: times(
                "doorward_db_query_seconds",
                "How long the database took for a statement",
                QUERY_SECONDS,
                &["result"],
            ),
            requests: times(
                "http_server_request_duration_seconds",
                "How long requests took",
                REQUEST_SECONDS,
                &[
                    "http_request_method",
                    "http_route",
                    "http_response_status_code",
                ],
            ),
            statements: times(
                "doorward_request_statements",
                "How many statements the database ran for a request",
                STATEMENTS,
                &["http_request_method", "http_route"],
            ),
        }
    }
}

impl RequestMetrics {
    /// Records a statement, also for the request whose task ran it.
    pub fn query(&self, took: Duration, failed: bool) {
        statements::count();
        let result = if failed { "error" } else { "ok" };
        let seconds = took.as_secs_f64();
        self.queries.with_label_values(&[result]).observe(seconds);
    }

    pub fn request(&self, answered: &ResponseLabels) {
        let method = known_method(answered.method);
        let route = answered.route.unwrap_or(NO_ROUTE);
        let mut digits = itoa::Buffer::new();
        let status = digits.format(answered.status);
        self.requests
            .with_label_values(&[method, route, status])
            .observe(answered.took.as_secs_f64());
        self.statements
            .with_label_values(&[method, route])
            .observe(f64::from(answered.statements));
    }

    pub(crate) fn families(&self) -> [&dyn Collector; 3] {
        [&self.queries, &self.requests, &self.statements]
    }

    /// Renders the metrics of a service that listens to revocations: also the seconds since all of them
    /// were known (infinite if they never were), and the number of those that it remembers.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn render_with_signals(
        &self,
        age: Option<i64>,
        remembered: usize,
    ) -> Result<Vec<u8>, prometheus::Error> {
        let gauge = |name, help, value: f64| {
            let gauge = Gauge::new(name, help)?;
            gauge.set(value);
            Ok::<_, prometheus::Error>(gauge)
        };
        #[expect(clippy::cast_precision_loss, reason = "a metric is a float")]
        let (age, remembered) = (
            age.map_or(f64::INFINITY, |age| age as f64),
            remembered as f64,
        );
        let age = gauge(
            "doorward_signals_age_seconds",
            "How long ago all revocations of the issuer were known",
            age,
        )?;
        let remembered = gauge(
            "doorward_signals_remembered",
            "How many revocations the memory holds",
            remembered,
        )?;
        let [queries, requests, statements] = self.families();
        render(&[queries, requests, statements, &age, &remembered])
    }

    /// Renders the metrics in the text format of Prometheus, version 0.0.4.
    ///
    /// # Errors
    /// Fails if a metric family cannot be encoded, which does not happen with the metrics of this
    /// file.
    pub fn render(&self) -> Result<Vec<u8>, prometheus::Error> {
        render(&self.families())
    }
}

/// Returns a known HTTP method, or `_OTHER` for anything else (OpenTelemetry,
/// `http.request.method`).
pub(crate) fn known_method(method: &str) -> &'static str {
    const KNOWN: &[&str] = &[
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
    ];
    let known = KNOWN.iter().find(|known| **known == method);
    known.copied().unwrap_or("_OTHER")
}

//! Creation and rendering of metric families.

use prometheus::core::Collector;
use prometheus::{Encoder as _, HistogramOpts, HistogramVec, TextEncoder};

/// Renders metric families in the text format of Prometheus, version 0.0.4.
pub(crate) fn render(families: &[&dyn Collector]) -> Result<Vec<u8>, prometheus::Error> {
    let mut gathered: Vec<_> = families
        .iter()
        .flat_map(|family| family.collect())
        .collect();
    // Families without samples are omitted.
    gathered.retain(|family| !family.get_metric().is_empty());
    let mut text = Vec::new();
    TextEncoder::new().encode(&gathered, &mut text)?;
    Ok(text)
}

pub(crate) fn times(name: &str, help: &str, bounds: &[f64], labels: &[&str]) -> HistogramVec {
    fixed(HistogramVec::new(histogram(name, help, bounds), labels))
}

pub(crate) fn histogram(name: &str, help: &str, bounds: &[f64]) -> HistogramOpts {
    HistogramOpts::new(name, help).buckets(bounds.to_vec())
}

#[expect(
    clippy::expect_used,
    reason = "names and bounds are constants of this crate, and every test makes all of them"
)]
pub(crate) fn fixed<T>(created: Result<T, prometheus::Error>) -> T {
    created.expect("the metric definition is valid")
}

//! Settings for checking the sender of a token (RFC 9449 §7).

use std::sync::Arc;

use url::Url;

use crate::replay::{InMemoryReplayStore, ReplayStore};

/// The settings of sender checks (RFC 9449).
#[derive(Debug)]
pub(super) struct Senders {
    /// Origin of the service as its callers know it; `None` if unknown.
    pub(super) origin: Option<String>,
    /// Set if tokens must be bound to a key.
    pub(super) required: bool,
    pub(super) used: Arc<dyn ReplayStore>,
}

impl Senders {
    /// Returns the settings of a service at this address with an in-memory replay store.
    pub(super) fn at(address: &str) -> Self {
        Self {
            origin: origin_of(address),
            required: false,
            used: Arc::new(InMemoryReplayStore::default()),
        }
    }
}

/// Returns the origin of an http or https URL, and `None` for anything else.
pub(super) fn origin_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

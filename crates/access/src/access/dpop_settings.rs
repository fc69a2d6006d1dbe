//! What a service has to know to check that tokens are brought by who may use them (RFC 9449 §7).

use std::sync::Arc;

use url::Url;

use crate::replay::{InMemoryReplayStore, ReplayStore};

/// How senders prove the keys that their tokens are bound to (RFC 9449).
#[derive(Debug)]
pub(super) struct Senders {
    /// Where the service is, as its callers know it; none where that is not known.
    pub(super) origin: Option<String>,
    /// Whether a token that is not bound opens nothing.
    pub(super) required: bool,
    pub(super) used: Arc<dyn ReplayStore>,
}

impl Senders {
    /// Of a service at this address, whose record is its own memory.
    pub(super) fn at(address: &str) -> Self {
        Self {
            origin: origin_of(address),
            required: false,
            used: Arc::new(InMemoryReplayStore::default()),
        }
    }
}

/// The origin of an address of the web; none of anything else.
pub(super) fn origin_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

//! What a service has to know to check that tokens are brought by who may use them (RFC 9449 §7).

use std::sync::Arc;

use url::Url;

use super::{Access, AccessBuilder};
use crate::replay::{InMemory, UsedProofs};

/// How senders prove the keys that their tokens are bound to (RFC 9449).
#[derive(Debug)]
pub(super) struct Senders {
    /// Where the service is, as its callers know it; none where that is not known.
    origin: Option<String>,
    /// Whether a token that is not bound opens nothing.
    required: bool,
    used: Arc<dyn UsedProofs>,
}

impl Senders {
    /// Of a service at this address, whose record is its own memory.
    pub(super) fn at(address: &str) -> Self {
        Self {
            origin: origin_of(address),
            required: false,
            used: Arc::new(InMemory::default()),
        }
    }
}

impl Access {
    /// Where the service is, as DPoP proofs name it.
    pub fn origin(&self) -> Option<&str> {
        self.0.senders.origin.as_deref()
    }

    /// The record of used DPoP proofs.
    pub fn used_proofs(&self) -> &dyn UsedProofs {
        &*self.0.senders.used
    }

    /// Whether a token opens nothing that is not bound to a key by DPoP.
    pub fn requires_dpop(&self) -> bool {
        self.0.senders.required
    }
}

impl AccessBuilder {
    /// Where callers reach the service, a scheme and an authority: what DPoP proofs have to name
    /// (RFC 9449 §4.2 `htu`). The origin of the audience, if none is set and that is an address.
    #[must_use]
    pub fn origin(mut self, url: &str) -> Self {
        self.senders.origin = origin_of(url);
        self
    }

    /// Accepts no token that is not bound to a key by DPoP (RFC 9728 §2
    /// `dpop_bound_access_tokens_required`).
    #[must_use]
    pub fn require_dpop(mut self, required: bool) -> Self {
        self.senders.required = required;
        self
    }

    /// Where used DPoP proofs are recorded; in the memory of the process, if none is set. A service
    /// of several processes needs a record that they share.
    #[must_use]
    pub fn used_proofs(mut self, used: Arc<dyn UsedProofs>) -> Self {
        self.senders.used = used;
        self
    }
}

/// The origin of an address of the web; none of anything else.
fn origin_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.origin().ascii_serialization())
}

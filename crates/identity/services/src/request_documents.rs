//! Request objects by reference (OIDC Core §6.2, RFC 9101 §5.2): fetches the registered documents of
//! clients, and caches them for a short time.

use doorward_egress::outgoing::Fetched;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_rules::request_uri::{self, Reference};
use tokio::sync::Mutex;

use crate::cache::Cache;
use crate::fetcher::Fetcher;
use crate::prelude::*;

/// The requirements for a document: a signed JWT (RFC 9101 §5.2.3).
const OBJECT: FetchRequirements = FetchRequirements {
    types: &["application/oauth-authz-req+jwt", "application/jwt"],
    max_bytes: 16 * 1024,
};
const DOCUMENTS: u64 = 1000;
/// Bounds of the time that a document is fresh, in seconds, by its `Cache-Control`. The lower one
/// limits the number of fetches.
const FRESH_BOUNDS: (i64, i64) = (5, 300);
/// Default time that a document is fresh, in seconds. Its URL has no hash, so that the contents may
/// change at any time.
const FRESH: i64 = 5;
/// Default time that a document with a hash in its URL is fresh, in seconds: another hash means
/// other contents (OIDC Registration §2).
const FRESH_VERSION: i64 = 300;
/// Minimum time between two fetches of one URL, in seconds.
const RETRY: i64 = 5;

/// The documents that were fetched recently, by source and URL without fragment.
#[derive(Debug)]
pub struct RequestDocuments(Cache<Mutex<Slot>>);

/// The cache entry of one URL. The lock is held while fetching, so that only one request fetches.
#[derive(Debug, Default)]
struct Slot {
    document: Option<Document>,
    tried_at: Option<UnixSeconds>,
}

#[derive(Debug)]
struct Document {
    version: Option<String>,
    fresh_until: UnixSeconds,
    object: Arc<str>,
}

impl Default for RequestDocuments {
    fn default() -> Self {
        Self(Cache::new(DOCUMENTS))
    }
}

impl RequestDocuments {
    /// Returns the request object that a `request_uri` of a client refers to.
    ///
    /// # Errors
    /// `request_uri_not_supported` if the client has registered no URL, `invalid_request_uri` if
    /// this one is not registered, or its document cannot be used (OIDC Core §3.1.2.6).
    #[boxed]
    pub async fn get<'a>(
        &'a self,
        fetcher: Fetcher<'a>,
        client: &Client,
        request_uri: &str,
    ) -> Result<Arc<str>, OAuthError> {
        if client.request_uris.is_empty() {
            return Err(OAuthError::new(
                ErrorCode::RequestUriNotSupported,
                "only a pushed 'request_uri' is supported: this client has registered no \
                 request_uris",
            ));
        }
        let invalid = |why| OAuthError::new(ErrorCode::InvalidRequestUri, why);
        let reference = request_uri::find(&client.request_uris, request_uri);
        let reference =
            reference.ok_or_else(|| invalid("the request_uri is not one that is registered"))?;
        let url = SourcedUrl::of_client(client, reference.location);
        let slot = self.0.get_or_make(url.key(), Mutex::default);
        let object = slot.lock().await.current(fetcher, url, reference).await;
        object.map_err(|error| {
            let location = reference.location;
            tracing::info!(client_id = %client.id, location, error, "request object not fetched");
            // The reason could describe the internal network.
            invalid("the document at the request_uri cannot be fetched")
        })
    }
}

impl Slot {
    /// Returns the cached document, or a new one if it is not fresh or of another version.
    async fn current(
        &mut self,
        fetcher: Fetcher<'_>,
        url: SourcedUrl<'_>,
        reference: Reference<'_>,
    ) -> Result<Arc<str>, String> {
        let now = fetcher.clock.now();
        let version = reference.version;
        if let Some(document) = &self.document {
            let is_same = document.version.as_deref() == version;
            // A document that was fetched just now is the current one, whatever its version: a
            // request cannot cause a fetch each time by another fragment.
            if now < document.fresh_until && (is_same || !self.is_due(now)) {
                return Ok(Arc::clone(&document.object));
            }
        }
        if !self.is_due(now) {
            return Err("it could not be fetched a moment ago".to_owned());
        }
        self.tried_at = Some(now);
        self.document = None;
        let fetched = fetcher.get(url, &OBJECT).await;
        // Requests that waited for a host that hangs do not try it again, one after the other.
        self.tried_at = Some(fetcher.clock.now());
        let fetched = fetched?;
        let fresh_until = now + fresh_for(&fetched, version);
        let object = String::from_utf8(fetched.body).map_err(|error| error.to_string())?;
        let object: Arc<str> = object.trim_ascii().into();
        self.document = Some(Document {
            version: version.map(str::to_owned),
            fresh_until,
            object: Arc::clone(&object),
        });
        Ok(object)
    }

    fn is_due(&self, now: UnixSeconds) -> bool {
        self.tried_at.is_none_or(|at| now >= at + RETRY)
    }
}

/// Returns the time for which a document is fresh, in seconds.
fn fresh_for(fetched: &Fetched, version: Option<&str>) -> i64 {
    let default = version.map_or(FRESH, |_| FRESH_VERSION);
    let (least, most) = FRESH_BOUNDS;
    fetched.max_age.unwrap_or(default).clamp(least, most)
}

//! The public keys of clients: registered with them, or fetched from their `jwks_uri` and kept.

use std::sync::Arc;

use doorward_access::jwt::party::{self, PartyKeys};
use doorward_access::jwt::verify::TokenRejection;
use doorward_domain::credentials::client_certificate::ClientCertificate;
use doorward_domain::model::Client;
use doorward_domain::time::UnixSeconds;
use moka::sync::Cache;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use crate::outgoing::Want;
use crate::state::State;

/// How many clients' keys are kept.
const CLIENTS: u64 = 1000;
/// A key set (SECURITY SS-2).
const JWK_SET: Want = Want {
    types: &["application/json", "application/jwk-set+json"],
    max_bytes: 64 * 1024,
};
/// How long fetched keys count as fresh where nothing is said, in seconds.
const FRESH: i64 = 300;
/// The bounds of what is said: neither a flood nor a key that is never renewed.
const FRESH_BOUNDS: (i64, i64) = (60, 3600);
/// How long keys are used when newer ones cannot be fetched, in seconds.
const LAST_GOOD: i64 = 24 * 3600;
/// The time between two fetches for keys that are not known, in seconds.
const UNKNOWN_KEY: i64 = 30;
/// The time between two fetches of keys that are not fresh, in seconds.
const RETRY: i64 = 5;

/// Keys that were parsed, and where they came from fetched.
#[derive(Debug)]
pub struct ClientKeys {
    /// By the registered document.
    registered: Cache<String, Arc<PartyKeys>>,
    /// By address. The lock is held while fetching: the single flight.
    fetched: Cache<String, Arc<Mutex<Slot>>>,
}

#[derive(Debug, Default)]
struct Slot {
    keys: Option<(Arc<PartyKeys>, UnixSeconds)>,
    tried_at: Option<UnixSeconds>,
}

impl Default for ClientKeys {
    fn default() -> Self {
        Self {
            registered: Cache::new(CLIENTS),
            fetched: Cache::new(CLIENTS),
        }
    }
}

/// Verifies what a client has signed; the claims are the caller's to judge. A key that is not among
/// the fetched ones makes them be fetched once more, not too often.
pub(crate) async fn verify(
    state: &State,
    client: &Client,
    token: &str,
    typ_allowed: &[&str],
) -> Result<Map<String, Value>, TokenRejection> {
    let (document, address) = (client.jwks.as_deref(), client.jwks_uri.as_deref());
    verify_with(state, document, address, token, typ_allowed).await
}

/// The same for any party: with its key set, or with that of its address.
pub(crate) async fn verify_with(
    state: &State,
    jwks: Option<&str>,
    jwks_uri: Option<&str>,
    token: &str,
    typ_allowed: &[&str],
) -> Result<Map<String, Value>, TokenRejection> {
    consult(state, jwks, jwks_uri, |keys| {
        match party::verify(token, keys, typ_allowed) {
            Err(TokenRejection::UnknownKey { kid }) => Err(TokenRejection::UnknownKey { kid }),
            verdict => Ok(verdict),
        }
    })
    .await?
}

/// Whether a certificate is that of a client, by its keys (RFC 8705 §2.2.2).
pub(crate) async fn know(state: &State, client: &Client, shown: &ClientCertificate) -> bool {
    // A weak key is nobody's.
    let Some(key) = &shown.key else { return false };
    let (document, address) = (client.jwks.as_deref(), client.jwks_uri.as_deref());
    let look = |keys: &PartyKeys| {
        let known = keys.know(&shown.thumbprint, key);
        known.then_some(()).ok_or(Unknown)
    };
    consult(state, document, address, look).await.is_ok()
}

/// No key of the party fits.
struct Unknown;

impl From<NoKeys> for Unknown {
    fn from(_: NoKeys) -> Self {
        Self
    }
}

impl From<NoKeys> for TokenRejection {
    fn from(_: NoKeys) -> Self {
        let kid = String::new();
        Self::UnknownKey { kid }
    }
}

/// A party has registered neither keys nor their address.
struct NoKeys;

/// Looks among the keys of a party. Where `look` fails for want of a key, fetched ones are fetched once
/// more, not too often.
async fn consult<T, E: From<NoKeys>>(
    state: &State,
    jwks: Option<&str>,
    jwks_uri: Option<&str>,
    look: impl Fn(&PartyKeys) -> Result<T, E>,
) -> Result<T, E> {
    if let Some(document) = jwks {
        return look(&registered(state, document));
    }
    let Some(address) = jwks_uri else {
        return Err(NoKeys.into());
    };
    let slot = state
        .client_keys
        .fetched
        .get_with_by_ref(address, Arc::default);
    let keys = slot.lock().await.current(state, address, RETRY, true).await;
    if let Ok(found) = look(&keys) {
        return Ok(found);
    }
    let keys = slot
        .lock()
        .await
        .current(state, address, UNKNOWN_KEY, false)
        .await;
    look(&keys)
}

fn registered(state: &State, document: &str) -> Arc<PartyKeys> {
    let parse = || Arc::new(PartyKeys::from_jwks(document).unwrap_or_default());
    state
        .client_keys
        .registered
        .get_with_by_ref(document, parse)
}

impl Slot {
    /// The keys of the address: those at hand where `fresh_will_do` and they are, otherwise newly
    /// fetched ones unless that was tried within `interval`; the last good ones where that fails.
    async fn current(
        &mut self,
        state: &State,
        address: &str,
        interval: i64,
        fresh_will_do: bool,
    ) -> Arc<PartyKeys> {
        let now = state.now();
        if let Some((keys, until)) = &self.keys
            && fresh_will_do
            && now < *until
        {
            return Arc::clone(keys);
        }
        if self.tried_at.is_none_or(|at| now >= at + interval) {
            self.tried_at = Some(now);
            match fetch(state, address).await {
                Ok((keys, age)) => self.keys = Some((keys, now + age)),
                Err(error) => {
                    tracing::info!(address, %error, "the keys of a client were not fetched");
                }
            }
        }
        let usable = self.keys.as_ref();
        let usable = usable.filter(|(_, until)| now < until + LAST_GOOD);
        usable.map(|(keys, _)| Arc::clone(keys)).unwrap_or_default()
    }
}

async fn fetch(state: &State, address: &str) -> Result<(Arc<PartyKeys>, i64), String> {
    let fetched = state.outgoing.get(address, &JWK_SET).await;
    let fetched = fetched.map_err(|error| error.to_string())?;
    let text = String::from_utf8(fetched.body).map_err(|error| error.to_string())?;
    let keys = PartyKeys::from_jwks(&text).map_err(|error| error.to_string())?;
    let (least, most) = FRESH_BOUNDS;
    let age = fetched.max_age.unwrap_or(FRESH).clamp(least, most);
    Ok((Arc::new(keys), age))
}

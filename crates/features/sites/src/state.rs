//! The state of a sign-in at a host, between the request and the callback. It is encrypted in the parameter
//! `state`, and bound to the host and to a cookie of the browser: another browser cannot use it (login CSRF).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_domain::derived_keys::CookieKey;
use doorward_domain::model::group::is_at_or_below;
use doorward_domain::secret::{OpaqueToken, seal};
use doorward_domain::time::UnixSeconds;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};

use crate::canonical::{CanonicalPath, Host};
use crate::proxy::PAGES;

/// Maximum time of a sign-in in seconds: that of its interaction.
const TTL: i64 = 30 * 60;
/// Maximum length of a path with its query to return to. A longer one is left out.
const MAX_TARGET: usize = 2_000;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct State {
    /// Path and query at the host to return to.
    pub target: String,
    /// The code verifier (RFC 7636 §4.1).
    pub verifier: String,
    pub expires_at: UnixSeconds,
}

impl State {
    pub fn new(target: String, verifier: &OpaqueToken, now: UnixSeconds) -> Self {
        Self {
            target,
            verifier: verifier.expose().to_owned(),
            expires_at: now + TTL,
        }
    }

    /// Encrypts the state for a browser at a host.
    pub fn seal(
        &self,
        key: &CookieKey,
        host: &Host,
        browser: &OpaqueToken,
        rng: &mut impl CryptoRng,
    ) -> Result<String, serde_json::Error> {
        let plain = serde_json::to_vec(self)?;
        let sealed = seal(key.expose(), &plain, &bound_to(host, browser), rng);
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Decrypts the state of a browser at a host; `None` for another one, and after its end.
    pub fn open(
        text: &str,
        key: &CookieKey,
        host: &Host,
        browser: &OpaqueToken,
        now: UnixSeconds,
    ) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let plain = key.open(&sealed, &bound_to(host, browser)).ok()?;
        let state: Self = serde_json::from_slice(&plain).ok()?;
        (now < state.expires_at).then_some(state)
    }
}

/// Returns the associated data: the host, and the hash of the cookie.
fn bound_to(host: &Host, browser: &OpaqueToken) -> Vec<u8> {
    let mut bytes = browser.hash().as_bytes().to_vec();
    bytes.extend_from_slice(host.to_string().as_bytes());
    bytes
}

/// Returns a path with its query if the browser may be redirected there, at the same host: otherwise that of the
/// first page. No value leads to another host.
pub fn own_target(text: &str) -> String {
    let path = text.split('?').next().unwrap_or(text);
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\' && byte != b'#');
    let is_own = is_plain
        && text.len() <= MAX_TARGET
        && CanonicalPath::parse(path).is_ok_and(|path| !is_page(path.as_str()));
    if is_own { text } else { "/" }.to_owned()
}

/// Returns true for the path of a page that the proxy passes on to this server.
pub fn is_page(path: &str) -> bool {
    is_at_or_below(PAGES, &path.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;

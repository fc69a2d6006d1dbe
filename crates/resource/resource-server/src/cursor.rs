//! Page cursors: opaque to the caller, authenticated with a key of this deployment, and valid only
//! for the query that returned them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

/// Length of the authentication tag in bytes.
const TAG: usize = 32;

#[derive(Clone)]
pub(crate) struct CursorKey([u8; 32]);

/// The sort key and ID of the last item of the previous page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Position {
    #[serde(rename = "n")]
    Number(i64, Uuid),
    #[serde(rename = "t")]
    Text(String, Uuid),
}

impl CursorKey {
    pub(crate) const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// Encodes a position; `context` describes the query (filters and ordering).
    pub(crate) fn seal(&self, position: &Position, context: &str) -> String {
        let mut bytes = serde_json::to_vec(position).unwrap_or_default();
        let tag = self.mac(&bytes, context).finalize().into_bytes();
        bytes.extend_from_slice(&tag);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Decodes a position, if this deployment created it for a query with the same `context`.
    pub(crate) fn open(&self, cursor: &str, context: &str) -> Option<Position> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (payload, tag) = bytes.split_at_checked(bytes.len().checked_sub(TAG)?)?;
        // `verify_slice` of hmac compares in constant time.
        self.mac(payload, context).verify_slice(tag).ok()?;
        serde_json::from_slice(payload).ok()
    }

    fn mac(&self, payload: &[u8], context: &str) -> Hmac<Sha256> {
        // RFC 2104 §2: a key shorter than a block is padded with zeros.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
        mac.update(&(payload.len() as u64).to_be_bytes());
        mac.update(payload);
        mac.update(context.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests;

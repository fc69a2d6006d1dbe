//! Keys with which a person's programs call services.

use std::fmt;
use std::net::IpAddr;

use doorward_protocol::scope::Scope;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::UserId;
use crate::secret::TokenHash;
use crate::time::{UnixSeconds, is_expired};

/// What every key begins with, so that people and scanners recognise one.
pub const PREFIX: &str = "dw_";

/// Names an API key: the twelve letters after `dw_`. Not a secret.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiKeyId(String);

impl ApiKeyId {
    /// Letters of an id.
    pub const LEN: usize = 12;

    /// Reads an id; anything but twelve letters and digits is none.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric());
        (text.len() == Self::LEN && plain).then(|| Self(text.to_owned()))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The beginning of the key, by which its owner recognises it.
    pub fn shown(&self) -> String {
        format!("{PREFIX}{}", self.0)
    }
}

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An API key, without the key itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKey {
    /// Names it; part of the key.
    pub id: ApiKeyId,
    /// Keyed hash of the whole key.
    pub hash: TokenHash,
    /// In whose name it acts.
    pub user_id: UserId,
    /// In whose name: the slug of the organization that it was made in, for good; none for none.
    pub org: Option<String>,
    /// What its owner calls it.
    pub name: String,
    /// Which of its owner's permissions it has, as long as they have them.
    pub scopes: Scope,
    /// From where it may be used; empty for anywhere.
    pub networks: Vec<IpNet>,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// When it ends.
    pub expires_at: UnixSeconds,
    /// When it was last used (to the minute: it is not written at every use).
    pub last_used_at: Option<UnixSeconds>,
    /// From which address it was last used.
    pub last_used_from: Option<IpAddr>,
    /// When it was revoked.
    pub revoked_at: Option<UnixSeconds>,
}

impl ApiKey {
    /// Whether it is neither revoked nor over.
    pub const fn is_live(&self, now: UnixSeconds) -> bool {
        self.revoked_at.is_none() && !is_expired(self.expires_at, now)
    }
}

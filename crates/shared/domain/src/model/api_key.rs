//! API keys: credentials with which a user's programs call resource servers.

use std::net::IpAddr;

use doorward_protocol::scope::Scope;
use ipnet::IpNet;

use super::UserId;
use super::id::text_id;
use crate::secret::TokenHash;
use crate::time::{UnixSeconds, is_expired};

/// The prefix of every API key; users and secret scanners recognize a key by it.
pub const PREFIX: &str = "dw_";

text_id! {
    /// The identifier of an API key: the twelve characters after `dw_`. Not a secret.
    ApiKeyId, |text| text.len() == ApiKeyId::LEN && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

impl ApiKeyId {
    /// The number of characters of an id.
    pub const LEN: usize = 12;

    /// Returns the start of the key (`dw_` and the id), which lists show to its owner.
    pub fn prefix(&self) -> String {
        format!("{PREFIX}{}", self.0)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKey {
    pub id: ApiKeyId,
    /// Keyed hash of the whole key.
    pub hash: TokenHash,
    pub user_id: UserId,
    /// The slug of the organization that the key was created in; it never changes. None: outside
    /// any organization.
    pub org: Option<String>,
    pub name: String,
    /// The permissions of the key. Each applies only while the user has it too.
    pub scopes: Scope,
    /// The networks that the key may be used from; empty for any.
    pub networks: Vec<IpNet>,
    pub created_at: UnixSeconds,
    pub expires_at: UnixSeconds,
    /// The time of the last use, precise to the minute: not every use is written.
    pub last_used_at: Option<UnixSeconds>,
    pub last_used_from: Option<IpAddr>,
    pub revoked_at: Option<UnixSeconds>,
}

impl ApiKey {
    pub const fn is_live(&self, now: UnixSeconds) -> bool {
        self.revoked_at.is_none() && !is_expired(self.expires_at, now)
    }
}

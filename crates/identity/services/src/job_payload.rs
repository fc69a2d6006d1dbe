//! The payloads of jobs that look up an account.

use doorward_domain::model::{AttemptId, BrandOwners};
use doorward_rules::identifier;
use serde::Serialize;

use crate::caller::Caller;
use crate::error::Result;
use crate::known_device::KnownDevice;
use crate::prelude::*;

/// A request for an account that is not looked up while the caller waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AnonymousRequest {
    /// The key of a user name or address; `None` for malformed input.
    identifier: Option<String>,
    lang: String,
    ip: Option<IpAddr>,
    user_agent: String,
    #[serde(default)]
    request_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flow: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owners: Option<BrandOwners>,
}

impl AnonymousRequest {
    /// Creates the request of a caller for a user name or address.
    pub fn new(identifier: &str, caller: &Caller) -> Self {
        Self {
            identifier: identifier::identifier_key(identifier),
            lang: caller.lang.code().to_owned(),
            ip: caller.ip,
            user_agent: caller.user_agent.clone(),
            request_id: caller.request_id.clone(),
            device: caller.device.as_ref().map(KnownDevice::to_cookie),
            flow: None,
            owners: caller.owners.clone(),
        }
    }

    /// Adds the interaction that the mailed link continues.
    #[must_use]
    pub fn within(self, flow: Option<&InteractionId>) -> Self {
        Self {
            flow: flow.map(ToString::to_string),
            ..self
        }
    }

    pub fn flow(&self) -> Option<InteractionId> {
        self.flow.as_deref().and_then(InteractionId::parse)
    }

    pub fn caller(&self, random: &Random) -> Caller {
        Caller {
            ip: self.ip,
            user_agent: self.user_agent.clone(),
            request_id: self.request_id.clone(),
            device: self.device.as_deref().and_then(KnownDevice::parse),
            lang: Lang::from_tag(&self.lang).unwrap_or_default(),
            owners: self.owners.clone(),
            ..Caller::of_server(random)
        }
    }

    /// Returns the requested account if it exists and is active.
    #[boxed]
    pub async fn account(&self, conn: &Conn) -> Result<Option<User>> {
        let user = match &self.identifier {
            Some(key) => repo::users::find_by_identifier(conn, key).await?,
            None => None,
        };
        Ok(user.filter(User::is_active))
    }
}

/// The job of a pending e-mail sign-in, which looks up its account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EmailSignInJob {
    pub attempt: AttemptId,
    pub who: AnonymousRequest,
}

/// The job of a lockout, enqueued for known and unknown login identifiers alike, so that response
/// times do not reveal which ones exist (ASVS 5.0 §6.3.8).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Lock {
    #[serde(flatten)]
    pub who: AnonymousRequest,
    pub seconds: i64,
}

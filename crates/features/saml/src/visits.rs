//! The visits of a browser to the service providers of a session that has ended. They are kept for this browser
//! alone, encrypted, for some minutes.

use std::time::Duration;

use doorward_domain::model::ClientId;
use doorward_domain::model::saml_client::SamlSession;
use doorward_services::error::{Result, ServerError};
use doorward_store::ephemeral::Key;
use doorward_web::page::Page;
use serde::{Deserialize, Serialize};

/// Path of the page that leads to the next service provider.
pub const PATH: &str = "/saml/signed-out";
/// Time for all visits.
const TTL: Duration = Duration::from_mins(10);

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Visits {
    pub remaining: Vec<SamlSession>,
    pub current: Option<Current>,
    /// Names of the clients that did not answer, or did not end their session.
    pub failed: Vec<String>,
    pub end: End,
}

/// The service provider at which the browser is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Current {
    pub client_id: ClientId,
    pub name: String,
    pub request_id: String,
}

/// The place to which the browser goes after all visits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    Page,
    /// A registered URL.
    Redirect(String),
    Response(Asked),
}

/// The request of a service provider for a sign-out, which is answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Asked {
    pub client_id: ClientId,
    pub id: String,
    pub relay_state: Option<String>,
}

impl Visits {
    /// Returns the visits to the service providers of sessions, once to each of their users.
    pub fn new<'a>(sessions: impl Iterator<Item = &'a SamlSession>, end: End) -> Self {
        let mut remaining: Vec<SamlSession> = Vec::new();
        for session in sessions {
            let user = |of: &SamlSession| (of.client_id.clone(), of.name_id.clone());
            if !remaining.iter().any(|known| user(known) == user(session)) {
                remaining.push(session.clone());
            }
        }
        Self {
            remaining,
            current: None,
            failed: Vec::new(),
            end,
        }
    }

    /// Records that the service provider at which the browser is has not ended its session.
    pub fn fail(&mut self) {
        let current = self.current.take();
        self.failed.extend(current.map(|current| current.name));
    }

    /// Takes the visits of this browser; `None` if there are none, or if they have expired.
    pub async fn take(page: &Page) -> Result<Option<Self>> {
        let Some(sealed) = page.context.core.ephemeral.take(&key(page)).await? else {
            return Ok(None);
        };
        let text = String::from_utf8(sealed).unwrap_or_default();
        Ok(page.web.cookie_key.open_json(&text, &bound_to(page)))
    }

    pub async fn keep(&self, page: &Page) -> Result<()> {
        let (secret, core) = (&page.web.cookie_key, &page.context.core);
        let sealed = secret.seal_json(self, &bound_to(page), &mut core.rng());
        let sealed = sealed.map_err(ServerError::internal)?;
        Ok(core
            .ephemeral
            .put(&key(page), sealed.as_bytes(), TTL)
            .await?)
    }
}

fn key(page: &Page) -> Key {
    Key::new("saml-visits", page.browser(None).hash.to_base64url())
}

/// Returns the associated data: the browser and the purpose.
fn bound_to(page: &Page) -> Vec<u8> {
    let browser = page.browser(None).hash;
    [browser.as_bytes(), &b"saml"[..]].concat()
}

//! The visits of a browser to the service providers of a session that has ended, in an encrypted cookie: they belong
//! to this browser alone, and to no table.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_domain::model::saml_client::{NameIdFormat, SamlSession};
use doorward_domain::secret::seal;
use doorward_domain::time::UnixSeconds;
use doorward_http_common::cookies;
use doorward_services::error::{Result, ServerError};
use doorward_web::page::Page;
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// Path of the page that leads to the next service provider.
pub const PATH: &str = "/saml/signed-out";
/// Time for all visits in seconds.
const TTL: i64 = 10 * 60;
/// Maximum size of the visits and their end in a cookie in bytes: eight visits of the usual length.
const MAX_SIZE: usize = 1_900;
/// Maximum size of the end of the visits.
const MAX_END: usize = 1_000;
/// Size of the members of a visit without their values.
const MEMBERS: usize = 80;
/// Maximum number of clients that are named without a visit.
const MAX_SKIPPED: usize = 20;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Visits {
    pub remaining: Vec<Visit>,
    /// Clients whose visits would make the cookie too large.
    pub skipped: Vec<String>,
    pub current: Option<Current>,
    /// Names of the clients that did not answer, or did not end their session.
    pub failed: Vec<String>,
    pub end: End,
    expires_at: UnixSeconds,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Visit {
    pub client_id: String,
    pub name_id: String,
    pub name_id_format: NameIdFormat,
    /// The `SessionIndex`.
    pub index: String,
}

impl Visit {
    pub fn of(session: &SamlSession) -> Self {
        Self {
            client_id: session.client_id.to_string(),
            name_id: session.name_id.clone(),
            name_id_format: session.name_id_format,
            index: format!("_{}", session.grant_id),
        }
    }
}

/// The service provider at which the browser is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Current {
    pub client_id: String,
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
    /// The service provider that requested the sign-out.
    Response {
        client_id: String,
        id: String,
        relay_state: Option<String>,
    },
}

impl End {
    const fn size(&self) -> usize {
        match self {
            Self::Page => 0,
            Self::Redirect(url) => url.len(),
            Self::Response {
                client_id,
                id,
                relay_state,
            } => {
                let relay_state = match relay_state {
                    Some(text) => text.len(),
                    None => 0,
                };
                client_id.len() + id.len() + relay_state
            }
        }
    }

    /// Returns true if a cookie can contain it.
    pub const fn is_short(&self) -> bool {
        self.size() <= MAX_END
    }
}

impl Visits {
    pub const fn new(end: End, now: UnixSeconds) -> Self {
        Self {
            remaining: Vec::new(),
            skipped: Vec::new(),
            current: None,
            failed: Vec::new(),
            end,
            expires_at: now + TTL,
        }
    }

    /// Adds a visit, unless the cookie would be too large.
    pub fn add(&mut self, visit: Visit) {
        let size = |visit: &Visit| {
            MEMBERS + visit.client_id.len() + visit.name_id.len() + visit.index.len()
        };
        let present: usize = self.remaining.iter().map(size).sum();
        if self.end.size() + present + size(&visit) <= MAX_SIZE {
            self.remaining.push(visit);
        } else if !self.skipped.contains(&visit.client_id) && self.skipped.len() < MAX_SKIPPED {
            self.skipped.push(visit.client_id);
        }
    }

    pub fn read(page: &Page) -> Option<Self> {
        let name = name(page);
        let sent = cookies::value(page.request.headers(), name)?;
        let sealed = URL_SAFE_NO_PAD.decode(sent).ok()?;
        let plain = page.web.cookie_key.open(&sealed, &bound_to(page)).ok()?;
        let visits: Self = serde_json::from_slice(&plain).ok()?;
        (page.context.core.now() < visits.expires_at).then_some(visits)
    }

    pub fn cookie(&self, page: &Page) -> Result<Cookie<'static>> {
        let plain = serde_json::to_vec(self).map_err(ServerError::internal)?;
        let key = page.web.cookie_key.expose();
        let sealed = seal(key, &plain, &bound_to(page), &mut page.context.core.rng());
        Ok(build(page, URL_SAFE_NO_PAD.encode(sealed), TTL))
    }

    pub fn no_cookie(page: &Page) -> Cookie<'static> {
        build(page, String::new(), 0)
    }
}

/// Returns the associated data: the browser and the purpose.
fn bound_to(page: &Page) -> Vec<u8> {
    let browser = page.browser(None).hash;
    [browser.as_bytes(), &b"saml"[..]].concat()
}

fn is_https(page: &Page) -> bool {
    page.context.core.issuer().starts_with("https://")
}

fn name(page: &Page) -> &'static str {
    if is_https(page) {
        "__Host-doorward_saml"
    } else {
        "doorward_saml"
    }
}

fn build(page: &Page, value: String, seconds: i64) -> Cookie<'static> {
    Cookie::build(name(page), value)
        .path("/")
        .http_only(true)
        .secure(is_https(page))
        // Lax, not Strict: service providers lead back.
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(seconds))
        .finish()
}

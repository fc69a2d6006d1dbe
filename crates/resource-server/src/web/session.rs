//! Sessions of signed-in users, found by the browser's cookie, with tokens that are refreshed in
//! time.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::client::Web;
use super::error::WebError;
use super::provider::{ProviderError, Tokens};
use super::seal::BrowserToken;
use super::store::{self, sessions};

/// Maximum lifetime of a session in seconds, after which the user signs in again.
pub(super) const SESSION_TTL: i64 = 12 * 3600;
/// Minimum remaining lifetime of an access token in seconds; an older one is refreshed before use.
const FRESH_ENOUGH: i64 = 30;
/// Encryption purpose of sessions.
const PURPOSE: &str = "session";

/// The encrypted content of a session.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Content {
    pub tokens: Tokens,
    pub name: Option<String>,
    /// Hash of the `state` of the sign-in that began the session.
    #[serde(default)]
    pub sign_in: Option<Vec<u8>>,
}

pub(super) struct Session {
    pub token: BrowserToken,
    pub content: Content,
    version: i64,
}

impl Session {
    /// Creates a session with a new cookie.
    pub(super) async fn create(web: &Web, content: Content) -> Result<BrowserToken, WebError> {
        let token = BrowserToken::generate()?;
        let now = web.clock.now();
        let row = sessions::Model {
            token_hash: token.hash(),
            sealed: token.seal(PURPOSE, &serde_json::to_vec(&content)?)?,
            version: 1,
            access_expires_at: content.tokens.access_expires_at,
            created_at: now,
            expires_at: now + SESSION_TTL,
        };
        store::insert_session(&web.db, row).await?;
        Ok(token)
    }

    /// Returns the session of this cookie.
    pub(super) async fn find(web: &Web, token: &BrowserToken) -> Result<Option<Self>, WebError> {
        let row = store::find_session(&web.db, token.hash(), web.clock.now()).await?;
        Ok(row.and_then(|row| {
            let content = token.open(PURPOSE, &row.sealed)?;
            Some(Self {
                token: token.clone(),
                content: serde_json::from_slice(&content).ok()?,
                version: row.version,
            })
        }))
    }

    pub(super) async fn end(self, web: &Web) -> Result<Content, WebError> {
        store::delete_session(&web.db, self.token.hash()).await?;
        Ok(self.content)
    }

    /// Returns an access token with some remaining lifetime.
    ///
    /// # Errors
    /// Returns [`WebError::SignedOut`] if the issuer ended the grant, which also ends the session.
    pub(super) async fn access_token(&mut self, web: &Web) -> Result<String, WebError> {
        if !self.is_fresh(web) {
            self.refresh(web).await?;
        }
        Ok(self.content.tokens.access_token.clone())
    }

    /// Refreshes old or rejected tokens. Each session runs one refresh at a time: a caller that
    /// waited uses its result.
    pub(super) async fn refresh(&mut self, web: &Web) -> Result<(), WebError> {
        let hash = self.token.hash();
        let lock = web.refreshing.get_with(hash, Arc::default);
        let _one = lock.lock().await;
        let current = Self::find(web, &self.token).await?;
        let current = current.ok_or(WebError::SignedOut)?;
        if current.version != self.version {
            *self = current;
            return Ok(());
        }
        match web.provider.refresh(&current.content.tokens).await {
            Ok(tokens) => self.renew(web, tokens).await,
            Err(ProviderError::GrantEnded) => {
                store::delete_session(&web.db, self.token.hash()).await?;
                Err(WebError::SignedOut)
            }
            Err(cause) => Err(cause.into()),
        }
    }

    async fn renew(&mut self, web: &Web, tokens: Tokens) -> Result<(), WebError> {
        let content = Content {
            tokens,
            name: self.content.name.clone(),
            sign_in: self.content.sign_in.clone(),
        };
        let sealed = self.token.seal(PURPOSE, &serde_json::to_vec(&content)?)?;
        let expires_at = content.tokens.access_expires_at;
        let hash = self.token.hash();
        // Another process may have been faster; the issuer gave it the same successor.
        if store::renew_session(&web.db, hash, self.version, sealed, expires_at).await? {
            self.version += 1;
        }
        self.content = content;
        Ok(())
    }

    fn is_fresh(&self, web: &Web) -> bool {
        self.content.tokens.access_expires_at - web.clock.now() > FRESH_ENOUGH
    }
}

//! Sessions of signed-in users, found by the browser's cookie, with tokens that are refreshed in
//! time.

use std::sync::Arc;

use sea_orm::prelude::Expr;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ColumnTrait as _, DbErr, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use serde::{Deserialize, Serialize};

use super::client::Web;
use super::error::WebError;
use super::provider::{ProviderError, Tokens};
use super::seal::BrowserToken;

/// Maximum lifetime of a session in seconds, after which the user signs in again.
pub(super) const SESSION_TTL: i64 = 12 * 3600;
/// Minimum remaining lifetime of an access token in seconds; an older one is refreshed before use.
const FRESH_ENOUGH: i64 = 30;
const PURPOSE: &str = "session";

mod sessions {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "web_sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: Vec<u8>,
        pub sealed: Vec<u8>,
        pub version: i64,
        pub access_expires_at: i64,
        pub created_at: i64,
        pub expires_at: i64,
    }

    crate::entity::plain_entity!();
}

use sessions::{Column, Entity};

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
        Entity::insert(row.into_active_model())
            .exec_without_returning(&web.db)
            .await?;
        Ok(token)
    }

    pub(super) async fn find(web: &Web, token: &BrowserToken) -> Result<Option<Self>, WebError> {
        let row = Entity::find_by_id(token.hash())
            .filter(Column::ExpiresAt.gt(web.clock.now()))
            .one(&web.db)
            .await?;
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
        self.delete(web).await?;
        Ok(self.content)
    }

    /// Returns an access token with some remaining lifetime. If the issuer ended the grant, the session ends
    /// as well ([`WebError::SignedOut`]).
    pub(super) async fn access_token(&mut self, web: &Web) -> Result<String, WebError> {
        if self.content.tokens.access_expires_at - web.clock.now() <= FRESH_ENOUGH {
            self.refresh(web).await?;
        }
        Ok(self.content.tokens.access_token.clone())
    }

    /// Refreshes old or rejected tokens. Each session runs one refresh at a time: a caller that
    /// waited uses its result.
    pub(super) async fn refresh(&mut self, web: &Web) -> Result<(), WebError> {
        let lock = web.refreshing.get_with(self.token.hash(), Arc::default);
        let _turn = lock.lock().await;
        let current = Self::find(web, &self.token)
            .await?
            .ok_or(WebError::SignedOut)?;
        if current.version != self.version {
            *self = current;
            return Ok(());
        }
        match web.provider.refresh(&current.content.tokens).await {
            Ok(tokens) => self.renew(web, tokens).await,
            Err(ProviderError::GrantEnded) => {
                self.delete(web).await?;
                Err(WebError::SignedOut)
            }
            Err(cause) => Err(cause.into()),
        }
    }

    async fn renew(&mut self, web: &Web, tokens: Tokens) -> Result<(), WebError> {
        self.content.tokens = tokens;
        let sealed = self
            .token
            .seal(PURPOSE, &serde_json::to_vec(&self.content)?)?;
        let expires_at = self.content.tokens.access_expires_at;
        // Another process may have been faster; the issuer gave it the same successor.
        let result = Entity::update_many()
            .col_expr(Column::Sealed, Expr::value(sealed))
            .col_expr(Column::AccessExpiresAt, Expr::value(expires_at))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::TokenHash.eq(self.token.hash()))
            .filter(Column::Version.eq(self.version))
            .exec(&web.db)
            .await?;
        if result.rows_affected == 1 {
            self.version += 1;
        }
        Ok(())
    }

    async fn delete(&self, web: &Web) -> Result<(), DbErr> {
        Entity::delete_by_id(self.token.hash())
            .exec(&web.db)
            .await
            .map(drop)
    }
}

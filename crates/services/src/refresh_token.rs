//! Presented refresh tokens, with the grant that their text names.

use doorward_domain::credentials::refresh_token::RefreshTokenText;
use doorward_domain::model::{Client, EffectiveRoles, Grant, RefreshToken};
use doorward_domain::rules::grant_check;
use doorward_domain::secret::{OpaqueToken, TokenHash};
use doorward_domain::time::is_expired;
use doorward_store::db::Conn;
use doorward_store::repo;

use super::grant_state::{LoadedGrant, find_grant_for_tokens};
use crate::context::{Core, Issuing};
use crate::error::ServerError;

/// A refresh token with everything that decides on it.
pub(crate) struct FoundToken {
    /// The state of the token.
    pub token: RefreshToken,
    /// The grant of the token.
    pub state: LoadedGrant,
    /// The user's roles in the organization of the grant.
    pub roles: EffectiveRoles,
    /// The record of the token.
    pub record: TokenRecord,
}

/// The record of a refresh token.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TokenRecord {
    /// A generation of the family in the grant.
    Generation(u32),
    /// A separate row, in the former format.
    Former(TokenHash),
}

impl FoundToken {
    /// Returns true if this client can use the token at this time.
    pub fn is_usable(&self, core: &Core, client: &Client) -> bool {
        let (now, state) = (core.now(), &self.state);
        state.grant.client_id == client.id
            && self.token.used_at.is_none()
            && !is_expired(self.token.expires_at, now)
            && grant_check::check_grant(&state.check_input(client), now).is_ok()
    }
}

/// Returns true if a text has the form of a refresh token.
pub(crate) fn is_refresh_token(text: &str) -> bool {
    RefreshTokenText::parse(text).is_some() || OpaqueToken::parse(text).is_some()
}

/// Finds a presented refresh token of the current or former format.
pub(crate) async fn find(
    core: &Core,
    issuing: &Issuing,
    conn: &Conn,
    text: &str,
) -> Result<Option<FoundToken>, ServerError> {
    if let Some(presented) = RefreshTokenText::parse(text) {
        let Some((state, roles)) = find_grant_for_tokens(core, conn, presented.grant()).await?
        else {
            return Ok(None);
        };
        let family = state.grant.refresh.as_ref();
        let token = family.and_then(|family| {
            RefreshToken::of_family(&presented, family, &issuing.refresh_token_key)
        });
        return Ok(token.map(|token| FoundToken {
            token,
            state,
            roles,
            record: TokenRecord::Generation(presented.generation()),
        }));
    }
    let Some(former) = OpaqueToken::parse(text) else {
        return Ok(None);
    };
    let hash = former.hash();
    let Some(mut former) = repo::refresh_tokens::find(conn, &hash).await? else {
        return Ok(None);
    };
    let Some((state, roles)) = find_grant_for_tokens(core, conn, former.grant_id).await? else {
        return Ok(None);
    };
    let family = state.grant.refresh.as_ref();
    if former.token.used_at.is_none()
        && family.is_some()
        && let Some(consumed) = repo::refresh_tokens::find(conn, &hash).await?
    {
        // Another request consumed the token between the two statements. With the first state, an
        // honest repetition would seem to be a replay.
        former = consumed;
    }
    Ok(Some(FoundToken {
        token: former.state(family),
        state,
        roles,
        record: TokenRecord::Former(hash),
    }))
}

/// Draws the refresh token of a generation, from 1.
pub(crate) fn generate(
    core: &Core,
    issuing: &Issuing,
    grant: &Grant,
    generation: u32,
) -> RefreshTokenText {
    let key = &issuing.refresh_token_key;
    RefreshTokenText::generate(grant.id, generation, key, &mut core.rng())
}

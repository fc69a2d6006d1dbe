//! Presented refresh tokens, with the grant that their text names.

use doorward_domain::credentials::refresh_token::RefreshTokenText;
use doorward_domain::model::{Client, EffectiveRoles, Grant, RefreshToken};
use doorward_domain::time::is_expired;
use doorward_rules::grant_check;
use doorward_services::context::{Core, Issuing};
use doorward_services::error::ServerError;
use doorward_store::db::Conn;

use super::grant_state::{LoadedGrant, find_grant_for_tokens};

/// A refresh token with everything that decides on it.
pub struct FoundToken {
    pub token: RefreshToken,
    pub state: LoadedGrant,
    /// The user's roles in the organization of the grant.
    pub roles: EffectiveRoles,
    pub generation: u32,
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
pub fn is_refresh_token(text: &str) -> bool {
    RefreshTokenText::parse(text).is_some()
}

/// Finds a presented refresh token.
pub async fn find(
    core: &Core,
    issuing: &Issuing,
    conn: &Conn,
    text: &str,
) -> Result<Option<FoundToken>, ServerError> {
    let Some(presented) = RefreshTokenText::parse(text) else {
        return Ok(None);
    };
    let Some((state, roles)) = find_grant_for_tokens(core, conn, presented.grant()).await? else {
        return Ok(None);
    };
    let family = state.grant.refresh.as_ref();
    let token = family
        .and_then(|family| RefreshToken::of_family(&presented, family, &issuing.refresh_token_key));
    Ok(token.map(|token| FoundToken {
        token,
        state,
        roles,
        generation: presented.generation(),
    }))
}

/// Draws the refresh token of a generation, from 1.
pub fn generate(
    core: &Core,
    issuing: &Issuing,
    grant: &Grant,
    generation: u32,
) -> RefreshTokenText {
    let key = &issuing.refresh_token_key;
    RefreshTokenText::generate(grant.id, generation, key, &mut core.rng())
}

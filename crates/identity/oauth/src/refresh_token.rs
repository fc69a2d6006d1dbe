//! Presented refresh tokens, with the grant that their text names.

use doorward_domain::credentials::refresh_token::RefreshTokenText;
use doorward_domain::model::RefreshToken;
use doorward_domain::time::is_expired;
use doorward_rules::grant_check;

use super::grant_state::{LoadedGrant, Redeemable, find_redeemable_grant};
use crate::prelude::*;

/// A refresh token with everything that decides on it.
pub struct FoundToken {
    pub token: RefreshToken,
    pub state: LoadedGrant,
    /// The user's roles in the organization of the grant.
    pub roles: EffectiveRoles,
    pub generation: u32,
}

impl FoundToken {
    pub fn is_usable(&self, core: &Core, client: &Client) -> bool {
        let (now, state) = (core.now(), &self.state);
        state.grant.client_id == client.id
            && self.token.used_at.is_none()
            && !is_expired(self.token.expires_at, now)
            && grant_check::check_grant(&state.check_input(client), now).is_ok()
    }
}

pub fn is_refresh_token(text: &str) -> bool {
    RefreshTokenText::parse(text).is_some()
}

#[boxed(?Send)]
pub async fn find(context: &Context, conn: &Conn, text: &str) -> Result<Option<FoundToken>> {
    let Some(presented) = RefreshTokenText::parse(text) else {
        return Ok(None);
    };
    let found = find_redeemable_grant(&context.core, conn, presented.grant(), None).await?;
    let Some(Redeemable { state, roles, .. }) = found else {
        return Ok(None);
    };
    let family = state.grant.refresh.as_ref();
    let token = family.and_then(|family| {
        RefreshToken::of_family(&presented, family, &context.issuing.refresh_token_key)
    });
    Ok(token.map(|token| FoundToken {
        token,
        state,
        roles,
        generation: presented.generation(),
    }))
}

/// Draws the refresh token of a generation, from 1.
pub fn generate(context: &Context, grant: &Grant, generation: u32) -> RefreshTokenText {
    let key = &context.issuing.refresh_token_key;
    RefreshTokenText::generate(grant.id, generation, key, &mut context.core.rng())
}

//! Functions that several grants share.

use doorward_domain::model::{Client, Grant, GrantOrigin};
use doorward_domain::rules::{authorize, refresh};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::error::OAuthError;
use doorward_protocol::scope::Scope;

use crate::error::{FlowError, ServerError};
use crate::state::{Registries, State};

/// The scope of a token whose audience may have been narrowed: what means nothing there is left
/// out (RFC 9068 §2.2.3).
pub(super) async fn scope_at(
    state: &State,
    scope: &Scope,
    resources: &[String],
) -> Result<Scope, ServerError> {
    let registry = state.registry().await?;
    let registry = registry.view();
    Ok(registry.meaningful(scope, resources))
}

/// RFC 6749 §5.2, with one wording for whatever is wrong with a grant.
pub(super) fn invalid_grant(description: &'static str) -> FlowError {
    FlowError::Rejected(OAuthError::new(
        doorward_protocol::error::ErrorCode::InvalidGrant,
        description,
    ))
}

/// How much less of a grant a token is to hold than there is.
#[derive(Clone, Copy)]
pub(super) struct Downscope<'a> {
    /// RFC 8707 §2.2.
    pub resource: &'a [String],
    /// RFC 9396 §6.
    pub details: Option<&'a AuthorizationDetails>,
    /// What the client may ask for today is held against it.
    pub registry: &'a Registries,
}

impl Downscope<'_> {
    /// Returns the audience of the token: what is left of the grant for this client, or less.
    pub fn resources(
        &self,
        state: &State,
        grant: &Grant,
        client: &Client,
    ) -> Result<Vec<String>, OAuthError> {
        let today =
            authorize::resources_today(grant, client, &self.registry.view(), state.issuer());
        refresh::narrow_resources(&grant.resources, &today, self.resource)
    }
}

/// When a refresh token that is issued now is over if nobody uses it: sliding, but never past the
/// grant's own end (OA-9).
pub(crate) fn end_of_unused(state: &State, grant: &Grant) -> UnixSeconds {
    let life = match grant.origin {
        GrantOrigin::Authorization | GrantOrigin::Assertion => state.config.tokens.refresh_ttl,
        GrantOrigin::AccountApi => state.config.api.refresh_ttl,
    };
    (state.now() + life).min(grant.expires_at)
}

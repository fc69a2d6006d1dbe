//! Functions that several grants share.

use doorward_domain::credentials::refresh_token::RefreshTokenText;
use doorward_domain::model::RefreshFamily;
use doorward_rules::{authorize, grant_check, refresh};
use doorward_services::context::Registries;

use crate::grant_state::LoadedGrant;
use crate::prelude::*;

/// Returns the lifetime of an access token for these resources, or for this server without one.
pub(super) fn lifetime(
    core: &Core,
    registry: &Registries,
    client: &Client,
    resources: &[String],
) -> i64 {
    let issuer;
    let audience = if resources.is_empty() {
        issuer = [core.issuer().to_owned()];
        &issuer[..]
    } else {
        resources
    };
    let lifetimes = core.config.tokens.lifetimes();
    lifetimes.access_token(client, audience, &registry.resources)
}

pub(crate) async fn access_token_ttl(
    context: &Context,
    client: &Client,
    resources: &[String],
) -> Result<i64> {
    let registry = context.registry().await?;
    Ok(lifetime(&context.core, &registry, client, resources))
}

/// Returns the error `invalid_grant` (RFC 6749 §5.2).
pub(super) fn invalid_grant(description: &'static str) -> FlowError {
    OAuthError::new(ErrorCode::InvalidGrant, description).into()
}

/// The requested restriction of a token to a part of its grant.
#[derive(Clone, Copy)]
pub(super) struct Downscope<'a> {
    /// The requested resources (RFC 8707 §2.2).
    pub resource: &'a [String],
    /// The requested authorization details (RFC 9396 §6).
    pub details: Option<&'a AuthorizationDetails>,
    /// The registries that define what the client may currently request.
    pub registry: &'a Registries,
}

/// The content of the tokens of a user's grant.
pub(super) struct Content {
    pub scope: Scope,
    pub resources: Vec<String>,
    pub details: AuthorizationDetails,
}

/// Applies the grant check. Returns the content of new tokens: the requested part of what was granted
/// and the client may still use.
pub(super) fn content(
    core: &Core,
    state: &LoadedGrant,
    client: &Client,
    scope: Option<&Scope>,
    narrower: Downscope<'_>,
) -> Result<Content, OAuthError> {
    grant_check::check_grant(&state.check_input(client), core.now())
        .map_err(grant_check::GrantCheckError::to_error)?;
    let grant = &state.grant;
    let allowed = client.scope_today(&grant.scope);
    let registry = narrower.registry.view();
    let today = authorize::resources_today(grant, client, &registry, core.issuer());
    Ok(Content {
        scope: refresh::narrow(
            &allowed,
            scope.map(|scope| registry.present(scope)).as_deref(),
        )?,
        resources: refresh::narrow_resources(&grant.resources, &today, narrower.resource)?,
        details: grant.authorization_details.narrowed(narrower.details)?,
    })
}

/// Builds the family of a grant whose current token is issued now. `sealed` is that token for the
/// holder of its predecessor.
pub fn family(
    core: &Core,
    grant: &Grant,
    current: &RefreshTokenText,
    sealed: Option<Vec<u8>>,
    bound: ProvenKeys,
) -> RefreshFamily {
    RefreshFamily {
        generation: current.generation(),
        hash: current.hash(),
        sealed,
        dpop_jkt: bound.jkt,
        certificate_thumbprint: bound.certificate,
        issued_at: core.now(),
        expires_at: end_of_unused(core, grant),
    }
}

/// Returns the expiry of a refresh token that is issued now and not used: sliding, but never past
/// the grant's own end (ASVS 5.0 §10.4.8).
pub(crate) fn end_of_unused(core: &Core, grant: &Grant) -> UnixSeconds {
    let ttl = match grant.origin {
        // An impersonation has no refresh token.
        GrantOrigin::Authorization | GrantOrigin::Assertion | GrantOrigin::Impersonation => {
            core.config.tokens.refresh_ttl
        }
        GrantOrigin::AccountApi => core.config.api.refresh_ttl,
    };
    (core.now() + ttl).min(grant.expires_at)
}

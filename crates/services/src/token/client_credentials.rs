//! The client credentials grant (RFC 6749 §4.4). Without a DPoP proof it runs no statement: client,
//! registries and roles come from caches that are at most a second old (decision 68).

use std::sync::Arc;

use doorward_domain::model::{Client, ClientKind, EffectiveRoles};
use doorward_domain::rules::authorize::{self, ResolvedAccess};
use doorward_domain::rules::sender_constraint::ProvenKeys;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::scope::Scope;
use doorward_protocol::token::TokenResponse;

use super::mint::{AccessGrant, mint_access_token};
use crate::caller::Caller;
use crate::context::{Core, Directory, Issuing};
use crate::error::FlowError;
use crate::{dpop, organization};

/// Scopes about a user, which this grant does not have.
const ABOUT_PEOPLE: &[&str] = &[
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "groups",
    "roles",
    "offline_access",
];

/// The request of the client.
pub(crate) struct Wanted<'a> {
    pub scope: Option<&'a Scope>,
    pub organization: Option<&'a str>,
    pub resource: &'a [String],
    pub details: Option<&'a AuthorizationDetails>,
}

/// The access of a client that acts for itself.
pub(crate) struct Allowed {
    pub settled: ResolvedAccess,
    pub held: Arc<EffectiveRoles>,
    pub details: AuthorizationDetails,
}

/// Determines the access of a client that acts for itself, or rejects the request.
pub(crate) async fn allow(
    core: &Core,
    directory: &Directory,
    client: &Client,
    wanted: &Wanted<'_>,
) -> Result<Allowed, FlowError> {
    if client.kind == ClientKind::Public {
        // RFC 6749 §4.4: confidential clients only.
        return Err(OAuthError::new(
            ErrorCode::UnauthorizedClient,
            "a public client has no credentials of its own",
        )
        .into());
    }
    let registry = directory.registry(core).await?;
    let own = client
        .scopes
        .iter()
        .filter(|name| !ABOUT_PEOPLE.contains(name))
        .collect::<Scope>();
    let requested = wanted.scope.unwrap_or(&own);
    let registry = registry.view();
    let mut settled = authorize::resolve_access(requested, wanted.resource, &own, &registry)?;
    let details = wanted.details.cloned().unwrap_or_default();
    authorize::check_own_details(&details, client, &registry)?;
    settled.aim_at(&details, &registry);
    if !organization::serves(core, &client.id, wanted.organization).await? {
        return Err(OAuthError::new(
            ErrorCode::AccessDenied,
            "the client holds no role in that organization",
        )
        .into());
    }
    let held = directory
        .recent_roles_of_client(core, &client.id, wanted.organization)
        .await?;
    Ok(Allowed {
        settled,
        held,
        details,
    })
}

/// Issues an access token to a client acting for itself.
pub(super) async fn issue(
    core: &Core,
    directory: &Directory,
    issuing: &Issuing,
    client: &Client,
    wanted: &Wanted<'_>,
    proved: &ProvenKeys,
    caller: &Caller,
) -> Result<TokenResponse, FlowError> {
    let Allowed {
        settled,
        held,
        details,
    } = allow(core, directory, client, wanted).await?;
    if proved.proof.is_some() {
        dpop::in_write(core, proved, (client, caller), async |_| Ok(())).await?;
    }
    let access = AccessGrant::Client {
        client,
        org: wanted.organization,
        scope: &settled.scope,
        resources: &settled.resources,
        details: &details,
        held: &held,
    };
    let minted = mint_access_token(core, directory, issuing, &access, proved).await?;
    Ok(minted.respond(&settled.scope))
}

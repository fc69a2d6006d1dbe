//! The client credentials grant (RFC 6749 §4.4). Without a DPoP proof it runs no statement: client,
//! registries and roles come from caches that are at most a second old (decision 68).

use std::borrow::Cow;

use doorward_rules::authorize;
use doorward_services::context::Registries;

use super::mint::{AccessGrant, Holder, mint_access_token};
use super::transaction::{self, Sender};
use crate::prelude::*;

/// Scopes about a user, which this grant does not have.
const USER_SCOPES: &[&str] = &[
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "groups",
    "roles",
    "offline_access",
];

pub(crate) struct RequestedAccess<'a> {
    pub scope: Option<&'a Scope>,
    pub organization: Option<&'a str>,
    pub resource: &'a [String],
    pub details: Option<&'a AuthorizationDetails>,
}

pub(crate) struct AllowedAccess {
    pub access: ResolvedAccess,
    pub roles: Arc<EffectiveRoles>,
    pub details: AuthorizationDetails,
}

impl AllowedAccess {
    /// Returns the basis of the client's token in this organization.
    pub fn grant<'a>(&'a self, client: &'a Client, org: Option<&'a str>) -> AccessGrant<'a> {
        AccessGrant {
            holder: Holder::Client { client, org },
            scope: &self.access.scope,
            resources: &self.access.resources,
            details: &self.details,
            roles: &self.roles,
        }
    }
}

pub(crate) async fn allow(
    context: &Context,
    registry: &Registries,
    client: &Client,
    request: &RequestedAccess<'_>,
) -> FlowResult<AllowedAccess> {
    let core = &context.core;
    if client.kind == ClientKind::Public {
        // RFC 6749 §4.4: confidential clients only.
        let problem = "a public client has no credentials of its own";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, problem).into());
    }
    let is_own = |name: &&str| !USER_SCOPES.contains(name);
    let own = if client.scopes.iter().all(|name| is_own(&name)) {
        Cow::Borrowed(&client.scopes)
    } else {
        Cow::Owned(client.scopes.iter().filter(is_own).collect::<Scope>())
    };
    let requested = request.scope.unwrap_or(&own);
    let registry = registry.view();
    let mut resolved = authorize::resolve_access(requested, request.resource, &own, &registry)?;
    let details = request.details.cloned().unwrap_or_default();
    authorize::check_client_details(&details, client, &registry)?;
    resolved.aim_at(&details, &registry);
    if !organization::serves(core, &client.id, request.organization).await? {
        let problem = "the client holds no role in that organization";
        return Err(OAuthError::new(ErrorCode::AccessDenied, problem).into());
    }
    let roles = context
        .directory
        .recent_roles_of_client(core, &client.id, request.organization)
        .await?;
    Ok(AllowedAccess {
        access: resolved,
        roles,
        details,
    })
}

pub(super) async fn issue(
    context: &Context,
    registry: &Registries,
    sender: Sender<'_>,
    requested: &RequestedAccess<'_>,
) -> FlowResult<TokenResponse> {
    let Sender { client, proved, .. } = sender;
    let allowed = allow(context, registry, client, requested).await?;
    if proved.proof.is_some() {
        transaction::in_write(&context.core, sender, async |_| Ok(())).await?;
    }
    let access = allowed.grant(client, requested.organization);
    Ok(mint_access_token(context, registry, client, &access, proved).await?)
}

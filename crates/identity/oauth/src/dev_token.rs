//! A token without a browser, for the development instance only: `doorward token`.

use doorward_rules::authorize;
use doorward_rules::grant_check;
use doorward_services::names::ADMIN_SCOPE;
use doorward_services::session;

use super::issue;
use super::token::common::access_token_ttl;
use super::token::{AccessGrant, mint_access_token};
use crate::prelude::*;

/// The client of `doorward token`, and the default one of the account API.
pub const TOKEN_CLIENT: &str = "doorward-dev";

#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DevTokenRequest {
    /// The user name or e-mail address.
    pub user: String,
    /// The client; the default is the demo client.
    #[serde(default)]
    pub client: Option<String>,
    /// Space-separated scope; the default is everything that the client may request.
    #[serde(default)]
    pub scope: Option<String>,
    /// The slug of the organization in which the user acts.
    #[serde(default)]
    pub organization: Option<String>,
}

/// Issues an access token to a user named by a developer, with the same grant checks as every other
/// grant, in a new session.
#[boxed(?Send)]
pub async fn issue(
    context: &Context,
    request: &DevTokenRequest,
    default_client: &str,
    caller: &Caller,
) -> FlowResult<TokenResponse> {
    let core = &context.core;
    let name = request.client.as_deref().unwrap_or(default_client);
    let mut client = context
        .client(name)
        .await?
        .ok_or_else(|| unknown("client", name))?;
    let user = find_user(core, &request.user).await?;
    let requested = request.scope.as_deref().map(Scope::parse).transpose()?;
    let (administration, _) = ADMIN_SCOPE;
    let administers = requested
        .as_ref()
        .is_some_and(|scope| scope.contains(administration));
    if name == default_client && administers {
        // Its tokens give access to the admin API only on request.
        Arc::make_mut(&mut client).scopes.insert(administration);
    }
    let (origin, resolved) = resolve_access(context, &client, requested.as_ref(), &[]).await?;
    let ttl = access_token_ttl(context, &client, &resolved.resources).await?;
    let org = request.organization.as_deref();
    let roles = effective_roles::of_user_in(core, user.id, OrgScope::from_org(org)).await?;
    let grant = in_transaction(&core.db, async |tx| {
        let now = core.now();
        let session = session::start_after_password(core, tx, &user, None, caller).await?;
        let grant = Grant {
            scope: resolved.scope,
            resources: resolved.resources,
            org: request.organization.clone(),
            ..issue::grant_in_session(core, origin, &client.id, &session.session, now + ttl)
        };
        let grant = core.aliases.with_subject(tx, grant).await?;
        let state = grant_check::GrantState {
            client: &client,
            grantee: &client,
            grant: &grant,
            user: Some(&user),
            session: Some(&session.session),
            is_member: organization::is_member(tx, org, user.id).await?,
            demand: factors::requirement(core, tx, user.id).await?,
        };
        grant_check::check_grant(&state, now).map_err(to_oauth_error)?;
        repo::grants::insert(tx, &grant).await?;
        let event = caller
            .event(AuditKind::LoginSucceeded, true, now)
            .about(user.id)
            .through(&client.id)
            .with("method", "dev_token");
        repo::audit::insert(tx, &event).await?;
        Ok::<_, FlowError>(grant)
    })
    .await?;
    let access = AccessGrant::of_user(&grant, &user, &roles);
    let (registry, unproved) = (context.registry().await?, ProvenKeys::default());
    Ok(mint_access_token(context, &registry, &client, &access, &unproved).await?)
}

/// Resolves the access like a sign-in to a first-party client without a requested scope.
pub(super) async fn resolve_access(
    context: &Context,
    client: &Client,
    requested: Option<&Scope>,
    resources: &[String],
) -> FlowResult<(GrantOrigin, ResolvedAccess)> {
    let registry = context.registry().await?;
    let registry = registry.view();
    if requested.is_none() && resources.is_empty() && client.first_party {
        let resolved = authorize::for_account_api(client, &registry, context.core.issuer());
        return Ok((GrantOrigin::AccountApi, resolved));
    }
    let requested = requested.unwrap_or(&client.scopes);
    let resolved = authorize::resolve_access(requested, resources, &client.scopes, &registry)?;
    Ok((GrantOrigin::Authorization, resolved))
}

async fn find_user(core: &Core, name: &str) -> FlowResult<User> {
    let user = match identifier::identifier_key(name) {
        Some(key) => repo::users::find_by_identifier(core.db.read(), &key).await?,
        None => None,
    };
    user.ok_or_else(|| unknown("user", name).into())
}

fn unknown(kind: &str, name: &str) -> OAuthError {
    OAuthError::invalid_request(format!("no {kind} {name}"))
}

fn to_oauth_error(error: GrantCheckError) -> OAuthError {
    match error {
        GrantCheckError::UserDisabled => {
            OAuthError::new(ErrorCode::AccessDenied, "the account is disabled")
        }
        GrantCheckError::MembershipLost => OAuthError::new(ErrorCode::AccessDenied, error.reason()),
        other => other.to_error(),
    }
}

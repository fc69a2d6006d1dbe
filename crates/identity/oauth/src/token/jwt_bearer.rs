//! The JWT bearer grant (RFC 7523 §2.1): an issuer that the operator trusts makes an assertion
//! about a user. It never issues an ID token or a refresh token, because the user is not present.

use doorward_access::jwt::external_keys;
use doorward_domain::model::{Authentication, GrantId, SessionId};
use doorward_protocol::authorize::ClaimsRequest;
use doorward_rules::authorize;
use doorward_rules::jwt_bearer::{self, Assertion};
use doorward_rules::{assurance, grant_check};
use doorward_services::client_keys::KeyLocation;

use super::common::{access_token_ttl, invalid_grant};
use super::mint::{AccessGrant, mint_access_token};
use super::transaction::{self, Sender};
use crate::prelude::*;
use crate::replay::{self, ReplayedProof};
use crate::trusted_issuers::{self, TrustedIssuer};

pub(super) struct Presented<'a> {
    pub assertion: &'a str,
    pub scope: Option<&'a Scope>,
    pub resource: &'a [String],
    pub sender: Sender<'a>,
}

pub(super) async fn issue(
    context: &Context,
    presented: &Presented<'_>,
) -> FlowResult<TokenResponse> {
    let core = &context.core;
    let Sender {
        client,
        proved,
        caller,
    } = presented.sender;
    if client.kind == ClientKind::Public {
        let problem = "a public client may not use assertion grants";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, problem).into());
    }
    let (trusted, said) = read(context, client, presented.assertion).await?;
    let resolved = resolve_access(context, &trusted, presented).await?;
    let ttl = access_token_ttl(context, client, &resolved.resources).await?;
    let done = transaction::in_write(core, presented.sender, async |tx| {
        // RFC 7523 §3 (7): one statement consumes it, also with concurrent requests.
        let name = name_of(&trusted, &said);
        if !repo::replay_markers::insert_unique(tx, &name, said.exp).await? {
            let event = replay::by_client(core, caller, ReplayedProof::Assertion, client);
            let event = event.map(|event| event.with("issuer", trusted.issuer.clone()));
            replay::record_event(tx, &name, said.exp, event).await?;
            return Err(invalid_grant("the assertion has been used"));
        }
        let user = find(tx, &trusted, &said.sub)
            .await?
            .ok_or_else(|| invalid_grant("the subject of the assertion matches no user"))?;
        let grant = new_grant(core, client, &trusted, &user, &resolved, ttl);
        let grant = core.aliases.with_subject(tx, grant).await?;
        let state = grant_check::GrantState {
            client,
            grantee: client,
            grant: &grant,
            user: Some(&user),
            session: None,
            is_member: true,
            demand: factors::requirement(core, tx, user.id).await?,
        };
        grant_check::check_grant(&state, core.now())
            .map_err(grant_check::GrantCheckError::to_error)?;
        repo::grants::insert(tx, &grant).await?;
        access_end::revoke_surplus_grants(core, tx, user.id, &client.id, false).await?;
        let event = caller
            .event(AuditKind::TokenAsserted, true, core.now())
            .by(&client.id)
            .about(user.id)
            .through(&client.id)
            .with("issuer", trusted.issuer.clone())
            .with("subject", said.sub.clone())
            .with("scope", grant.scope.to_string());
        repo::audit::insert(tx, &event).await?;
        Ok((grant, user))
    });
    let (grant, user) = done.await?;
    let roles = effective_roles::of_user_in(core, user.id, OrgScope::Global).await?;
    let access = AccessGrant::of_user(&grant, &user, &roles);
    let registry = context.registry().await?;
    Ok(mint_access_token(context, &registry, client, &access, proved).await?)
}

/// Verifies an assertion: a valid signature of a trusted issuer, and a client that may use it.
/// Every failure is `invalid_grant` (RFC 7523 §3.1).
async fn read(
    context: &Context,
    client: &Client,
    assertion: &str,
) -> FlowResult<(TrustedIssuer, Assertion)> {
    let core = &context.core;
    let not_valid = || invalid_grant("the assertion is not valid");
    let known = trusted_issuers::read(core.config.authorization.trusted_issuers())
        .map_err(doorward_services::error::ServerError::from)?;
    let claimed = external_keys::claimed_issuer(assertion).ok_or_else(not_valid)?;
    let trusted = known
        .into_iter()
        .find(|known| known.issuer == claimed && !known.disabled && known.allows_client(client))
        .ok_or_else(not_valid)?;
    let location = KeyLocation {
        jwks: trusted.jwks.as_deref(),
        jwks_uri: trusted.jwks_uri.as_deref().map(SourcedUrl::of_operator),
    };
    let verified = context
        .directory
        .client_keys
        .verify_with(context.fetcher(), location, assertion, jwt_bearer::TYPES)
        .await;
    let claims = verified.map_err(|rejection| {
        tracing::info!(client_id = %client.id, %rejection, "assertion rejected");
        not_valid()
    })?;
    let endpoint = format!("{}/oauth2/token", core.issuer());
    let here = [core.issuer(), endpoint.as_str()];
    let said = jwt_bearer::check(&claims, here, trusted.max_lifetime, core.now())
        .map_err(|error| OAuthError::new(ErrorCode::InvalidGrant, error.to_string()))?;
    Ok((trusted, said))
}

/// Resolves scope and audience, limited by both the client and the issuer.
async fn resolve_access(
    context: &Context,
    trusted: &TrustedIssuer,
    presented: &Presented<'_>,
) -> FlowResult<ResolvedAccess> {
    let registry = context.registry().await?;
    let registry = registry.view();
    // The identity server's own resources require a user who is present.
    let allowed = presented.sender.client.scopes.intersect(&trusted.scope);
    let allowed = registry.aimed_at(&allowed, &trusted.audiences);
    let requested = presented.scope.unwrap_or(&allowed);
    let resolved = authorize::resolve_access(requested, presented.resource, &allowed, &registry)?;
    let is_open = |item: &String| item != context.core.issuer() && trusted.audiences.contains(item);
    if resolved.resources.is_empty() || !resolved.resources.iter().all(is_open) {
        let problem = "the issuer of the assertion is not allowed for this resource";
        return Err(OAuthError::new(ErrorCode::InvalidTarget, problem).into());
    }
    Ok(resolved)
}

/// Returns the marker that makes an assertion single-use.
fn name_of(trusted: &TrustedIssuer, said: &Assertion) -> TokenHash {
    let issuer = &trusted.issuer;
    TokenHash::digest(&format!("grant {} {issuer}{}", issuer.len(), said.jti))
}

/// Finds the user of an assertion: by a link, or by user name if the operator allows that; never by
/// e-mail address.
async fn find(tx: &WriteTx, trusted: &TrustedIssuer, subject: &str) -> FlowResult<Option<User>> {
    if let Some(linked) = trusted.linked(subject) {
        return Ok(repo::users::find_by_id(tx, linked).await?);
    }
    if !trusted.usernames || subject.contains('@') {
        return Ok(None);
    }
    let Ok(key) = identifier::username_key(subject) else {
        return Ok(None);
    };
    Ok(repo::users::find_by_identifier(tx, &key).await?)
}

/// Builds a grant for one token with this lifetime. The user has not signed in, so it contains no
/// authentication and never counts as a recent one.
fn new_grant(
    core: &Core,
    client: &Client,
    trusted: &TrustedIssuer,
    user: &User,
    resolved: &ResolvedAccess,
    ttl: i64,
) -> Grant {
    let now = core.now();
    Grant {
        id: GrantId::generate(now, &mut core.rng()),
        origin: GrantOrigin::Assertion,
        user_id: user.id,
        subject: None,
        client_id: client.id.clone(),
        session_id: SessionId::generate(now, &mut core.rng()),
        scope: resolved.scope.clone(),
        org: None,
        resources: resolved.resources.clone(),
        authorization_details: AuthorizationDetails::default(),
        claims: ClaimsRequest::default(),
        issuer: Some(trusted.issuer.clone()),
        nonce: None,
        authentication: Authentication {
            auth_time: 0,
            acr: assurance::AAL1.to_owned(),
            amr: Vec::new(),
        },
        created_at: now,
        expires_at: now + ttl,
        revoked_at: None,
        revoke_reason: None,
        code: None,
        refresh: None,
    }
}

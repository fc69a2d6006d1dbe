//! Token introspection (RFC 7662).

mod api_key;

use doorward_domain::credentials::api_key::ApiKeyToken;
use doorward_domain::model::AskedClaims;
use doorward_protocol::introspection::{
    API_KEY, IntrospectionRequest, IntrospectionResponse, SignedIntrospection,
};
use doorward_protocol::token::TokenType;
use doorward_rules::{access_token, authorize};
use doorward_services::read_cache::CacheEpoch;

use super::grant_state::{TokenStatus, claims_today, token_status_with_facts};
use super::refresh_token::{self, is_refresh_token};
use super::userinfo::verify_access_token;
use crate::custom_claims::{self, Recipient, SubjectRoles};
use crate::prelude::*;
use crate::signing::sign as sign_with;

/// Introspects a token or API key for this client. For all clients except the token's own and the
/// servers of its resources, every token is inactive (§2.2).
#[boxed(?Send)]
pub async fn introspect(
    context: &Context,
    client: &Client,
    request: &IntrospectionRequest,
    caller: &Caller,
) -> Result<Arc<IntrospectionResponse>> {
    let core = &context.core;
    let token = request.token.token.as_str();
    let found = if ApiKeyToken::resembles(token) {
        let address = request.client_address;
        let good = api_key::check(context, client, token, address, caller).await?;
        match good {
            Some(good) => Some(Arc::new(of_key(context, good).await?)),
            None => None,
        }
    } else if is_refresh_token(token) {
        let found = of_refresh_token(context, client, token).await?;
        found.map(Arc::new)
    } else {
        let moment = CacheEpoch::current(&core.db, core.now());
        let key = [
            client.id.as_str().as_bytes(),
            TokenHash::digest(token).as_bytes(),
        ]
        .concat();
        let found = async {
            // Boxed, because otherwise every endpoint's future would include this large one.
            let found = Box::pin(access_token(context, client, token)).await?;
            Ok::<_, ServerError>(found.map(Arc::new))
        };
        context
            .issuing
            .introspections
            .get(moment, key, found)
            .await?
    };
    Ok(found.unwrap_or_else(|| Arc::new(IntrospectionResponse::inactive())))
}

/// Signs an introspection response for the client that requested it (RFC 9701 §5).
#[boxed(?Send)]
pub async fn sign(
    context: &Context,
    client: &Client,
    response: &IntrospectionResponse,
) -> Result<String> {
    let core = &context.core;
    let claims = SignedIntrospection {
        iss: core.issuer(),
        aud: client.id.as_str(),
        iat: core.now(),
        token_introspection: response,
    };
    let alg = client_profile::introspection_alg(client);
    sign_with(context, alg, |signer| signer.sign_introspection(&claims)).await
}

async fn access_token(
    context: &Context,
    client: &Client,
    token: &str,
) -> Result<Option<IntrospectionResponse>> {
    let Some(claims) = verify_access_token(context, token).await? else {
        return Ok(None);
    };
    let is_server = client.serves_any(claims.aud.iter());
    if !is_server && claims.client_id != client.id.as_str() {
        return Ok(None);
    }
    let Some(issued_id) = ClientId::parse(&claims.client_id) else {
        return Ok(None);
    };
    let output = ClaimOutput::Introspection;
    let needed = custom_claims::needed_facts(context, &issued_id, output).await?;
    let mut status = token_status_with_facts(context, &claims, needed).await?;
    let claims = claims_today(context, claims, &status).await?;
    let (roles, user, facts) = match &mut status {
        TokenStatus::Inactive(_) => return Ok(None),
        TokenStatus::Client => (SubjectRoles::Client(&issued_id), None, UserFacts::default()),
        TokenStatus::User(state) => {
            let user = state.grant.user_id;
            let facts = std::mem::take(&mut state.facts);
            (SubjectRoles::User(user), Some(user), facts)
        }
    };
    let claims = if claims.overage.is_empty() {
        claims
    } else {
        complete(context, claims, &issued_id, user).await?
    };
    let to = Recipient {
        output,
        client: Some(&issued_id),
        scope: &claims.scope,
        roles,
        org: claims.org.as_deref(),
        user,
    };
    let registry = context.registry().await?;
    let extra = custom_claims::of_user(context, &registry, to, &facts).await?;
    let user = match status {
        TokenStatus::Inactive(_) | TokenStatus::Client => None,
        TokenStatus::User(state) => {
            let known = state.grant.known_user().to_string();
            state.user.filter(|_| known == claims.sub)
        }
    };
    // OIDC Core §8: a client with pairwise subjects does not learn the user name, nor does a client
    // that exchanged such a token.
    let issued_to = context.client(&claims.client_id).await?;
    let is_public_subject = issued_to.is_some_and(|client| client.pairwise_sector.is_none());
    // The token's own client reads name and address only with the scope for it, as in userinfo.
    let username = user
        .as_ref()
        .filter(|_| is_public_subject && (is_server || claims.scope.contains("profile")))
        .and_then(|user| user.named().map(str::to_owned));
    let address = user.filter(|user| {
        let is_readable = claims.scope.contains("email") || (is_public_subject && is_server);
        is_readable && claims.email_verified.is_some() && !user.email.is_empty()
    });
    let details = details_for(context, client, &claims).await?;
    let claims = AccessTokenClaims {
        authorization_details: details,
        extra,
        // Both or neither: the statement is about the address.
        email_verified: address.as_ref().map(|user| user.email_verified),
        email: address.map(|user| user.email),
        ..claims
    };
    Ok(Some(of_claims(claims, username)))
}

/// Adds the names that the token could not carry: a resource server asks for them.
async fn complete(
    context: &Context,
    claims: AccessTokenClaims,
    client: &ClientId,
    user: Option<UserId>,
) -> Result<AccessTokenClaims> {
    let core = &context.core;
    let scope = OrgScope::from_org(claims.org.as_deref());
    let roles = match user {
        Some(user) => effective_roles::of_user_in(core, user, scope).await?,
        None => effective_roles::of_client_in(core, client, scope).await?,
    };
    let registry = context.registry().await?;
    let audience: Vec<_> = claims.aud.iter().map(str::to_owned).collect();
    let asked = AskedClaims::of(&audience, &registry.resources);
    Ok(access_token::complete(
        claims,
        &roles,
        asked,
        user.is_none(),
    ))
}

/// Returns the authorization details that apply at the resources of this client (RFC 9396 §9.2).
async fn details_for(
    context: &Context,
    client: &Client,
    claims: &AccessTokenClaims,
) -> Result<AuthorizationDetails> {
    let details = &claims.authorization_details;
    if details.is_empty() || claims.client_id == client.id.as_str() {
        return Ok(details.clone());
    }
    let served = claims.aud.iter().filter(|aud| client.is_server_of(aud));
    let served: Vec<String> = served.map(str::to_owned).collect();
    Ok(details.at(&served, &context.registry().await?.details))
}

fn of_claims(claims: AccessTokenClaims, username: Option<String>) -> IntrospectionResponse {
    // RFC 9449 §6.2; a token that is bound to a certificate remains a bearer token (RFC 8705 §3).
    let is_dpop = claims.cnf.as_ref().is_some_and(|cnf| cnf.jkt.is_some());
    let token_type = if is_dpop {
        TokenType::Dpop
    } else {
        TokenType::Bearer
    };
    IntrospectionResponse {
        active: true,
        scope: Some(claims.scope),
        client_id: Some(claims.client_id),
        username,
        token_type: Some(token_type.as_str().to_owned()),
        exp: Some(claims.exp),
        iat: Some(claims.iat),
        nbf: None,
        sub: Some(claims.sub),
        aud: claims.aud.iter().map(str::to_owned).collect(),
        iss: Some(claims.iss),
        jti: Some(claims.jti),
        acr: claims.acr,
        auth_time: claims.auth_time,
        amr: claims.amr,
        roles: claims.roles,
        groups: claims.groups,
        entitlements: claims.entitlements,
        managed_groups: claims.managed_groups,
        overage: claims.overage,
        org: claims.org,
        email: claims.email,
        email_verified: claims.email_verified,
        sid: claims.sid,
        cnf: claims.cnf,
        act: claims.act,
        authorization_details: claims.authorization_details,
        extra: claims.extra,
    }
}

/// Builds the response for an API key. Its client id is the prefix of the key that its user knows.
/// It contains no authentication, so it never satisfies requirements of a recent or strong sign-in.
async fn of_key(context: &Context, good: api_key::ValidApiKey) -> Result<IntrospectionResponse> {
    let to = Recipient {
        output: ClaimOutput::Introspection,
        client: None,
        scope: &good.scope,
        roles: SubjectRoles::Known(&good.roles),
        org: good.key.org.as_deref(),
        user: Some(good.owner.id),
    };
    let registry = context.registry().await?;
    let extra = custom_claims::of(context, &registry, to).await?;
    let name = good.key.id.prefix();
    let address = Some(&good.owner).filter(|owner| !owner.email.is_empty());
    let asked = AskedClaims::of(&good.audiences, &registry.resources);
    let carried = access_token::for_key(&good.audiences, asked, &good.scope, &good.roles);
    Ok(IntrospectionResponse {
        active: true,
        scope: Some(good.scope),
        client_id: Some(name.clone()),
        username: good.owner.named().map(str::to_owned),
        token_type: Some(API_KEY.to_owned()),
        exp: Some(good.key.expires_at),
        iat: Some(good.key.created_at),
        sub: Some(good.owner.id.to_string()),
        aud: good.audiences,
        iss: Some(context.core.issuer().to_owned()),
        jti: Some(name),
        org: good.key.org,
        roles: carried.roles,
        groups: carried.groups,
        entitlements: carried.entitlements,
        managed_groups: carried.managed_groups,
        overage: carried.overage,
        email_verified: address.map(|owner| owner.email_verified),
        email: address.map(|owner| owner.email.clone()),
        extra,
        ..IntrospectionResponse::inactive()
    })
}

async fn of_refresh_token(
    context: &Context,
    client: &Client,
    token: &str,
) -> Result<Option<IntrospectionResponse>> {
    let Context { core, issuing, .. } = context;
    let found = refresh_token::find(context, core.db.read(), token).await?;
    let Some(found) = found.filter(|found| found.is_usable(core, client)) else {
        return Ok(None);
    };
    let registry = context.registry().await?;
    let (grant, user) = (found.state.grant, found.state.user);
    let granted = &grant.authorization_details;
    Ok(Some(IntrospectionResponse {
        active: true,
        authorization_details: authorize::details_today(granted, client, &registry.view()),
        sub: Some(issuing.subject_key.subject(client, grant.known_user())),
        scope: Some(client.scope_today(&grant.scope)),
        client_id: Some(client.id.as_str().to_owned()),
        username: user
            .filter(|_| client.pairwise_sector.is_none())
            .and_then(|user| user.named().map(str::to_owned)),
        exp: Some(found.token.expires_at),
        iat: Some(found.token.created_at),
        iss: Some(core.issuer().to_owned()),
        ..IntrospectionResponse::inactive()
    }))
}

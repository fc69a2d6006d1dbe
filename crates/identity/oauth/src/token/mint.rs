//! Token signing. Every token is signed here, after the grant check.

use doorward_access::jwt::claims::IdTokenClaims;
use doorward_domain::model::{AccessTokenFormat, AccessTokenType, AskedClaims, token_signing_alg};
use doorward_domain::random::Generator;
use doorward_domain::secret::ReferenceToken;
use doorward_protocol::token::Actor;
use doorward_rules::access_token::{self, Exchange, Issuance};
use doorward_rules::authorize;
use doorward_rules::sender_constraint;
use doorward_services::context::Registries;

use super::common::{Content, lifetime};
use super::transaction::Sender;
use crate::custom_claims::{self, Recipient, SubjectRoles};
use crate::prelude::*;
use crate::signing;

/// The basis of an access token, after the grant check.
pub struct AccessGrant<'a> {
    pub(crate) holder: Holder<'a>,
    pub(crate) scope: &'a Scope,
    /// The audience of the token; empty for this server.
    pub(crate) resources: &'a [String],
    pub(crate) details: &'a AuthorizationDetails,
    pub(crate) roles: &'a EffectiveRoles,
}

/// The subject of an access token.
pub(crate) enum Holder<'a> {
    User {
        grant: &'a Grant,
        user: &'a User,
    },
    Client {
        client: &'a Client,
        /// The organization in which it acts.
        org: Option<&'a str>,
    },
    Exchange(Exchange<'a>),
}

impl<'a> AccessGrant<'a> {
    /// Creates the basis of a token with all access of a user's grant.
    pub const fn of_user(grant: &'a Grant, user: &'a User, roles: &'a EffectiveRoles) -> Self {
        Self {
            holder: Holder::User { grant, user },
            scope: &grant.scope,
            resources: grant.resources.as_slice(),
            details: &grant.authorization_details,
            roles,
        }
    }

    pub(super) const fn of_exchange(to: Exchange<'a>) -> Self {
        Self {
            scope: to.scope,
            resources: to.resources,
            details: to.details,
            roles: to.roles,
            holder: Holder::Exchange(to),
        }
    }

    /// Returns the user whose access it is; none for a client that acts for itself.
    fn user(&self) -> Option<UserId> {
        match &self.holder {
            Holder::User { grant, .. } => Some(grant.user_id),
            Holder::Client { .. } => None,
            Holder::Exchange(to) => to.user.map(|user| user.id),
        }
    }
}

/// Issues the tokens of a user's grant without a refresh token: an access token, and with the scope
/// `openid` an ID token (OIDC Core §3.1.3.3, §12.2). The account API uses no ID token.
pub(super) async fn mint_for_user(
    context: &Context,
    registry: &Registries,
    sender: Sender<'_>,
    grant: &Grant,
    described: Described<'_>,
    content: &Content,
) -> Result<TokenResponse> {
    let Sender { client, proved, .. } = sender;
    // The audience may have been narrowed: scopes without a meaning there are left out (RFC 9068
    // §2.2.3).
    let view = registry.view();
    let scope = view.meaningful(&content.scope, &content.resources);
    let access = AccessGrant {
        scope: &scope,
        resources: &content.resources,
        details: &content.details,
        ..AccessGrant::of_user(grant, described.user, described.roles)
    };
    let response = mint_access_token(context, registry, client, &access, proved).await?;
    let by_browser = matches!(
        grant.origin,
        GrantOrigin::Authorization | GrantOrigin::Impersonation
    );
    let is_openid = content.scope.contains("openid") && by_browser;
    let id_token = if is_openid {
        let basis = IdTokenGrant {
            grant,
            // A refresh with a narrower scope gives the claims of that scope.
            scope: &content.scope,
            described,
        };
        let token = &response.access_token;
        let claims = id_claims_of(context, registry, client, basis, token).await?;
        // The ID token goes with the access token (OIDC Core §2).
        let alg = client_profile::id_token_alg(client);
        Some(signing::sign(context, alg, |signer| signer.sign_id_token(&claims)).await?)
    } else {
        None
    };
    Ok(TokenResponse {
        id_token,
        ..response
    })
}

/// Issues an access token in the client's registered format: a signed JWT (RFC 9068), or a
/// reference to stored claims. It is bound to the proved keys (decision 55). The response contains
/// only this token, always with the granted scope (RFC 6749 §5.1). `client` is that of the grant.
#[boxed(?Send)]
pub async fn mint_access_token(
    context: &Context,
    registry: &Registries,
    client: &Client,
    grant: &AccessGrant<'_>,
    proved: &ProvenKeys,
) -> Result<TokenResponse> {
    let core = &context.core;
    // The request was checked before; this check cannot be bypassed.
    let binding = sender_constraint::binding(client, proved);
    let binding = binding.map_err(|error| ServerError::Internal(error.to_string()))?;
    let claims = claims_of(context, registry, client, grant).await?;
    let claims = AccessTokenClaims {
        cnf: binding.confirmation(),
        authorization_details: details_of(registry, client, grant, claims.aud.as_slice()),
        ..claims
    };
    let token = match client.access_token_format {
        AccessTokenFormat::Jwt => sign(context, registry, client, &claims).await?,
        AccessTokenFormat::Opaque => {
            // Those of a client for itself expire soon, and its instances share them.
            let keep = grant.user().and_then(|_| access_end::token_limit(core));
            Box::pin(store_reference(core, &claims, keep)).await?
        }
    };
    context.directory.issued.record(&client.id, core.now());
    Ok(TokenResponse {
        access_token: token,
        token_type: binding.token_type(),
        issued_token_type: None,
        expires_in: claims.exp - claims.iat,
        refresh_token: None,
        id_token: None,
        scope: Some((&claims.scope).into()),
        // RFC 9396 §7.
        authorization_details: claims.authorization_details,
    })
}

/// Returns the authorization details that apply at the token's audience, limited to those that the
/// client may still request (RFC 9396 §9.1).
fn details_of(
    registry: &Registries,
    client: &Client,
    grant: &AccessGrant<'_>,
    audience: &[String],
) -> AuthorizationDetails {
    let today = authorize::details_today(grant.details, client, &registry.view());
    today.at(audience, &registry.details)
}

/// Builds the claims of the token for this client, unsigned, with custom claims.
pub(crate) async fn claims_of(
    context: &Context,
    registry: &Registries,
    client: &Client,
    grant: &AccessGrant<'_>,
) -> Result<AccessTokenClaims> {
    let claims = with_subject(context, grant, client, registry);
    let to = Recipient {
        output: ClaimOutput::AccessToken,
        client: Some(&client.id),
        scope: &claims.scope,
        roles: SubjectRoles::Known(grant.roles),
        org: claims.org.as_deref(),
        user: grant.user(),
    };
    let extra = custom_claims::of(context, registry, to).await?;
    Ok(AccessTokenClaims { extra, ..claims })
}

/// Builds the claims with the subject that this client knows.
fn with_subject(
    context: &Context,
    grant: &AccessGrant<'_>,
    client: &Client,
    registry: &Registries,
) -> AccessTokenClaims {
    let core = &context.core;
    let issuance = Issuance {
        scopes: &registry.scopes,
        former: &registry.former,
        asked: AskedClaims::of(grant.resources, &registry.resources),
        ..issuance(core, lifetime(core, registry, client, grant.resources))
    };
    let claims = access_claims(&issuance, grant, core.rng());
    // A pairwise subject must remain private to its client (OIDC Core §8): a client that exchanges
    // such a token does not learn another subject of the user.
    let user = match &grant.holder {
        Holder::User { grant, .. } => Some(grant.known_user()),
        Holder::Client { .. } => None,
        Holder::Exchange(to) => {
            let user = to.user.map(|user| user.id);
            user.filter(|user| to.subject.sub == user.to_string())
        }
    };
    let act = match &grant.holder {
        Holder::User { grant, .. } => actor(context, grant, client),
        Holder::Client { .. } | Holder::Exchange(_) => claims.act.clone(),
    };
    match user {
        Some(user) => AccessTokenClaims {
            sub: context.issuing.subject_key.subject(client, user),
            act,
            ..claims
        },
        None => claims,
    }
}

/// Returns the administrator who acts as the user, with the subject that the client knows (RFC 8693 §4.1).
fn actor(context: &Context, grant: &Grant, client: &Client) -> Option<Actor> {
    let actor = grant.actor()?;
    let sub = context.issuing.subject_key.subject(client, actor);
    Some(Actor { sub, act: None })
}

async fn sign(
    context: &Context,
    registry: &Registries,
    client: &Client,
    claims: &AccessTokenClaims,
) -> Result<String> {
    let core = &context.core;
    let audience = claims.aud.as_slice();
    let typ = AccessTokenType::for_audience(audience, &registry.resources);
    let alg = token_signing_alg(audience, &registry.resources);
    // FAPI 2.0 SP §5.4.1 (1): the client's profile limits the algorithm of the resource.
    let alg = client_profile::response_alg(client.profile, alg, &core.config.keys.algorithms);
    signing::sign(context, alg, |signer| signer.sign_access_token(claims, typ)).await
}

async fn store_reference(
    core: &Core,
    claims: &AccessTokenClaims,
    keep: Option<u64>,
) -> Result<String> {
    let token = ReferenceToken::generate(&mut core.rng());
    let tx = core.db.begin_write().await?;
    repo::reference_tokens::insert(&tx, &token.hash(), claims, keep).await?;
    tx.commit().await?;
    Ok(token.to_text())
}

/// The basis of an ID token, after the grant check.
#[derive(Clone, Copy)]
pub(crate) struct IdTokenGrant<'a> {
    pub grant: &'a Grant,
    /// The scope of the access token that it goes with.
    pub scope: &'a Scope,
    pub described: Described<'a>,
}

/// Builds the claims of the ID token for this client, unsigned, with custom claims.
pub(crate) async fn id_claims_of(
    context: &Context,
    registry: &Registries,
    client: &Client,
    basis: IdTokenGrant<'_>,
    access_token: &str,
) -> Result<IdTokenClaims> {
    let core = &context.core;
    let IdTokenGrant {
        grant,
        scope,
        described,
    } = basis;
    let issuance = issuance(core, core.config.tokens.lifetimes().id_token(client));
    let mut claims =
        access_token::id_token(&issuance, client, grant, scope, described, access_token);
    let known = grant.known_user();
    claims.sub = context.issuing.subject_key.subject(client, known);
    let to = Recipient {
        output: ClaimOutput::IdToken,
        client: Some(&client.id),
        // The client's current scopes limit what was granted earlier.
        scope: &scope.intersect(&client.scopes),
        roles: SubjectRoles::Known(described.roles),
        org: grant.org.as_deref(),
        user: Some(grant.user_id),
    };
    let custom = custom_claims::of(context, registry, to).await?;
    claims.extra.extend(custom);
    if let Some(act) = actor(context, grant, client) {
        let act = serde_json::to_value(act).map_err(ServerError::internal)?;
        claims.extra.insert("act".to_owned(), act);
    }
    Ok(claims)
}

fn issuance(core: &Core, ttl: i64) -> Issuance<'_> {
    Issuance {
        issuer: core.issuer(),
        now: core.now(),
        ttl,
        staff_roles: &core.config.accounts.staff_roles,
        scopes: &[],
        former: &[],
        asked: AskedClaims::default(),
    }
}

fn access_claims(
    issuance: &Issuance<'_>,
    grant: &AccessGrant<'_>,
    mut rng: Generator<'_>,
) -> AccessTokenClaims {
    let &AccessGrant {
        scope,
        resources,
        roles,
        ..
    } = grant;
    match &grant.holder {
        Holder::User { grant, user } => {
            let jti = access_token::token_id(Some(grant.id), &mut rng);
            access_token::for_user(issuance, grant, user, scope, resources, roles, jti)
        }
        Holder::Client { client, org } => {
            let jti = access_token::token_id(None, &mut rng);
            access_token::for_client(issuance, client, *org, scope, resources, roles, jti)
        }
        Holder::Exchange(to) => {
            // The new token becomes invalid with the grant of the presented one.
            let grant = access_token::grant_of(&to.subject.jti);
            let jti = access_token::token_id(grant, &mut rng);
            access_token::for_exchange(issuance, to, jti)
        }
    }
}

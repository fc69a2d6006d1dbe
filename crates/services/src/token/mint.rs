//! Where every token is signed: after the gate, and nowhere else.

use std::sync::Arc;

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_domain::model::{
    AccessTokenFormat, AccessTokenType, Client, EffectiveRoles, Grant, User,
};
use doorward_domain::rules::access_token::{self, Described, Exchange, Issuance};
use doorward_domain::rules::authorize;
use doorward_domain::rules::sender_constraint::{self, ProvenKeys};
use doorward_domain::secret::ReferenceToken;
use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::{TokenResponse, TokenType};
use doorward_store::repo;

use crate::error::ServerError;
use crate::state::State;

/// What an access token is made for, once the gate has let it through.
pub(crate) enum AccessGrant<'a> {
    /// A person's word to a client.
    User {
        /// The grant.
        grant: &'a Grant,
        /// Whose it is.
        user: &'a User,
        /// The scope of this one token.
        scope: &'a Scope,
        /// The audience of this one token.
        resources: &'a [String],
        /// What this one token allows in detail.
        details: &'a AuthorizationDetails,
        /// What the person holds.
        held: &'a EffectiveRoles,
    },
    /// A client acting for itself.
    Client {
        /// The client.
        client: &'a Client,
        /// In whose name it acts.
        org: Option<&'a str>,
        /// The scope.
        scope: &'a Scope,
        /// The audience.
        resources: &'a [String],
        /// What it allows in detail.
        details: &'a AuthorizationDetails,
        /// What the client holds.
        held: &'a EffectiveRoles,
    },
    /// Another token, exchanged for less.
    Exchange(Exchange<'a>),
}

/// An access token as it goes out.
pub(crate) struct Minted {
    /// The compact JWS.
    pub token: String,
    /// Its life in seconds.
    pub expires_in: i64,
    /// How it has to be presented.
    pub token_type: TokenType,
    /// What it allows in detail.
    pub details: AuthorizationDetails,
}

impl Minted {
    /// The answer with this token alone (RFC 6749 §5.1). It always names the granted scope.
    pub(crate) fn respond(self, scope: &Scope) -> TokenResponse {
        TokenResponse {
            access_token: self.token,
            token_type: self.token_type,
            issued_token_type: None,
            expires_in: self.expires_in,
            refresh_token: None,
            id_token: None,
            scope: Some(scope.to_string()),
            // RFC 9396 §7.
            authorization_details: self.details,
        }
    }
}

impl AccessGrant<'_> {
    /// Whose token it is going to be.
    fn client_id(&self) -> &str {
        match self {
            Self::User { grant, .. } => grant.client_id.as_str(),
            Self::Client { client, .. } => client.id.as_str(),
            Self::Exchange(to) => to.client.id.as_str(),
        }
    }

    /// What it was made for in detail.
    const fn details(&self) -> &AuthorizationDetails {
        match self {
            Self::User { details, .. } | Self::Client { details, .. } => details,
            Self::Exchange(to) => to.details,
        }
    }
}

/// Signs an access token (RFC 9068), or keeps what it would say and gives out a reference, as the
/// client is registered. It is bound to what was proved (decision 55).
pub(crate) async fn mint_access_token(
    state: &State,
    grant: &AccessGrant<'_>,
    proved: &ProvenKeys,
) -> Result<Minted, ServerError> {
    let client = registered(state, grant.client_id()).await?;
    // Whoever asked was told before; here nobody gets around it.
    let binding = sender_constraint::binding(&client, proved);
    let binding = binding.map_err(|refusal| ServerError::Internal(refusal.to_string()))?;
    let claims = claims_of(state, grant, &client);
    let audience: Vec<String> = claims.aud.iter().map(str::to_owned).collect();
    let claims = AccessTokenClaims {
        cnf: binding.confirmation(),
        authorization_details: details_of(state, grant, &client, &audience).await?,
        ..claims
    };
    let token = match client.access_token_format {
        AccessTokenFormat::Jwt => sign(state, &claims, &audience).await?,
        AccessTokenFormat::Opaque => keep(state, &claims).await?,
    };
    Ok(Minted {
        token,
        expires_in: claims.exp - claims.iat,
        token_type: binding.token_type(),
        details: claims.authorization_details,
    })
}

/// RFC 9396 §9.1: what counts at the audience of the token, of what the client may still ask for.
async fn details_of(
    state: &State,
    grant: &AccessGrant<'_>,
    client: &Client,
    audience: &[String],
) -> Result<AuthorizationDetails, ServerError> {
    if grant.details().is_empty() {
        return Ok(AuthorizationDetails::default());
    }
    let registry = state.registry().await?;
    let today = authorize::details_today(grant.details(), client, &registry.view());
    Ok(today.at(audience, &registry.details))
}

/// What the token would say to this client, unsigned.
pub(crate) fn claims_of(
    state: &State,
    grant: &AccessGrant<'_>,
    client: &Client,
) -> AccessTokenClaims {
    let claims = access_claims(&issuance(state, state.config.tokens.access_ttl), grant);
    match grant {
        AccessGrant::User { grant, .. } => AccessTokenClaims {
            sub: state.subject(client, grant.user_id),
            ..claims
        },
        // A name that one client has for a person stays theirs (OIDC Core §8): who exchanges its token
        // does not learn by that who they are elsewhere.
        AccessGrant::Exchange(Exchange {
            user: Some(user),
            subject,
            ..
        }) if subject.sub == user.id.to_string() => AccessTokenClaims {
            sub: state.subject(client, user.id),
            ..claims
        },
        AccessGrant::Client { .. } | AccessGrant::Exchange(_) => claims,
    }
}

/// The client of a grant. Without its registration nobody knows what it may be told.
async fn registered(state: &State, id: &str) -> Result<Arc<Client>, ServerError> {
    let client = state.client(id).await?;
    client.ok_or_else(|| ServerError::Internal("the client of a grant is gone".to_owned()))
}

async fn sign(
    state: &State,
    claims: &AccessTokenClaims,
    audience: &[String],
) -> Result<String, ServerError> {
    let typ = AccessTokenType::of(audience, &state.registry().await?.resources);
    let ring = state.keys.current(&state.db, state.now()).await?;
    ring.active()
        .sign_access_token(claims, typ)
        .map_err(|error| ServerError::Internal(error.to_string()))
}

async fn keep(state: &State, claims: &AccessTokenClaims) -> Result<String, ServerError> {
    let token = ReferenceToken::generate(&mut rand::rng());
    let tx = state.db.begin_write().await?;
    repo::reference_tokens::insert(&tx, &token.hash(), claims).await?;
    tx.commit().await?;
    Ok(token.to_text())
}

/// Signs the ID token that goes with `access_token` (OIDC Core §2).
pub(crate) async fn mint_id_token(
    state: &State,
    grant: &Grant,
    described: Described<'_>,
    access_token: &str,
) -> Result<String, ServerError> {
    let issuance = issuance(state, state.config.tokens.id_ttl);
    let client = registered(state, grant.client_id.as_str()).await?;
    let mut claims = access_token::id_token(&issuance, &client, grant, described, access_token);
    claims.sub = state.subject(&client, grant.user_id);
    let ring = state.keys.current(&state.db, state.now()).await?;
    ring.active()
        .sign_id_token(&claims)
        .map_err(|error| ServerError::Internal(error.to_string()))
}

fn issuance(state: &State, ttl: i64) -> Issuance<'_> {
    Issuance {
        issuer: state.issuer(),
        now: state.now(),
        ttl,
    }
}

fn access_claims(issuance: &Issuance<'_>, grant: &AccessGrant<'_>) -> AccessTokenClaims {
    let mut rng = rand::rng();
    match *grant {
        AccessGrant::User {
            grant,
            user,
            scope,
            resources,
            held,
            ..
        } => {
            let jti = access_token::token_id(Some(grant.id), &mut rng);
            access_token::for_user(issuance, grant, user, scope, resources, held, jti)
        }
        AccessGrant::Client {
            client,
            org,
            scope,
            resources,
            held,
            ..
        } => {
            let jti = access_token::token_id(None, &mut rng);
            access_token::for_client(issuance, client, org, scope, resources, held, jti)
        }
        AccessGrant::Exchange(to) => {
            // It dies with the grant of the one that it was exchanged for.
            let grant = access_token::grant_of(&to.subject.jti);
            let jti = access_token::token_id(grant, &mut rng);
            access_token::for_exchange(issuance, &to, jti)
        }
    }
}

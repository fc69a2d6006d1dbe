//! Where every token is signed: after the gate, and nowhere else.

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_domain::model::{Client, EffectiveRoles, Grant, User};
use doorward_domain::rules::access_token::{self, Issuance};
use doorward_protocol::scope::Scope;

use crate::fault::Fault;
use crate::state::State;

/// What an access token is made for, once the gate has let it through.
pub(crate) enum AccessGrant<'a> {
    /// A person's word to a client.
    User {
        /// The grant.
        grant: &'a Grant,
        /// The scope of this one token.
        scope: &'a Scope,
        /// The audience of this one token.
        resources: &'a [String],
        /// What the person holds.
        held: &'a EffectiveRoles,
    },
    /// A client acting for itself.
    Client {
        /// The client.
        client: &'a Client,
        /// The scope.
        scope: &'a Scope,
        /// The audience.
        resources: &'a [String],
        /// What the client holds.
        held: &'a EffectiveRoles,
    },
}

/// An access token as it goes out.
pub(crate) struct Minted {
    /// The compact JWS.
    pub token: String,
    /// Its life in seconds.
    pub expires_in: i64,
}

/// Signs an access token (RFC 9068).
pub(crate) async fn mint_access_token(
    state: &State,
    grant: &AccessGrant<'_>,
) -> Result<Minted, Fault> {
    let issuance = issuance(state, state.config.tokens.access_ttl);
    let claims = access_claims(&issuance, grant);
    let ring = state.keys.current(state).await?;
    let token = ring
        .active()
        .sign_access_token(&claims)
        .map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(Minted {
        token,
        expires_in: issuance.ttl,
    })
}

/// Signs the ID token that goes with `access_token` (OIDC Core §2).
pub(crate) async fn mint_id_token(
    state: &State,
    grant: &Grant,
    user: &User,
    access_token: &str,
) -> Result<String, Fault> {
    let issuance = issuance(state, state.config.tokens.id_ttl);
    let claims = access_token::id_token(&issuance, grant, user, access_token);
    let ring = state.keys.current(state).await?;
    ring.active()
        .sign_id_token(&claims)
        .map_err(|error| Fault::Internal(error.to_string()))
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
            scope,
            resources,
            held,
        } => {
            let jti = access_token::token_id(Some(grant.id), &mut rng);
            access_token::for_user(issuance, grant, scope, resources, held, jti)
        }
        AccessGrant::Client {
            client,
            scope,
            resources,
            held,
        } => {
            let jti = access_token::token_id(None, &mut rng);
            access_token::for_client(issuance, client, scope, resources, held, jti)
        }
    }
}

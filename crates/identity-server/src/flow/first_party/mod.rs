//! The operator's own apps, which ask for a person's password themselves and speak to the account
//! API: which client calls, and whose access token it brings.

pub mod sign_in;
pub mod sign_up;
pub mod tokens;

use std::sync::Arc;

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_domain::model::{Client, Grant};
use doorward_domain::rules::client_auth;
use doorward_protocol::client_auth::{ClientAuthMethod, PresentedClient};

use super::session::SignedIn;
use super::standing::{TokenStanding, proof_of, token_standing};
use super::userinfo::verify_own;
use super::verify_email;
use crate::fault::FlowError;
use crate::state::State;

/// Why a client may not use the account API.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClientRefusal {
    /// None was named, and the operator has configured no default.
    NotNamed,
    /// It is unknown, switched off, or not the operator's own: nobody is told which.
    NotFirstParty,
    /// It did not prove itself by its registered method.
    NotAuthenticated,
}

/// The first-party client of a request; `api.default_client` where it names none.
pub async fn client(
    state: &State,
    presented: Option<&PresentedClient>,
) -> Result<Arc<Client>, FlowError<ClientRefusal>> {
    let default = state.config.api.default_client.as_deref();
    let presented = match (presented, default) {
        (Some(presented), _) => presented.clone(),
        (None, Some(id)) => PresentedClient {
            client_id: id.to_owned(),
            method: ClientAuthMethod::None,
            secret: None,
        },
        (None, None) => return Err(FlowError::Refused(ClientRefusal::NotNamed)),
    };
    let found = state.client(&presented.client_id).await?;
    let found = found.filter(|client| client.is_active() && client.first_party);
    let Some(client) = found else {
        return Err(FlowError::Refused(ClientRefusal::NotFirstParty));
    };
    match client_auth::check(Some(&client), &presented) {
        Ok(()) => Ok(client),
        Err(_) => Err(FlowError::Refused(ClientRefusal::NotAuthenticated)),
    }
}

/// Why an access token opens nothing here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenRefusal {
    /// It is not one of ours, over, revoked, or for another audience.
    Invalid,
    /// Its client is not the operator's own.
    NotFirstParty,
    /// The person has to prove their address before anything else.
    EmailNotVerified,
}

/// The person behind an access token of the account API.
#[derive(Clone, Debug)]
pub struct Authenticated {
    /// The person, and the session that the token belongs to.
    pub who: SignedIn,
    /// What the token was issued from.
    pub grant: Grant,
    /// The app that brought it.
    pub client: Arc<Client>,
    /// What the token says.
    pub claims: AccessTokenClaims,
}

/// Verifies an access token as userinfo does: signature, type, issuer, times, and that it would be
/// issued again now. Besides, it must be meant for this server, and its client the operator's own:
/// what any app gets for userinfo is meant for this server, too.
pub async fn authenticate(
    state: &State,
    token: &str,
) -> Result<Authenticated, FlowError<TokenRefusal>> {
    let invalid = || FlowError::Refused(TokenRefusal::Invalid);
    let claims = verify_own(state, token).await?.ok_or_else(invalid)?;
    let TokenStanding::User(standing) = token_standing(state, &claims).await? else {
        return Err(invalid());
    };
    let (Some(user), Some(session)) = (standing.user, standing.session) else {
        return Err(invalid());
    };
    // Offline access outlives the session; what is done to the account does not.
    if !claims.aud.contains(state.issuer()) || !session.holds_grants(state.now()) {
        return Err(invalid());
    }
    let client = state.client(&claims.client_id).await?.ok_or_else(invalid)?;
    if !client.first_party {
        return Err(FlowError::Refused(TokenRefusal::NotFirstParty));
    }
    if verify_email::is_due(state, &user) {
        return Err(FlowError::Refused(TokenRefusal::EmailNotVerified));
    }
    let proof = proof_of(&claims, &standing.grant);
    Ok(Authenticated {
        who: SignedIn {
            session,
            user,
            proof,
        },
        grant: standing.grant,
        client,
        claims,
    })
}

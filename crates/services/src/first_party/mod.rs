//! The operator's own apps, which ask for a person's password themselves and speak to the account
//! API: which client calls, and whose access token it brings.

pub mod sign_in;
pub mod sign_up;
pub mod tokens;

use std::sync::Arc;

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_domain::model::{Client, Grant};
use doorward_domain::rules::client_auth::{self, ClientAuthOutcome};
use doorward_protocol::client_auth::{ClientAuthMethod, PresentedClient};

use super::dpop::PresentedToken;
use super::grant_state::{TokenStatus, proof_of, token_status};
use super::signed_in::SignedIn;
use super::userinfo::{AccessTokenError, admit};
use super::verify_email;
use crate::error::FlowError;
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
            assertion: None,
        },
        (None, None) => return Err(FlowError::Rejected(ClientRefusal::NotNamed)),
    };
    let found = state.client(&presented.client_id).await?;
    // What this API gives out is bound to no key and no certificate (RFC 9449 §5.2, RFC 8705 §3.4).
    let found = found.filter(|client| {
        let is_bound = client.dpop_bound_access_tokens || client.certificate_bound_access_tokens;
        client.is_active() && client.first_party && !is_bound
    });
    let Some(client) = found else {
        return Err(FlowError::Rejected(ClientRefusal::NotFirstParty));
    };
    match client_auth::check(Some(&client), &presented) {
        Ok(ClientAuthOutcome::Given) => Ok(client),
        // This API takes secrets only.
        Ok(ClientAuthOutcome::Assertion(_) | ClientAuthOutcome::Certificate) | Err(_) => {
            Err(FlowError::Rejected(ClientRefusal::NotAuthenticated))
        }
    }
}

/// Why an access token opens nothing here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TokenRefusal {
    /// It is not one of ours, over, revoked, or for another audience.
    Invalid(AccessTokenError),
    /// Its client is not the operator's own.
    NotFirstParty(AccessTokenError),
    /// The person has to prove their address before anything else.
    EmailNotVerified(AccessTokenError),
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
    brought: &PresentedToken,
) -> Result<Authenticated, FlowError<TokenRefusal>> {
    let claims = match admit(state, brought).await? {
        Ok(claims) => claims,
        Err(flaw) => return Err(FlowError::Rejected(TokenRefusal::Invalid(flaw))),
    };
    let invalid = |why: &'static str| {
        FlowError::Rejected(TokenRefusal::Invalid(AccessTokenError::of(&claims, why)))
    };
    let standing = match token_status(state, &claims).await? {
        TokenStatus::User(standing) => standing,
        TokenStatus::Client => return Err(invalid("it is a client's own")),
        TokenStatus::Inactive(why) => return Err(invalid(why)),
    };
    let (Some(user), Some(session)) = (standing.user, standing.session) else {
        return Err(invalid("the session that it began in is gone"));
    };
    if !claims.aud.contains(state.issuer()) {
        return Err(invalid("it is meant for another service"));
    }
    // Offline access outlives the session; what is done to the account does not.
    if !session.holds_grants(state.now()) {
        return Err(invalid("the session that it began in has ended"));
    }
    let client = state.client(&claims.client_id).await?;
    let client = client.ok_or_else(|| invalid("its client is gone"))?;
    if !client.first_party {
        let flaw = AccessTokenError::of(&claims, "its client is not the operator's own");
        return Err(FlowError::Rejected(TokenRefusal::NotFirstParty(flaw)));
    }
    if verify_email::is_required(state, &user) {
        let flaw = AccessTokenError::of(&claims, "the person has not proved their address");
        return Err(FlowError::Rejected(TokenRefusal::EmailNotVerified(flaw)));
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

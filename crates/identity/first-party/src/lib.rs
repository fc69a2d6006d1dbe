//! First-party clients that ask for the user's password themselves and use the account API:
//! authenticates the client and its access token.

// Requests are deeply nested futures; a release build computes their layout recursively.
#![recursion_limit = "256"]

pub mod sign_in;
pub mod sign_up;
pub mod tokens;

use std::sync::Arc;

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_domain::model::{Client, Grant};
use doorward_oauth::client_auth::check_foreign_secret;
use doorward_oauth::dpop::PresentedToken;
use doorward_oauth::grant_state::{TokenStatus, authentication_at_issue, token_status};
use doorward_oauth::userinfo::{AccessTokenError, admit};
use doorward_protocol::client_auth::{ClientAuthMethod, PresentedClient};
use doorward_protocol::error::{ErrorCode, OAuthError, Reason};
use doorward_rules::client_auth::{self, ClientAuthOutcome};
use doorward_rules::rejection::Rejection;
use doorward_services::caller::Caller;
use doorward_services::context::Context;
use doorward_services::error::{FlowError, FlowResult};
use doorward_services::signed_in::SignedIn;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FirstPartyClientError {
    /// No client was named, and the operator has configured no default.
    NotNamed,
    /// The client is unknown, disabled, or not first-party. The caller does not learn which.
    NotFirstParty(NotFirstParty),
    NotAuthenticated,
}

/// The reason why a client may not use the account API, for the operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotFirstParty {
    Unknown,
    Disabled,
    ThirdParty,
    /// The client's tokens are bound to a key or a certificate.
    Bound,
}

impl NotFirstParty {
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Unknown => Reason::UnknownClient.sentence(),
            Self::Disabled => Reason::ClientDisabled.sentence(),
            Self::ThirdParty => "the client is not registered as first-party",
            Self::Bound => {
                "the client's tokens are bound to a key or a certificate, which this API does not \
                 support; its applications have to use the OAuth endpoints"
            }
        }
    }

    /// Returns the rejection that an OAuth endpoint would give for the same reason.
    pub fn rejection(self) -> Rejection {
        let invalid = OAuthError::invalid_client(self.sentence());
        Rejection::from_error(&match self {
            Self::Unknown => invalid.because(Reason::UnknownClient),
            Self::Disabled => invalid.because(Reason::ClientDisabled),
            Self::ThirdParty | Self::Bound => {
                OAuthError::new(ErrorCode::UnauthorizedClient, self.sentence())
            }
        })
    }

    /// Returns the client if it may use the API, otherwise the reason against it.
    fn check(client: Option<Arc<Client>>) -> Result<Arc<Client>, Self> {
        let client = client.ok_or(Self::Unknown)?;
        // Tokens of this API are bound to no key and no certificate (RFC 9449 §5.2, RFC 8705 §3.4).
        let is_bound = client.dpop_bound_access_tokens || client.certificate_bound_access_tokens;
        if !client.is_active() {
            Err(Self::Disabled)
        } else if !client.first_party {
            Err(Self::ThirdParty)
        } else if is_bound {
            Err(Self::Bound)
        } else {
            Ok(client)
        }
    }
}

/// Returns the first-party client of a request; `api.default_client` if it names none.
pub async fn client(
    context: &Context,
    presented: Option<&PresentedClient>,
    caller: &Caller,
) -> FlowResult<Arc<Client>, FirstPartyClientError> {
    let core = &context.core;
    let default = core.config.api.default_client.as_deref();
    let presented = match (presented, default) {
        (Some(presented), _) => presented.clone(),
        (None, Some(id)) => PresentedClient {
            client_id: id.to_owned(),
            method: ClientAuthMethod::None,
            secret: None,
            assertion: None,
        },
        (None, None) => return Err(FlowError::Rejected(FirstPartyClientError::NotNamed)),
    };
    let found = context.client(&presented.client_id).await?;
    let client = NotFirstParty::check(found)
        .map_err(|why| FlowError::Rejected(FirstPartyClientError::NotFirstParty(why)))?;
    let not_authenticated = FirstPartyClientError::NotAuthenticated;
    match client_auth::check(Some(&client), &presented, core.now()) {
        Ok(ClientAuthOutcome::Given) => Ok(client),
        Ok(ClientAuthOutcome::Secret(used)) => {
            context
                .directory
                .secret_uses
                .record(&client.id, used, caller.ip, core.now());
            Ok(client)
        }
        Ok(ClientAuthOutcome::ForeignSecret(secret)) => {
            check_foreign_secret(context, &client, secret, caller)
                .await
                .map_err(|error| error.map(|_| not_authenticated))
        }
        // This API accepts secrets only.
        Ok(ClientAuthOutcome::Assertion(_) | ClientAuthOutcome::Certificate) | Err(_) => {
            Err(FlowError::Rejected(not_authenticated))
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FirstPartyTokenError {
    /// The token is not from this server, expired, revoked, or for another audience.
    Invalid(AccessTokenError),
    NotFirstParty(AccessTokenError),
    /// The user must verify their address first.
    EmailNotVerified(AccessTokenError),
}

/// The user of an access token of the account API.
#[derive(Clone, Debug)]
pub struct Authenticated {
    pub signed_in: SignedIn,
    pub grant: Grant,
    pub client: Arc<Client>,
    pub claims: AccessTokenClaims,
}

/// Verifies an access token like userinfo: signature, type, issuer, times, and that it could be
/// issued again now. In addition, this server must be its audience and its client must be
/// first-party, because userinfo tokens of other clients have this audience too.
pub async fn authenticate(
    context: &Context,
    presented: &PresentedToken,
) -> FlowResult<Authenticated, FirstPartyTokenError> {
    let core = &context.core;
    let claims = admit(context, presented)
        .await
        .map_err(|error| error.map(FirstPartyTokenError::Invalid))?;
    let reject = |kind: fn(AccessTokenError) -> FirstPartyTokenError, why| {
        FlowError::Rejected(kind(AccessTokenError::from_claims(&claims, why)))
    };
    let invalid = |why| reject(FirstPartyTokenError::Invalid, why);
    let state = match token_status(context, &claims).await? {
        TokenStatus::User(state) => state,
        TokenStatus::Client => return Err(invalid("it belongs to a client, not to a user")),
        TokenStatus::Inactive(why) => return Err(invalid(why)),
    };
    let (Some(user), Some(session)) = (state.user, state.session) else {
        return Err(invalid("its session was deleted"));
    };
    if !claims.aud.contains(core.issuer()) {
        return Err(invalid("it is meant for another audience"));
    }
    if state.grant.actor().is_some() {
        return Err(invalid("an administrator acts as the user"));
    }
    // Offline access outlives the session, but must not change the account.
    if !session.holds_grants(core.now()) {
        return Err(invalid("its session has ended"));
    }
    let client = context.client(&claims.client_id).await?;
    let client = client.ok_or_else(|| invalid("its client was deleted"))?;
    if !client.first_party {
        let kind = FirstPartyTokenError::NotFirstParty;
        return Err(reject(kind, "its client is not first-party"));
    }
    if core.requires_verification_of(&user) {
        let kind = FirstPartyTokenError::EmailNotVerified;
        return Err(reject(kind, "the user has not verified their address"));
    }
    let proof = authentication_at_issue(&claims, &state.grant);
    Ok(Authenticated {
        signed_in: SignedIn {
            session,
            user,
            proof,
            actor: None,
        },
        grant: state.grant,
        client,
        claims,
    })
}

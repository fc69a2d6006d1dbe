//! Authentication of API callers by an access token (RFC 6750).

use doorward_first_party as first_party;
use doorward_first_party::{Authenticated, FirstPartyTokenError};
use doorward_oauth::dpop::{PresentedToken, Unproved};
use doorward_oauth::userinfo::AccessTokenError;
use doorward_protocol::bearer::{BearerError, Challenge};
use doorward_protocol::error::ErrorCode;
use doorward_protocol::token::TokenType;
use doorward_rules::reauthentication::FRESH;

use super::denial;
use super::problem::{Kind, Problem};
use super::request::ApiRequest;
use crate::prelude::*;
use crate::request::received_request;
use crate::{cors, sender_proof};

const REALM: &str = "doorward";

/// The signed-in user with client and roles. As a handler argument it rejects other requests with
/// 401 (no token, an invalid one, one for another audience) or 403 (a client that is not
/// first-party). The flow decides what the user may do.
#[derive(Debug)]
pub struct Bearer {
    pub authenticated: Authenticated,
    pub call: ApiRequest,
}

impl FromRequest for Bearer {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let call = ApiRequest::from_request(request);
        Box::pin(async move {
            let mut call = call?;
            let presented = token(&call)?;
            match first_party::authenticate(&call.context, &presented).await {
                Ok(authenticated) => {
                    cors::speaks_for(call.request(), &authenticated.client);
                    received_request::record_user(call.request(), &authenticated.signed_in.user.id);
                    let details = DenialDetails {
                        actor: Some(authenticated.signed_in.user.id.to_string()),
                        client_id: Some(authenticated.client.id.to_string()),
                        org: authenticated.claims.org.clone(),
                        ..DenialDetails::default()
                    };
                    denial::store_details(call.request(), details);
                    call.caller.client = Some(authenticated.client.id.to_string());
                    Ok(Self {
                        authenticated,
                        call,
                    })
                }
                Err(FlowError::Server(server_error)) => Err(server_error.into()),
                Err(FlowError::Rejected(error)) => Err(to_problem(error)),
            }
        })
    }
}

fn to_problem(error: FirstPartyTokenError) -> Problem {
    let (problem, token_error) = match error {
        FirstPartyTokenError::NotFirstParty(token_error) => (not_first_party(), token_error),
        FirstPartyTokenError::EmailNotVerified(token_error) => (email_not_verified(), token_error),
        FirstPartyTokenError::Invalid(token_error) => (unusable(&token_error), token_error),
    };
    problem.knowing(denial::details(token_error))
}

/// Returns the problem of an invalid token, with the cause if proof of possession failed (RFC 9449
/// §7.1).
pub fn unusable(token_error: &AccessTokenError) -> Problem {
    let Some(Unproved { error, scheme }) = &token_error.sender else {
        return invalid("the access token is not valid at this server");
    };
    let OAuthError {
        code, description, ..
    } = error;
    let challenge = sender_proof::challenge(*scheme).error(*code, description);
    let detail = match scheme {
        TokenType::Dpop => {
            format!("The token has to come with the proof of its key: {description}.")
        }
        TokenType::Bearer => format!("The token is not for who brings it: {description}."),
    };
    Problem::new(Kind::InvalidToken, detail).with_challenge(&challenge.to_string())
}

/// Returns the token of a request with its proof of possession.
pub fn token(call: &ApiRequest) -> Result<PresentedToken, Problem> {
    let Some(header) = call.authorization()? else {
        return Err(missing());
    };
    match sender_proof::presented_token(&call.context.core, call.request(), header) {
        Ok(presented) => Ok(presented),
        Err(BearerError::OtherScheme) => Err(missing()),
        Err(problem) => {
            let because = problem.to_string();
            Err(invalid(&because).knowing(DenialDetails {
                because: Some(because),
                ..DenialDetails::default()
            }))
        }
    }
}

/// Returns the problem of a missing token, without an error code (RFC 6750 §3.1).
fn missing() -> Problem {
    let challenge = Challenge::bearer().realm(REALM).to_string();
    let detail = "Send `Authorization: Bearer` with the access token of a sign-in.";
    Problem::new(Kind::InvalidToken, detail).with_challenge(&challenge)
}

pub fn invalid(description: &str) -> Problem {
    let challenge = Challenge::bearer()
        .realm(REALM)
        .error(ErrorCode::InvalidToken, description)
        .to_string();
    let detail = "The token has expired, was revoked, or is for another audience.";
    Problem::new(Kind::InvalidToken, detail).with_challenge(&challenge)
}

pub fn not_first_party() -> Problem {
    Problem::new(
        Kind::NotFirstParty,
        "Only clients that are registered as first-party may use this API.",
    )
}

/// Returns the problem of a user who must verify the e-mail address first.
pub fn email_not_verified() -> Problem {
    let detail =
        "A message was sent. Follow its link, or send its token to /api/auth/email/verify.";
    Problem::new(Kind::EmailNotVerified, detail).with("error", "email_not_verified")
}

/// Returns the problem of an authentication that is too old or too weak (RFC 9470).
pub fn reauthenticate() -> Problem {
    let challenge = Challenge::bearer()
        .realm(REALM)
        .error(
            ErrorCode::InsufficientUserAuthentication,
            "sign in again first",
        )
        .max_age(FRESH.unsigned_abs())
        .to_string();
    let detail = "For this the last sign-in has to be at most 15 minutes old, with the second factor \
                  where there is one. Sign in again.";
    Problem::new(Kind::SignInRequired, detail)
        .with("error", "reauthentication_required")
        .with("max_age", FRESH)
        .with_challenge(&challenge)
}

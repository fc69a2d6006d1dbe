//! `POST /api/auth/token/refresh`, `…/token/verify`, `…/logout`, `…/logout/all`.

use doorward_accounts::sessions;
use doorward_first_party::tokens::{self, InvalidRefreshToken};
use doorward_services::session;
use doorward_web::api::bearer::invalid;
use doorward_web::cookies::CookieName;

use super::client::{ClientIdParam, client_body, first_party};
use super::tokens::{RefreshTokenPlacement, Tokens, presented, respond};
use crate::prelude::*;

client_body! {
    /// A refresh token.
    pub struct RefreshRequest {
        /// Refresh token; omitted if it is in the cookie.
        #[schema(value_type = Option<String>)]
        refresh: Option<Secret<String>>,
    }
}

impl RefreshRequest {
    fn token(&self) -> Option<&str> {
        self.refresh.as_ref().map(|token| token.expose().as_str())
    }
}

/// Refresh tokens
///
/// Each refresh token is valid once; the response contains its successor. A repeated token ends all
/// tokens of its sign-in, except if the first response was lost (decision 5).
#[utoipa::path(
    params(
        ClientIdParam,
        ("cookie" = Option<bool>, Query, description = "True to set the new refresh token as a cookie")
    ),
    responses((status = 200, description = "New tokens", body = Tokens))
)]
#[post("/auth/token/refresh")]
pub(super) async fn token_refresh(call: ApiRequest, body: Json<RefreshRequest>) -> Answer {
    let query = call.query(&["client_id", "cookie"])?;
    let (token, place) = presented(&call, &query, body.token())?;
    let client = first_party(&call, &query, &body.0).await?;
    let call = call.of_app(&client, None);
    let renewed = Box::pin(tokens::refresh(
        &call.context,
        &client,
        &token,
        &call.caller,
    ))
    .await
    .map_err(|error| error.map(invalid_refresh_token))?;
    let renewed = Tokens::new(renewed, None);
    Ok(respond(&call, StatusCode::OK, place, renewed))
}

fn invalid_refresh_token(_: InvalidRefreshToken) -> Problem {
    let challenge = Challenge::bearer().realm("doorward").to_string();
    let detail = "It is unknown, expired, or was used before. Sign in again.";
    Problem::new(Kind::InvalidRefreshToken, detail).with_challenge(&challenge)
}

client_body! {
    /// A token of the client.
    pub struct AnyToken {
        /// An access token or a refresh token.
        #[schema(value_type = String)]
        token: Secret<String>,
    }
}

/// A token that would be accepted now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Verified {
    /// Always true.
    valid: bool,
    /// `access` or `refresh`.
    #[schema(example = "access")]
    token_type: &'static str,
    /// Seconds until expiry.
    expires_in: i64,
}

/// Verify a token
///
/// The token is not consumed. An expired or revoked token, or one of another client, is answered
/// with 401.
#[utoipa::path(
    params(ClientIdParam),
    responses((status = 200, description = "The token is valid", body = Verified))
)]
#[post("/auth/token/verify")]
pub(super) async fn token_verify(call: ApiRequest, body: Json<AnyToken>) -> Answer {
    let query = call.query(&["client_id"])?;
    let client = first_party(&call, &query, &body.0).await?;
    match tokens::verify(&call.context, &client, body.token.expose()).await? {
        Some(verified) => Ok(HttpResponse::Ok().json(Verified {
            valid: true,
            token_type: if verified.is_refresh {
                "refresh"
            } else {
                "access"
            },
            expires_in: verified.expires_in,
        })),
        None => Err(invalid("the token is not valid")),
    }
}

/// Sign out
///
/// Ends the session of this refresh token with all its tokens; without a refresh token, the session
/// of the access token in the `Authorization` header.
#[utoipa::path(
    params(ClientIdParam),
    responses((status = 204, description = "The user is signed out")),
    security((), ("bearer" = []))
)]
#[post("/auth/logout")]
pub(super) async fn logout(
    call: ApiRequest,
    bearer: Option<Bearer>,
    body: Json<RefreshRequest>,
) -> Answer {
    let query = call.query(&["client_id", "cookie"])?;
    let (token, place) = match (presented(&call, &query, body.token()), bearer) {
        (Err(problem), Some(bearer)) if problem.kind() == Kind::InvalidInput => {
            let signed_in = &bearer.authenticated.signed_in;
            session::sign_out(&call.context, signed_in, &call.caller).await?;
            return Ok(clear_tokens(&call, RefreshTokenPlacement::Body));
        }
        (presented, _) => presented?,
    };
    let client = first_party(&call, &query, &body.0).await?;
    tokens::sign_out(&call.context, &client, &token, &call.caller)
        .await
        .map_err(|error| error.map(invalid_refresh_token))?;
    Ok(clear_tokens(&call, place))
}

/// Sign out everywhere
///
/// Ends every session of the user in browsers and clients, including this one.
#[utoipa::path(
    responses((status = 204, description = "The user is signed out everywhere")),
    security(("bearer" = []))
)]
#[post("/auth/logout/all")]
pub(super) async fn logout_all(bearer: Bearer) -> Answer {
    let (call, signed_in) = (&bearer.call, &bearer.authenticated.signed_in);
    sessions::end_all_sessions(&call.context.core, signed_in, &call.caller).await?;
    let placement = match cookies::value(call.request(), &call.context.core, CookieName::Refresh) {
        Some(_) => RefreshTokenPlacement::Cookie,
        None => RefreshTokenPlacement::Body,
    };
    Ok(clear_tokens(call, placement))
}

fn clear_tokens(call: &ApiRequest, placement: RefreshTokenPlacement) -> HttpResponse {
    let mut builder = HttpResponse::NoContent();
    if placement == RefreshTokenPlacement::Cookie {
        builder.cookie(cookies::refresh(&call.context.core, None));
        builder.insert_header(cookies::cleared());
    }
    builder.finish()
}

//! How much of the API may be used in an hour (SECURITY RL-1..3), told on every answer.

use std::sync::Arc;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse};
use doorward_domain::model::UserId;
use doorward_protocol::bearer::access_token_from_header;
use doorward_services::error::ServerError;
use doorward_services::rate_limit::{ApiCaller, LimitStatus};
use doorward_services::state::State;
use doorward_services::userinfo::verify_own;

use super::Problem;
use crate::request::arrival;
use crate::{allowance, rate_limit};

/// Endpoints that check a token in the body: a family of tokens that is refreshed all day long is
/// not anonymous, and no guess at 256 random bits has to be slowed down.
const PRESENT_TOKENS: [&str; 2] = ["/api/auth/token/refresh", "/api/auth/token/verify"];

/// Counts each request before its handler sees it.
///
/// # Errors
/// Those of what it wraps.
pub(super) async fn hourly<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    match count(&request).await {
        Ok(budget) => {
            let mut response = next.call(request).await?;
            rate_limit::announce_besides(response.response_mut(), &allowance::of(&budget));
            Ok(response.map_into_left_body())
        }
        Err(refused) => {
            let id = arrival::caller(request.request()).request_id;
            let response: HttpResponse = refused.respond(&id);
            Ok(request.into_response(response).map_into_right_body())
        }
    }
}

async fn count(request: &ServiceRequest) -> Result<LimitStatus, Problem> {
    let Some(state) = request.app_data::<Data<State>>() else {
        return Err(ServerError::Internal("no state".to_owned()).into());
    };
    let asking = asking(state, request).await?;
    let caller = arrival::caller(request.request());
    let held = match &asking {
        ApiCaller::Account(user) if state.throttle.depends_on_roles() => {
            state.recent_roles_of_user(*user).await?
        }
        _ => Arc::default(),
    };
    let admitted = state
        .throttle
        .admit_request(asking, &held.roles, &caller)
        .await;
    admitted.map_err(Problem::too_many)
}

/// Whom a request counts for: the subject of its access token, if that is one of ours. Whether the
/// token still opens anything is the handler's to find out.
async fn asking(state: &State, request: &ServiceRequest) -> Result<ApiCaller, ServerError> {
    let header = request.headers().get(AUTHORIZATION);
    let header = header.and_then(|value| value.to_str().ok());
    if let Some(Ok((_, token))) = header.map(access_token_from_header)
        && let Some(claims) = verify_own(state, token).await?
    {
        return Ok(match UserId::parse(&claims.sub) {
            Some(user) => ApiCaller::Account(user),
            None => ApiCaller::Client(claims.sub),
        });
    }
    if PRESENT_TOKENS.contains(&request.path()) {
        return Ok(ApiCaller::PresentsToken);
    }
    Ok(ApiCaller::Anonymous)
}

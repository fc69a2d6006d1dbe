//! Hourly limits of the API, announced in every response.

use actix_web::http::header::AUTHORIZATION;
use doorward_domain::model::UserId;
use doorward_oauth::userinfo::verify_access_token;
use doorward_protocol::bearer::access_token_from_header;
use doorward_services::limits::ApiCaller;

use super::Problem;
use crate::allowance;
use crate::prelude::*;
use crate::request::received_request;
use crate::web_context::WebContext;

/// Endpoints that check a token in the body. A refresh family in continuous use is not anonymous,
/// and guessing 256 random bits needs no limit.
const PRESENT_TOKENS: [&str; 2] = ["/api/auth/token/refresh", "/api/auth/token/verify"];

/// Counts each request before its handler runs.
pub(super) async fn hourly<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    match count(&request).await {
        Ok(budget) => {
            let mut response = next.call(request).await?;
            allowance::from_status(&budget).append(response.headers_mut());
            Ok(response.map_into_left_body())
        }
        Err(rejected) => {
            let id = received_request::request_id(request.request());
            let response: HttpResponse = rejected.respond(&id);
            Ok(request.into_response(response).map_into_right_body())
        }
    }
}

async fn count(request: &ServiceRequest) -> Result<LimitStatus, Problem> {
    let Some(web) = request.app_data::<Data<WebContext>>() else {
        return Err(ServerError::Internal("no state".to_owned()).into());
    };
    let context = &web.context;
    let asking = asking(context, request).await?;
    let caller = received_request::caller(request.request());
    let roles = match &asking {
        ApiCaller::Account(user) if context.limits.rate_limiter.depends_on_roles() => {
            context
                .directory
                .recent_roles_of_user(&context.core, *user)
                .await?
        }
        _ => Arc::default(),
    };
    let admitted = context
        .limits
        .rate_limiter
        .admit_request(asking, &roles.roles, &caller)
        .await;
    admitted.map_err(Problem::too_many)
}

/// Returns the caller that a request counts for: the subject of its access token, if this server
/// signed it. The handler decides whether the token is still valid.
async fn asking(context: &Context, request: &ServiceRequest) -> Result<ApiCaller, ServerError> {
    let header = header::text(request.headers(), AUTHORIZATION);
    if let Some(Ok((_, token))) = header.map(access_token_from_header)
        && let Some(claims) = verify_access_token(context, token).await?
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

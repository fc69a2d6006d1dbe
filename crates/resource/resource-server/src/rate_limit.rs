//! Rate limits of the API: per minute by the roles of the token, or per hour by API key. All
//! processes share the counters if configured, otherwise each counts in memory. The `RateLimit`
//! header fields contain the remaining requests (draft-ietf-httpapi-ratelimit-headers-10).

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use doorward_access::Access;
use doorward_access::guard::{API_KEY, CallerAddress};
use doorward_http_common::rate_limit_headers::Allowance;
use doorward_protocol::bearer;
use sha2::{Digest as _, Sha256};

use crate::address;
use crate::caller_rate_limiter::{MINUTE, Quota};
use crate::config::Config;
use crate::mcp;
use crate::problem::Problem;
use crate::routes;
use crate::state::State;

/// Counts the API requests of authenticated callers (middleware around every route). The route
/// itself rejects other callers.
pub(crate) async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if let Some(address) = address::from_request(request.request()) {
        // Also used by the guard, which counts invalid keys by address.
        request.extensions_mut().insert(CallerAddress(address));
    }
    let state = request.app_data::<web::Data<State>>().cloned();
    let counted = match (caller(&request).await, state) {
        (Some((caller, quota)), Some(state)) => {
            let now = state.clock.now();
            let left = state.throttle.admit(caller, &quota, now).await;
            Some((quota, left))
        }
        _ => None,
    };
    let mut response = match &counted {
        Some((_, left)) if !left.admitted => request
            .error_response(Problem::too_many(left.seconds))
            .map_into_right_body(),
        _ => next.call(request).await?.map_into_left_body(),
    };
    if let Some((quota, left)) = &counted {
        let allowance = Allowance {
            name: &quota.name,
            quota: quota.requests.into(),
            window: quota.window.unsigned_abs(),
            remaining: left.requests.into(),
            reset: left.seconds,
            is_exhausted: !left.admitted,
        };
        allowance.insert(response.headers_mut());
    }
    Ok(response)
}

async fn caller(request: &ServiceRequest) -> Option<([u8; 32], Quota)> {
    let is_mcp = request.path() == mcp::PATH;
    let is_counted = ["/api/", "/access/"]
        .iter()
        .any(|base| request.path().starts_with(base));
    if !is_mcp && !is_counted {
        return None;
    }
    let config = request.app_data::<web::Data<Config>>()?;
    let (limits, multiplier) = (&config.limits, config.limits_multiplier);
    if let Some(key) = request.headers().get(API_KEY) {
        let name = Sha256::digest(key.as_bytes()).into();
        return Some((name, Quota::of_key(limits).scaled(multiplier)));
    }
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (_, token) = bearer::access_token_from_header(header).ok()?;
    let access: &Access = if is_mcp {
        &request.app_data::<web::Data<mcp::McpAccess>>()?.0
    } else {
        request.app_data::<web::Data<Access>>()?
    };
    let is_opaque = !token.contains('.');
    // A cached token costs one hash, or one lookup of the issuer's last response.
    let result = if !is_opaque {
        access.authenticate(token).await
    } else if routes::accepts_reference_tokens(request.path()) {
        access.authenticate_reference(token).await
    } else {
        return None;
    };
    let Ok(principal) = result else {
        // Invalid tokens have separate counters: each attempt costs an introspection.
        let plain = Quota {
            name: "token".to_owned(),
            requests: limits.requests,
            window: MINUTE,
        };
        let name = Sha256::digest(token.as_bytes()).into();
        return is_opaque.then(|| (name, plain.scaled(multiplier)));
    };
    let mut name = Sha256::new();
    for part in [
        access.audience(),
        principal.org.as_deref().unwrap_or_default(),
        &principal.subject,
        &principal.client_id,
    ] {
        name.update((part.len() as u64).to_be_bytes());
        name.update(part.as_bytes());
    }
    Some((
        name.finalize().into(),
        Quota::for_principal(&principal, limits).scaled(multiplier),
    ))
}

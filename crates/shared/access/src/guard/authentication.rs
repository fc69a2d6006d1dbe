//! Authentication of a request: reads its only credential and validates it.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use actix_web::{HttpMessage as _, HttpRequest};
use doorward_protocol::bearer::{self, BearerError};
use doorward_protocol::token::TokenType;

use super::accepted_credentials::AcceptedCredentials;
use super::error::GuardError;
use super::header::{Twice, only};
use super::sender_constraint;
use crate::access::{Access, AuthError};
use crate::principal::Principal;

/// Header field of an API key.
pub const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// The caller's address, if it differs from the peer of the connection. Set it as a request
/// extension, only from forwarded headers of trusted proxies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallerAddress(pub IpAddr);

/// Returns the address of the caller.
pub fn caller_address(request: &HttpRequest) -> Option<IpAddr> {
    let error = request.extensions().get::<CallerAddress>().copied();
    let address = match error {
        Some(CallerAddress(address)) => Some(address),
        None => request.peer_addr().map(|peer| peer.ip()),
    };
    address.map(|address| address.to_canonical())
}

/// Returns the sender of a request without checking permissions, for handlers with their own rules.
/// The route's [`AcceptedCredentials`] decide which credentials are accepted.
pub async fn authenticate(
    access: &Access,
    request: &HttpRequest,
) -> Result<Arc<Principal>, GuardError> {
    let admission = AcceptedCredentials::from_request(request);
    let authorization =
        only(request, &AUTHORIZATION).map_err(|Twice| GuardError::ambiguous(access))?;
    let key = only(request, &API_KEY).map_err(|Twice| GuardError::ambiguous(access))?;
    // Ignores tokens in the query and the body (RFC 9700 §4.3.2).
    match (authorization, key) {
        (Some(_), Some(_)) => Err(GuardError::two_proofs(access)),
        (Some(header), None) => by_token(access, request, admission, header).await,
        (None, Some(header)) if admission.api_keys => by_key(access, request, header).await,
        (None, _) => Err(GuardError::no_token(access, admission)),
    }
}

async fn by_token(
    access: &Access,
    request: &HttpRequest,
    admission: AcceptedCredentials,
    header: &HeaderValue,
) -> Result<Arc<Principal>, GuardError> {
    let token = header.to_str().map_err(|_| BearerError::Malformed);
    let (scheme, token) = match token.and_then(bearer::access_token_from_header) {
        Ok(found) => found,
        Err(BearerError::OtherScheme) => return Err(GuardError::no_token(access, admission)),
        Err(problem) => {
            let scheme = TokenType::Bearer;
            return Err(GuardError::invalid_token(access, request, scheme, &problem));
        }
    };
    let found = if admission.reference_tokens && !is_signed(token) {
        by_reference(access, token).await
    } else if admission.signed_tokens {
        access.authenticate(token).await
    } else {
        let reason = "tokens of this kind are not accepted here";
        return Err(GuardError::invalid_token(access, request, scheme, &reason));
    };
    let principal = found.map_err(|failure| match failure {
        AuthError::Invalid(rejection) => {
            GuardError::invalid_token(access, request, scheme, &rejection)
        }
        AuthError::Refused => {
            let reason = "the token is not valid for this resource";
            GuardError::invalid_token(access, request, scheme, &reason)
        }
        AuthError::Unavailable { retry_after } => GuardError::unavailable(retry_after),
    })?;
    // Checked here, on the path of every route, so that no route can omit it.
    sender_constraint::check(access, request, (scheme, token), &principal).await?;
    Ok(principal)
}

/// Returns true for a JWS in compact form, which has three parts (RFC 7515 §3.1).
fn is_signed(token: &str) -> bool {
    token.split('.').count() == 3
}

async fn by_key(
    access: &Access,
    request: &HttpRequest,
    header: &HeaderValue,
) -> Result<Arc<Principal>, GuardError> {
    let address = caller_address(request);
    let now = access.clock().now();
    if let Some(wait) = address.and_then(|address| access.lockout().wait(address, now)) {
        return Err(GuardError::locked_out(wait));
    }
    let found = match header.to_str() {
        Ok(key) => key_holder(access, key, address).await,
        Err(_) => Err(AuthError::Refused),
    };
    found.map_err(|failure| match failure {
        AuthError::Unavailable { retry_after } => GuardError::unavailable(retry_after),
        AuthError::Refused => {
            if let Some(address) = address {
                access.lockout().count(address, now);
            }
            GuardError::invalid_key(access, request)
        }
        // The key is known: it is no attempt to find one.
        AuthError::Invalid(rejection) => {
            GuardError::invalid_token(access, request, TokenType::Bearer, &rejection)
        }
    })
}

#[cfg(feature = "introspection")]
async fn by_reference(access: &Access, token: &str) -> Result<Arc<Principal>, AuthError> {
    access.authenticate_reference(token).await
}

#[cfg(feature = "introspection")]
async fn key_holder(
    access: &Access,
    key: &str,
    address: Option<IpAddr>,
) -> Result<Arc<Principal>, AuthError> {
    access.authenticate_key(key, address).await
}

/// Rejects reference tokens, because introspection is not compiled in.
#[cfg(not(feature = "introspection"))]
async fn by_reference(_: &Access, _: &str) -> Result<Arc<Principal>, AuthError> {
    Err(AuthError::Refused)
}

#[cfg(not(feature = "introspection"))]
async fn key_holder(_: &Access, _: &str, _: Option<IpAddr>) -> Result<Arc<Principal>, AuthError> {
    Err(AuthError::Refused)
}

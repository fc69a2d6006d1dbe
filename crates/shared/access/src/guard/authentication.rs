//! Authentication of a request: reads its only credential and validates it.

use std::net::IpAddr;
use std::sync::Arc;

use doorward_protocol::bearer::{self, BearerError};
use doorward_protocol::token::TokenType;

use super::error::GuardError;
use super::request::{Field, Proved, Request};
use super::sender_constraint;
use crate::access::{Access, AuthError};
use crate::principal::Principal;

/// Header field of an API key.
pub(crate) const API_KEY: &str = "x-api-key";

/// A sender, and the mark to set on the request if a DPoP proof was consumed.
pub(crate) type Sender = (Arc<Principal>, Option<Proved>);

/// Returns the sender of a request without checking permissions.
pub(crate) async fn authenticate(
    access: &Access,
    request: &Request<'_>,
) -> Result<Sender, GuardError> {
    // Ignores tokens in the query and the body (RFC 9700 §4.3.2).
    match (request.authorization, request.api_key) {
        (Field::Repeated, _) | (_, Field::Repeated) => Err(GuardError::ambiguous(access)),
        (Field::Once(_), Field::Once(_)) => Err(GuardError::two_proofs(access)),
        (Field::Once(header), Field::Missing) => by_token(access, request, header).await,
        (Field::Missing, Field::Once(key)) if request.admission.api_keys => {
            Ok((by_key(access, request, key).await?, None))
        }
        (Field::Missing, _) => Err(GuardError::no_token(access, request.admission)),
    }
}

async fn by_token(
    access: &Access,
    request: &Request<'_>,
    header: Option<&str>,
) -> Result<Sender, GuardError> {
    let (admission, target) = (request.admission, request.target);
    let token = header.ok_or(BearerError::Malformed);
    let (scheme, token) = match token.and_then(bearer::access_token_from_header) {
        Ok(found) => found,
        Err(BearerError::OtherScheme) => return Err(GuardError::no_token(access, admission)),
        Err(problem) => {
            let scheme = TokenType::Bearer;
            return Err(GuardError::invalid_token(access, target, scheme, &problem));
        }
    };
    let found = if admission.reference_tokens && !is_signed(token) {
        by_reference(access, token).await
    } else if admission.signed_tokens {
        access.authenticate(token).await
    } else {
        let reason = "tokens of this kind are not accepted here";
        return Err(GuardError::invalid_token(access, target, scheme, &reason));
    };
    let principal = found.map_err(|failure| match failure {
        AuthError::Invalid(rejection) => {
            GuardError::invalid_token(access, target, scheme, &rejection)
        }
        AuthError::Refused => {
            let reason = "the token is not valid for this resource";
            GuardError::invalid_token(access, target, scheme, &reason)
        }
        AuthError::Unavailable { retry_after } => GuardError::unavailable(retry_after),
    })?;
    // Checked here, on the path of every route, so that no route can omit it.
    let proved = sender_constraint::check(access, request, (scheme, token), &principal).await?;
    Ok((principal, proved))
}

/// Returns true for a JWS in compact form, which has three parts (RFC 7515 §3.1).
fn is_signed(token: &str) -> bool {
    token.split('.').count() == 3
}

async fn by_key(
    access: &Access,
    request: &Request<'_>,
    key: Option<&str>,
) -> Result<Arc<Principal>, GuardError> {
    let address = request.address;
    let now = access.clock().now();
    if let Some(wait) = address.and_then(|address| access.lockout().wait(address, now)) {
        return Err(GuardError::locked_out(wait));
    }
    let found = match key {
        Some(key) => key_holder(access, key, address).await,
        None => Err(AuthError::Refused),
    };
    found.map_err(|failure| match failure {
        AuthError::Unavailable { retry_after } => GuardError::unavailable(retry_after),
        AuthError::Refused => {
            if let Some(address) = address {
                access.lockout().count(address, now);
            }
            GuardError::invalid_key(access, request.target)
        }
        // The key is known: it is no attempt to find one.
        AuthError::Invalid(rejection) => {
            GuardError::invalid_token(access, request.target, TokenType::Bearer, &rejection)
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

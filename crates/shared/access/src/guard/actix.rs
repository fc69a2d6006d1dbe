//! The guards on requests and responses of actix-web.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderName};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, ResponseError, web};
use futures_util::future::LocalBoxFuture;

use super::accepted_credentials::AcceptedCredentials;
use super::allowed::{self, Allowed, RouteGuard};
use super::authentication;
use super::certificate::CallerCertificate;
use super::error::GuardError;
use super::request::{CallerAddress, Field, Proved, Request, Target};
use super::sender_constraint;
use crate::access::Access;
use crate::principal::Principal;
use crate::rbac::{Assurance, Requirement};

/// Header field of an API key.
pub const API_KEY: HeaderName = HeaderName::from_static(authentication::API_KEY);
/// Header field of a DPoP proof.
pub const DPOP: HeaderName = HeaderName::from_static(sender_constraint::DPOP);

/// Returns the address of the caller.
pub fn caller_address(request: &HttpRequest) -> Option<IpAddr> {
    let set = request.extensions().get::<CallerAddress>().copied();
    let address = match set {
        Some(CallerAddress(address)) => Some(address),
        None => request.peer_addr().map(|peer| peer.ip()),
    };
    address.map(|address| address.to_canonical())
}

/// Returns the certificate of the sender. The connection's own certificate takes precedence over
/// that of a proxy.
pub fn caller_certificate(request: &HttpRequest) -> Option<CallerCertificate> {
    let own = request.conn_data::<CallerCertificate>().cloned();
    own.or_else(|| request.extensions().get::<CallerCertificate>().cloned())
}

/// Returns the sender of a request without checking permissions, for handlers with their own rules.
/// The route's [`AcceptedCredentials`] decide which credentials are accepted.
pub async fn authenticate(
    access: &Access,
    request: &HttpRequest,
) -> Result<Arc<Principal>, GuardError> {
    let (principal, proved) = authentication::authenticate(access, &read(request)).await?;
    if let Some(proved) = proved {
        request.extensions_mut().insert(proved);
    }
    Ok(principal)
}

/// Checks a requirement for an authenticated caller, if it is known only after the request was
/// read, such as the tool that the caller invokes.
///
/// # Errors
/// 403 without the permission or the scope (RFC 6750 §3.1), or for a client that acts for itself where
/// a sign-in is required; 401 after too weak or too old a sign-in (RFC 9470 §3).
pub fn permit(
    access: &Access,
    request: &HttpRequest,
    principal: &Principal,
    requirement: &Requirement,
    required: &Assurance,
) -> Result<(), GuardError> {
    allowed::permit(access, target(request), principal, requirement, required)
}

fn target(request: &HttpRequest) -> Target<'_> {
    Target {
        method: request.method().as_str(),
        path: request.path(),
    }
}

fn read(request: &HttpRequest) -> Request<'_> {
    let field = |name: &HeaderName| {
        let values = request.headers().get_all(name);
        Field::of(values.map(|value| value.to_str().ok()))
    };
    let admission = request.app_data::<AcceptedCredentials>();
    Request {
        target: target(request),
        authorization: field(&AUTHORIZATION),
        api_key: field(&API_KEY),
        dpop: field(&DPOP),
        certificate: caller_certificate(request),
        address: caller_address(request),
        admission: admission.copied().unwrap_or_default(),
        proved: request.extensions().get::<Proved>().copied(),
    }
}

impl<G: RouteGuard> FromRequest for Allowed<G> {
    type Error = GuardError;
    type Future = LocalBoxFuture<'static, Result<Self, GuardError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let Some(access) = request.app_data::<web::Data<Access>>() else {
                return Err(GuardError::misconfigured());
            };
            let principal = authenticate(access, &request).await?;
            Self::admit(access, &read(&request), principal)
        })
    }
}

impl ResponseError for GuardError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        for field in self.fields() {
            response.append_header(field);
        }
        if let Some(denied) = self.denied_context() {
            response.extensions_mut().insert(denied.clone());
        }
        response.body(self.body())
    }
}

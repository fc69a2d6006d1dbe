//! The access token of a request, and its proof of possession (RFC 9449).

use doorward_oauth::dpop::{PresentedToken, SenderProof};
use doorward_protocol::bearer::{BearerError, Challenge, access_token_from_header};
use doorward_protocol::token::TokenType;
use url::Url;

use super::certificate;
use super::request::{method, path, received_request};
use crate::prelude::*;

pub const DPOP: HeaderName = HeaderName::from_static("dpop");

/// Name of the header with the nonce for the next proof (RFC 9449 §8.1).
pub const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

const REALM: &str = "doorward";

/// Returns the proofs of a request with the values they must contain. The URL is the published one:
/// no header decides it.
pub fn sent(core: &Core, request: &HttpRequest) -> SenderProof {
    let proofs = request.headers().get_all(&DPOP);
    // A value that is not ASCII is an invalid proof.
    let proofs = proofs.map(|proof| proof.to_str().unwrap_or_default().to_owned());
    SenderProof {
        proofs: proofs.collect(),
        method: method::sent_method(request),
        uri: format!(
            "{}{}",
            request_origin(core, request),
            path::written(request)
        ),
        // An unreadable certificate proves nothing.
        certificate: certificate::from_request(core, request)
            .ok()
            .flatten()
            .map(|displayed| displayed.thumbprint),
        caller: received_request::caller(request),
    }
}

/// Returns the origin that the request was sent to: the issuer, the host for clients with
/// certificates (RFC 8705 §5), or the host of an organization (decision 42).
fn request_origin(core: &Core, request: &HttpRequest) -> String {
    let issuer = core.issuer();
    if let Some(origin) = &core.config.mtls.public_url
        && received_request::is_at_mtls(request)
    {
        return origin.clone();
    }
    let Some(host) = received_request::tenant_host(request) else {
        return issuer.to_owned();
    };
    let Ok(mut url) = Url::parse(issuer) else {
        return issuer.to_owned();
    };
    match url.set_host(Some(&host)) {
        Ok(()) => url.origin().ascii_serialization(),
        Err(_) => issuer.to_owned(),
    }
}

/// Returns the access token of an `Authorization` header with its proof of possession.
pub fn presented_token(
    core: &Core,
    request: &HttpRequest,
    header: &str,
) -> Result<PresentedToken, BearerError> {
    let (scheme, token) = access_token_from_header(header)?;
    Ok(PresentedToken {
        token: token.to_owned(),
        scheme,
        sent: sent(core, request),
    })
}

pub fn challenge(scheme: TokenType) -> Challenge {
    match scheme {
        TokenType::Bearer => Challenge::bearer().realm(REALM),
        TokenType::Dpop => Challenge::dpop(&doorward_access::jwt::dpop::algs()).realm(REALM),
    }
}

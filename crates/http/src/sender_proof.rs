//! What a request says about who sends it: its access token, and its proof of possession (RFC 9449).

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use doorward_protocol::bearer::{BearerError, Challenge, access_token_from_header};
use doorward_protocol::token::TokenType;
use doorward_services::dpop::{PresentedToken, SenderProof};
use doorward_services::state::State;
use url::Url;

use super::request::arrival;
use super::{certificate, middleware};

/// The header field that carries a proof.
pub const DPOP: HeaderName = HeaderName::from_static("dpop");

/// The header field that tells the nonce of the next proof (RFC 9449 §8.1).
pub const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// The realm of challenges.
const REALM: &str = "doorward";

/// The proofs of a request, with what they have to name. The address is the one that is published:
/// no header says where a client believes to be (SECURITY HD-2).
pub fn sent(state: &State, request: &HttpRequest) -> SenderProof {
    let proofs = request.headers().get_all(&DPOP);
    // What is not ASCII is no proof.
    let proofs = proofs.map(|proof| proof.to_str().unwrap_or_default().to_owned());
    SenderProof {
        proofs: proofs.collect(),
        method: request.method().to_string(),
        uri: format!(
            "{}{}",
            place(state, request),
            middleware::written_path(request)
        ),
        // What cannot be read proves nothing.
        certificate: certificate::of(state, request)
            .ok()
            .flatten()
            .map(|shown| shown.thumbprint),
        caller: arrival::caller(request),
    }
}

/// The issuer, the host where clients show certificates (RFC 8705 §5), or the host of the organization that the request was sent to (decision 42).
fn place(state: &State, request: &HttpRequest) -> String {
    let issuer = state.issuer();
    if let Some(origin) = &state.config.mtls.public_url
        && arrival::is_at_mtls(request)
    {
        return origin.clone();
    }
    let domain = state.config.organizations.base_domain();
    let (Some(slug), Some(domain)) = (arrival::tenant(request), domain) else {
        return issuer.to_owned();
    };
    let host = format!("{slug}.{domain}");
    let Ok(mut url) = Url::parse(issuer) else {
        return issuer.to_owned();
    };
    match url.set_host(Some(&host)) {
        Ok(()) => url.origin().ascii_serialization(),
        Err(_) => issuer.to_owned(),
    }
}

/// The access token of an `Authorization` header, with what came with it.
///
/// # Errors
/// [`BearerError`].
pub fn brought(
    state: &State,
    request: &HttpRequest,
    header: &str,
) -> Result<PresentedToken, BearerError> {
    let (scheme, token) = access_token_from_header(header)?;
    Ok(PresentedToken {
        token: token.to_owned(),
        scheme,
        sent: sent(state, request),
    })
}

/// The challenge of the scheme that a token came by, or has to come by.
pub fn challenge(scheme: TokenType) -> Challenge {
    match scheme {
        TokenType::Bearer => Challenge::bearer().realm(REALM),
        TokenType::Dpop => Challenge::dpop(&doorward_access::jwt::dpop::algs()).realm(REALM),
    }
}

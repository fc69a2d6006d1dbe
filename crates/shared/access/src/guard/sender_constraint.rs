//! Sender constraints of a request: a key-bound token needs a DPoP proof (RFC 9449 §7), a
//! certificate-bound token needs that certificate on the connection (RFC 8705 §3).

use actix_web::http::header::HeaderName;
use actix_web::{HttpMessage as _, HttpRequest};
use doorward_protocol::error::ErrorCode;
use doorward_protocol::token::TokenType;
use sha2::{Digest, Sha256};

use super::certificate::{CallerCertificate, caller_certificate};
use super::error::GuardError;
use super::header::only;
use crate::access::Access;
use crate::jwt::dpop::{self, Expected};
use crate::principal::Principal;
use crate::sender_constraint::{self, ProofRequirement};

/// Header field of a DPoP proof.
pub const DPOP: HeaderName = HeaderName::from_static("dpop");

/// Request extension that marks the proof for the token with this digest as verified, so that a
/// second check of the same request does not reject it as a replay.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Proved([u8; 32]);

/// Checks the sender constraint ([`sender_constraint::check`]) and the DPoP proof if one is
/// required.
pub(super) async fn check(
    access: &Access,
    request: &HttpRequest,
    (scheme, token): (TokenType, &str),
    principal: &Principal,
) -> Result<(), GuardError> {
    let reject = |code, why: &str| {
        let scheme = TokenType::Dpop;
        Err(GuardError::unproved(access, request, scheme, code, why))
    };
    let certificate = caller_certificate(request);
    let certificate = certificate.as_ref().map(CallerCertificate::thumbprint);
    let demand =
        match sender_constraint::check(scheme, principal.confirmation.as_ref(), certificate) {
            Ok(demand) => demand,
            Err(mismatch) => {
                let (code, why) = (ErrorCode::InvalidToken, mismatch.to_string());
                let scheme = mismatch.scheme();
                return Err(GuardError::unproved(access, request, scheme, code, &why));
            }
        };
    let jkt = match demand {
        ProofRequirement::Proof(jkt) => jkt,
        ProofRequirement::Nothing if !access.requires_dpop() => return Ok(()),
        ProofRequirement::Nothing => {
            let why = "only tokens that are bound to a key by DPoP are accepted here";
            return reject(ErrorCode::InvalidToken, why);
        }
    };
    let proved = Proved(Sha256::digest(token.as_bytes()).into());
    if request.extensions().get::<Proved>() == Some(&proved) {
        return Ok(());
    }
    let Some(origin) = access.origin() else {
        tracing::error!("the origin of this service is not set: DPoP proofs cannot be checked");
        return Err(GuardError::misconfigured());
    };
    // RFC 9449 §4.3 check 1.
    let proof = match only(request, &DPOP) {
        Ok(Some(proof)) => proof.to_str().unwrap_or_default(),
        Ok(None) => return reject(ErrorCode::InvalidDpopProof, "there is no DPoP proof"),
        Err(_) => return reject(ErrorCode::InvalidDpopProof, "there are several DPoP proofs"),
    };
    let now = access.clock().now();
    let expected = Expected {
        method: request.method().as_str(),
        uri: &format!("{origin}{}", request.path()),
        access_token: Some(token),
        now,
    };
    let proof = match dpop::verify(proof, &expected) {
        Ok(proof) => proof,
        Err(rejection) => return reject(ErrorCode::InvalidDpopProof, &rejection.to_string()),
    };
    if proof.jkt != jkt {
        let why = "the token is bound to another key than that of the DPoP proof";
        return reject(ErrorCode::InvalidToken, why);
    }
    let claim = access.used_proofs();
    match claim.claim(&proof.name(), proof.expires_at(), now).await {
        Ok(true) => {
            request.extensions_mut().insert(proved);
            Ok(())
        }
        Ok(false) => reject(
            ErrorCode::InvalidDpopProof,
            "the DPoP proof was used before",
        ),
        Err(unavailable) => {
            tracing::error!(%unavailable, "a proof could not be checked");
            Err(GuardError::unavailable(1))
        }
    }
}

#[cfg(test)]
mod tests;

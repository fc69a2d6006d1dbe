//! Sender constraints of a request: a key-bound token needs a DPoP proof (RFC 9449 §7), a
//! certificate-bound token needs that certificate on the connection (RFC 8705 §3).

use doorward_protocol::error::ErrorCode;
use doorward_protocol::token::TokenType;
use sha2::{Digest, Sha256};

use super::certificate::CallerCertificate;
use super::error::GuardError;
use super::request::{Field, Proved, Request};
use crate::access::Access;
use crate::jwt::dpop::{self, Expected};
use crate::principal::Principal;
use crate::sender_constraint::{self, ProofRequirement};

/// Header field of a DPoP proof.
pub(crate) const DPOP: &str = "dpop";

/// Checks the sender constraint ([`sender_constraint::check`]) and the DPoP proof if one is
/// required. Returns the mark of a request whose proof was consumed.
pub(super) async fn check(
    access: &Access,
    request: &Request<'_>,
    (scheme, token): (TokenType, &str),
    principal: &Principal,
) -> Result<Option<Proved>, GuardError> {
    let target = request.target;
    let reject = |code, why: &str| {
        let scheme = TokenType::Dpop;
        Err(GuardError::unproved(access, target, scheme, code, why))
    };
    let certificate = request
        .certificate
        .as_ref()
        .map(CallerCertificate::thumbprint);
    let demand =
        match sender_constraint::check(scheme, principal.confirmation.as_ref(), certificate) {
            Ok(demand) => demand,
            Err(mismatch) => {
                let (code, why) = (ErrorCode::InvalidToken, mismatch.to_string());
                let scheme = mismatch.scheme();
                return Err(GuardError::unproved(access, target, scheme, code, &why));
            }
        };
    let jkt = match demand {
        ProofRequirement::Proof(jkt) => jkt,
        ProofRequirement::Nothing if !access.requires_dpop() => return Ok(None),
        ProofRequirement::Nothing => {
            let why = "only tokens that are bound to a key by DPoP are accepted here";
            return reject(ErrorCode::InvalidToken, why);
        }
    };
    let proved = Proved(Sha256::digest(token.as_bytes()).into());
    if request.proved == Some(proved) {
        return Ok(None);
    }
    let Some(origin) = access.origin() else {
        tracing::error!("the origin of this service is not set: DPoP proofs cannot be checked");
        return Err(GuardError::misconfigured());
    };
    // RFC 9449 §4.3 check 1.
    let proof = match request.dpop {
        Field::Once(proof) => proof.unwrap_or_default(),
        Field::Missing => return reject(ErrorCode::InvalidDpopProof, "there is no DPoP proof"),
        Field::Repeated => {
            return reject(ErrorCode::InvalidDpopProof, "there are several DPoP proofs");
        }
    };
    let now = access.clock().now();
    let expected = Expected {
        method: target.method,
        uri: &format!("{origin}{}", target.path),
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
        Ok(true) => Ok(Some(proved)),
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
#[cfg(feature = "actix")]
mod tests;

//! Proofs of possession (DPoP, RFC 9449): determines the key that the sender of a request holds,
//! and checks that an access token is bound to it or to the sender's certificate (RFC 8705).

use doorward_access::jwt::dpop::{self, Expected, Proof};
use doorward_access::sender_constraint::{self, ProofRequirement};
use doorward_protocol::token::TokenType;
use doorward_rules::dpop_nonce;
use doorward_rules::sender_constraint::PendingProof;
use doorward_services::transaction;

use super::grant_state::{TokenStatus, token_status};
use super::replay::{self, ReplayedProof};
use crate::prelude::*;

#[derive(Clone, Debug)]
pub struct SenderProof {
    /// The unparsed `DPoP` header fields.
    pub proofs: Vec<String>,
    pub method: String,
    /// The public URL of the request, without query.
    pub uri: String,
    /// The `x5t#S256` of the presented certificate.
    pub certificate: Option<String>,
    /// The sender, for the log.
    pub caller: Caller,
}

#[derive(Clone, Debug)]
pub struct PresentedToken {
    pub token: String,
    pub scheme: TokenType,
    pub sent: SenderProof,
}

/// Returns the keys that the sender of a token request has proved by its DPoP proof and its
/// certificate. The proof is verified here, and consumed by
/// `token::transaction::in_write`.
///
/// # Errors
/// `invalid_dpop_proof` (RFC 9449 §5), `use_dpop_nonce` (§8).
pub fn proved(
    context: &Context,
    sent: &SenderProof,
    certificate: Option<String>,
) -> FlowResult<ProvenKeys> {
    let Some(proof) = verify(&context.core, sent, None)? else {
        return Ok(ProvenKeys {
            certificate,
            ..ProvenKeys::default()
        });
    };
    check_nonce(context, &proof)?;
    Ok(ProvenKeys {
        proof: Some(pending(&proof)?),
        jkt: Some(proof.jkt),
        certificate,
    })
}

fn pending(proof: &Proof) -> Result<PendingProof> {
    let name = TokenHash::from_slice(&proof.name());
    let name =
        name.ok_or_else(|| ServerError::Internal("a proof name is not a hash".to_owned()))?;
    Ok(PendingProof {
        name,
        expires_at: proof.expires_at(),
        alg: proof.alg,
    })
}

/// The rejection of a token whose sender lacks the required proof.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unproved {
    pub error: OAuthError,
    pub scheme: TokenType,
}

impl From<OAuthError> for Unproved {
    fn from(error: OAuthError) -> Self {
        let scheme = TokenType::Dpop;
        Self { error, scheme }
    }
}

/// Checks that the sender of a valid access token may use it
/// (`doorward_access::sender_constraint`).
///
/// # Errors
/// `invalid_token`, or `invalid_dpop_proof` for an invalid proof.
pub async fn check_sender(
    context: &Context,
    presented: &PresentedToken,
    claims: &AccessTokenClaims,
) -> FlowResult<(), Unproved> {
    let core = &context.core;
    let reject = |error: OAuthError| Err(FlowError::Rejected(error.into()));
    let certificate = presented.sent.certificate.as_deref();
    let jkt = match sender_constraint::check(presented.scheme, claims.cnf.as_ref(), certificate) {
        Ok(ProofRequirement::Nothing) => return Ok(()),
        Ok(ProofRequirement::Proof(jkt)) => jkt,
        Err(mismatch) => {
            return Err(FlowError::Rejected(Unproved {
                error: OAuthError::new(ErrorCode::InvalidToken, mismatch.to_string()),
                scheme: mismatch.scheme(),
            }));
        }
    };
    let proof = match verify(core, &presented.sent, Some(&presented.token)) {
        Ok(Some(proof)) => proof,
        Ok(None) => return reject(invalid("there is no DPoP proof")),
        Err(error) => return reject(error),
    };
    if proof.jkt != jkt {
        let why = "the token is bound to another key than that of the DPoP proof";
        return reject(OAuthError::new(ErrorCode::InvalidToken, why));
    }
    let again = async || {
        let event = replay::event(core, &presented.sent.caller, ReplayedProof::Dpop);
        let whose = token_holder(context, claims).await?;
        Ok(Some(event.about(whose).through(&claims.client_id)))
    };
    match use_up(core, &proof, again).await {
        Ok(()) => Ok(()),
        Err(FlowError::Rejected(error)) => reject(error),
        Err(FlowError::Server(server_error)) => Err(FlowError::Server(server_error)),
    }
}

/// Returns the user or client of a token by internal id: a token may contain a pairwise subject
/// (OIDC Core §8).
async fn token_holder(context: &Context, claims: &AccessTokenClaims) -> Result<String> {
    Ok(match token_status(context, claims).await? {
        TokenStatus::User(state) => state.grant.user_id.to_string(),
        TokenStatus::Client | TokenStatus::Inactive(_) => claims.sub.clone(),
    })
}

/// Returns the nonce that a proof for this server needs now; `None` if nonces are not required.
pub fn nonce(context: &Context) -> Option<String> {
    let core = &context.core;
    let is_needed = core.config.tokens.require_dpop_nonce;
    is_needed.then(|| dpop_nonce::current(context.issuing.dpop_nonce_key.expose(), core.now()))
}

fn check_nonce(context: &Context, proof: &Proof) -> Result<(), OAuthError> {
    let core = &context.core;
    if !core.config.tokens.require_dpop_nonce {
        return Ok(());
    }
    let keys = &context.issuing.dpop_nonce_key;
    let is_good = |nonce: &String| {
        let mut all = keys.all();
        all.any(|key| dpop_nonce::is_current(key, nonce, core.now()))
    };
    if proof.nonce.as_ref().is_some_and(is_good) {
        return Ok(());
    }
    Err(OAuthError::new(
        ErrorCode::UseDpopNonce,
        "the DPoP proof needs the nonce of the header DPoP-Nonce",
    ))
}

fn verify(
    core: &Core,
    sent: &SenderProof,
    access_token: Option<&str>,
) -> Result<Option<Proof>, OAuthError> {
    let proof = match sent.proofs.as_slice() {
        [] => return Ok(None),
        [one] => one,
        // RFC 9449 §4.3 check 1.
        _ => return Err(invalid("there are several DPoP proofs")),
    };
    let expected = Expected {
        method: &sent.method,
        uri: &sent.uri,
        access_token,
        now: core.now(),
    };
    let verified = dpop::verify(proof, &expected);
    verified
        .map(Some)
        .map_err(|rejection| invalid(rejection.to_string()))
}

/// Consumes the proof presented with an access token, also with concurrent requests (RFC 9449
/// §11.1). If it was used before, `again` builds the audit event of the replay.
async fn use_up(
    core: &Core,
    proof: &Proof,
    again: impl AsyncFn() -> Result<Option<AuditEvent>>,
) -> FlowResult<()> {
    let PendingProof {
        name, expires_at, ..
    } = pending(proof)?;
    let is_first = transaction::in_transaction(&core.db, async |tx| {
        Ok::<_, FlowError>(repo::replay_markers::insert_unique(tx, &name, expires_at).await?)
    })
    .await?;
    if is_first {
        return Ok(());
    }
    let event = again().await?;
    transaction::in_recording_transaction(&core.db, async |tx| {
        replay::record_event(tx, &name, expires_at, event.clone()).await?;
        Err(used().into())
    })
    .await
}

pub(crate) fn used() -> OAuthError {
    invalid("the DPoP proof was used before")
}

fn invalid(why: impl Into<std::borrow::Cow<'static, str>>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidDpopProof, why)
}

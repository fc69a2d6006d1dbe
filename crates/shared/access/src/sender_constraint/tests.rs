use rstest::rstest;
use serde_json::{Value, json};

use super::*;

const BEARER: TokenType = TokenType::Bearer;
const DPOP: TokenType = TokenType::Dpop;

/// Scheme × `cnf` × certificate of the connection.
#[rstest]
#[case::plain(BEARER, json!(null), None, Ok(ProofRequirement::Nothing))]
#[case::unrequested_certificate(BEARER, json!(null), Some("own"), Ok(ProofRequirement::Nothing))]
#[case::unbound_as_dpop(DPOP, json!(null), None, Err(SenderConstraintError::NoKey))]
#[case::dpop(DPOP, json!({"jkt": "key"}), None, Ok(ProofRequirement::Proof("key")))]
#[case::dpop_with_certificate(DPOP, json!({"jkt": "key"}), Some("own"), Ok(ProofRequirement::Proof("key")))]
#[case::dpop_as_bearer(BEARER, json!({"jkt": "key"}), Some("own"), Err(SenderConstraintError::WithoutProof))]
#[case::bound(BEARER, json!({"x5t#S256": "own"}), Some("own"), Ok(ProofRequirement::Nothing))]
#[case::stolen(BEARER, json!({"x5t#S256": "own"}), Some("other"), Err(SenderConstraintError::OtherCertificate))]
#[case::prefix(BEARER, json!({"x5t#S256": "own"}), Some("ow"), Err(SenderConstraintError::OtherCertificate))]
#[case::without(BEARER, json!({"x5t#S256": "own"}), None, Err(SenderConstraintError::WithoutCertificate))]
#[case::bound_as_dpop(DPOP, json!({"x5t#S256": "own"}), Some("own"), Err(SenderConstraintError::NoKey))]
#[case::twice(DPOP, json!({"jkt": "key", "x5t#S256": "own"}), Some("own"), Ok(ProofRequirement::Proof("key")))]
#[case::twice_half(BEARER, json!({"jkt": "key", "x5t#S256": "own"}), Some("own"), Err(SenderConstraintError::WithoutProof))]
#[case::twice_other_half(DPOP, json!({"jkt": "key", "x5t#S256": "own"}), None, Err(SenderConstraintError::WithoutCertificate))]
#[case::empty(BEARER, json!({}), Some("own"), Err(SenderConstraintError::NotUnderstood))]
#[case::unknown(BEARER, json!({"kid": "own"}), Some("own"), Err(SenderConstraintError::NotUnderstood))]
#[case::unknown_besides(BEARER, json!({"x5t#S256": "own", "kid": "a"}), Some("own"), Err(SenderConstraintError::NotUnderstood))]
fn bound_token_requires_matching_proof_or_certificate(
    #[case] scheme: TokenType,
    #[case] cnf: Value,
    #[case] certificate: Option<&str>,
    #[case] expected: Result<ProofRequirement<'static>, SenderConstraintError>,
) {
    let cnf: Option<Confirmation> = serde_json::from_value(cnf).unwrap();
    assert_eq!(check(scheme, cnf.as_ref(), certificate), expected);
}

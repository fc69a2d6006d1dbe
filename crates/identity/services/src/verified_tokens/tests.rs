use doorward_domain::keys::{KeyRecord, RotationPolicy, generate, plan_rings};
use doorward_domain::model::AccessTokenType;
use doorward_domain::secret::MasterKey;
use doorward_protocol::signing_alg::SigningAlg;
use serde_json::json;

use super::*;

fn ring(records: &[KeyRecord], master: &MasterKey, previous: Option<&KeyRing>) -> KeyRing {
    let plan = plan_rings(records, &SigningAlg::ALL, &RotationPolicy::default(), 150);
    KeyRing::build(records, &plan, master, previous).unwrap()
}

fn claims() -> AccessTokenClaims {
    let claims = json!({
        "iss": "https://id.example", "sub": "alice", "aud": "https://api.example",
        "client_id": "app", "exp": 400, "iat": 100, "jti": "1",
    });
    serde_json::from_value(claims).unwrap()
}

#[test]
fn token_is_verified_again_after_keys_change() {
    let mut rng = rand::rng();
    let master = MasterKey::generate(&mut rng);
    let records =
        [100, 120].map(|at| generate(SigningAlg::Rs256, &master, at - 50, at, &mut rng).unwrap());
    let only = |key: &KeyRecord| ring(std::slice::from_ref(key), &master, None);
    let (first, second) = (only(&records[0]), only(&records[1]));
    let cache = VerifiedTokens::default();
    for (typ, is_access_token) in [
        (AccessTokenType::AtJwt, true),
        (AccessTokenType::Jwt, false),
    ] {
        let token = first.active().sign_access_token(&claims(), typ).unwrap();
        for same in [&first, &ring(&records[..1], &master, Some(&first))] {
            let verified = cache.get_or_verify(same, &token).unwrap();
            assert_eq!(verified.claims, claims());
            assert_eq!(verified.is_access_token, is_access_token);
        }
        // Without the key, the token is not valid, cached or not.
        assert!(cache.get_or_verify(&second, &token).is_none());
        // Together with another published key it is.
        let both = ring(&records, &master, None);
        assert!(cache.get_or_verify(&both, &token).is_some());
        assert!(cache.get_or_verify(&first, &token).is_some());
    }
}

#[test]
fn invalid_tokens_are_rejected() {
    let mut rng = rand::rng();
    let master = MasterKey::generate(&mut rng);
    let record = generate(SigningAlg::Rs256, &master, 50, 100, &mut rng).unwrap();
    let ring = ring(&[record], &master, None);
    let cache = VerifiedTokens::default();
    let token = ring
        .active()
        .sign_access_token(&claims(), AccessTokenType::AtJwt)
        .unwrap();
    assert!(cache.get_or_verify(&ring, &token).is_some());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let logout = ring.active().sign_statement(&json!({ "sub": "alice" }));
    for forged in [
        String::new(),
        format!("{header}.e30.{signature}"),
        format!("{signed}.{}", "A".repeat(signature.len())),
        format!("{token}{}", "A".repeat(MAX_TOKEN_BYTES)),
        // No access token has so few claims.
        logout.unwrap(),
    ] {
        for _ in 0..2 {
            assert!(cache.get_or_verify(&ring, &forged).is_none(), "{forged}");
        }
    }
}

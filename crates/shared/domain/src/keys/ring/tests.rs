use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::*;
use crate::keys::{RotationPolicy, generate, plan_rings};

fn fixture() -> (MasterKey, Vec<KeyRecord>) {
    let mut rng = StdRng::seed_from_u64(2);
    let master = MasterKey::generate(&mut rng);
    let records =
        [100, 200].map(|at| generate(SigningAlg::Rs256, &master, at - 50, at, &mut rng).unwrap());
    (master, records.to_vec())
}

fn ring_at(records: &[KeyRecord], master: &MasterKey, now: i64, last: Option<&KeyRing>) -> KeyRing {
    let plan = plan_rings(records, &SigningAlg::ALL, &RotationPolicy::default(), now);
    KeyRing::build(records, &plan, master, last).unwrap()
}

#[test]
fn ring_signs_with_active_key_and_publishes_both() {
    let (master, records) = fixture();
    let ring = ring_at(&records, &master, 150, None);
    assert_eq!(ring.active().kid(), records[0].kid);
    assert_eq!(
        ring.published(),
        [records[0].kid.clone(), records[1].kid.clone()]
    );
    let jwks: Value = serde_json::from_str(ring.jwks_json()).unwrap();
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 2);
    assert_eq!(jwks["keys"][1]["kid"], Value::from(records[1].kid.as_str()));
}

#[test]
fn no_private_member_is_published_even_from_tampered_row() {
    let (master, mut records) = fixture();
    let mut jwk: Value = serde_json::from_str(&records[0].public_jwk).unwrap();
    for member in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
        jwk[member] = Value::from("secret");
    }
    records[0].public_jwk = jwk.to_string();
    let ring = ring_at(&records, &master, 150, None);
    let jwks: Value = serde_json::from_str(ring.jwks_json()).unwrap();
    for key in jwks["keys"].as_array().unwrap() {
        let mut names: Vec<&String> = key.as_object().unwrap().keys().collect();
        names.sort_unstable();
        assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
    }
}

#[test]
fn rejects_mismatched_public_key() {
    let (master, mut records) = fixture();
    records[0].public_jwk = records[1].public_jwk.clone();
    let plan = plan_rings(&records, &SigningAlg::ALL, &RotationPolicy::default(), 150);
    let built = KeyRing::build(&records, &plan, &master, None);
    assert!(matches!(built, Err(KeyError::Corrupt { kid, .. }) if kid == records[0].kid));
}

#[test]
fn signer_and_document_survive_rebuild() {
    let (master, records) = fixture();
    let first = ring_at(&records, &master, 150, None);
    let same = ring_at(&records, &master, 151, Some(&first));
    assert!(Arc::ptr_eq(first.active(), same.active()));
    assert_eq!(first.jwks_json(), same.jwks_json());
    let next = ring_at(&records, &master, 200, Some(&same));
    assert_eq!(next.active().kid(), records[1].kid);
    assert_ne!(next.jwks_json(), first.jwks_json());
}

#[test]
fn ring_requires_active_key() {
    let (master, _) = fixture();
    let plan = plan_rings(&[], &SigningAlg::ALL, &RotationPolicy::default(), 150);
    let built = KeyRing::build(&[], &plan, &master, None);
    assert!(matches!(built, Err(KeyError::NoActiveKey)));
}

#[test]
fn each_algorithm_has_its_signer_and_published_key() {
    let mut rng = StdRng::seed_from_u64(3);
    let master = MasterKey::generate(&mut rng);
    let records = SigningAlg::ALL.map(|alg| generate(alg, &master, 50, 100, &mut rng).unwrap());
    let ring = ring_at(&records, &master, 150, None);
    for record in &records {
        let signer = ring.signer(record.algorithm).unwrap();
        assert_eq!(signer.kid(), record.kid);
    }
    let jwks: Value = serde_json::from_str(ring.jwks_json()).unwrap();
    let algs = jwks["keys"].as_array().unwrap().iter();
    let algs: Vec<_> = algs.map(|key| key["alg"].as_str().unwrap()).collect();
    assert_eq!(algs, SigningAlg::NAMES);
    assert_eq!(ring.verification().kids().count(), 4);
    let next = ring_at(&records, &master, 151, Some(&ring));
    let signer = |ring: &KeyRing| Arc::clone(ring.signer(SigningAlg::Es256).unwrap());
    assert!(Arc::ptr_eq(&signer(&ring), &signer(&next)));
}

#[test]
fn algorithm_without_key_does_not_sign() {
    let (master, records) = fixture();
    let ring = ring_at(&records, &master, 150, None);
    let error = ring.signer(SigningAlg::EdDsa).unwrap_err();
    assert!(matches!(error, KeyError::NotOffered(SigningAlg::EdDsa)));
    assert!(error.to_string().contains("keys.algorithms"), "{error}");
}

/// A key signs with one algorithm only: a row that was moved to another one is rejected.
#[test]
fn key_is_not_used_with_another_algorithm() {
    let (master, mut records) = fixture();
    let plan = plan_rings(&records, &SigningAlg::ALL, &RotationPolicy::default(), 150);
    records[0].algorithm = SigningAlg::Ps256;
    let built = KeyRing::build(&records, &plan, &master, None);
    assert!(matches!(
        built,
        Err(KeyError::Corrupt { .. } | KeyError::Library(_))
    ));
}

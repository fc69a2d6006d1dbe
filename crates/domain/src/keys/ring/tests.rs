use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::*;
use crate::keys::{RotationPolicy, generate, plan};

fn fixture() -> (MasterKey, Vec<KeyRecord>) {
    let mut rng = StdRng::seed_from_u64(2);
    let master = MasterKey::generate(&mut rng);
    let records = [100, 200].map(|at| generate(&master, at - 50, at, &mut rng).unwrap());
    (master, records.to_vec())
}

fn ring_at(records: &[KeyRecord], master: &MasterKey, now: i64, last: Option<&KeyRing>) -> KeyRing {
    let plan = plan(records, &RotationPolicy::default(), now);
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
    let plan = plan(&records, &RotationPolicy::default(), 150);
    let built = KeyRing::build(&records, &plan, &master, None);
    assert!(matches!(built, Err(KeyError::Corrupt { kid, .. }) if kid == records[0].kid));
}

#[test]
fn signer_survives_rebuild_and_tag_changes_only_with_document() {
    let (master, records) = fixture();
    let first = ring_at(&records, &master, 150, None);
    let same = ring_at(&records, &master, 151, Some(&first));
    assert!(Arc::ptr_eq(first.active(), same.active()));
    assert_eq!(first.etag(), same.etag());
    let next = ring_at(&records, &master, 200, Some(&same));
    assert_eq!(next.active().kid(), records[1].kid);
    assert_ne!(next.etag(), first.etag());
    assert!(next.etag().starts_with('"') && next.etag().ends_with('"'));
}

#[test]
fn ring_requires_active_key() {
    let (master, _) = fixture();
    let plan = plan(&[], &RotationPolicy::default(), 150);
    let built = KeyRing::build(&[], &plan, &master, None);
    assert!(matches!(built, Err(KeyError::NoActiveKey)));
}

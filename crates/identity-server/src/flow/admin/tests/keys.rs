//! Signing keys: rotated and retired.

use doorward_domain::keys::RotationPolicy;
use doorward_domain::model::AuditKind;
use doorward_domain::secret::MasterKey;

use super::super::{AdminError, keys};
use super::*;

#[tokio::test]
async fn a_rotated_key_waits_until_everybody_can_know_it() {
    let world = World::new().await;
    let op = world.op();
    let master = MasterKey::generate(&mut rand::rng());
    let policy = RotationPolicy::default();
    let first = keys::rotate(&op, &master, &policy).await.unwrap();
    assert_eq!(first.active_at, NOW);
    let second = keys::rotate(&op, &master, &policy).await.unwrap();
    assert_eq!(second.active_at, NOW + policy.publish_lead);
    assert!(keys::rotate(&op, &master, &policy).await.is_err());
    let states = async || -> Vec<(String, &'static str)> {
        let keys = keys::list(&op, &policy).await.unwrap();
        keys.into_iter()
            .map(|(key, state)| (key.kid, state.as_str()))
            .collect()
    };
    let (first, second) = (first.kid, second.kid);
    assert_eq!(
        states().await,
        [(second.clone(), "waiting"), (first.clone(), "signing")]
    );
    world.later(policy.publish_lead);
    assert_eq!(states().await[0], (second.clone(), "signing"));
    keys::retire(&op, &second).await.unwrap();
    assert_eq!(
        states().await,
        [(second.clone(), "retired"), (first, "signing")]
    );
    assert!(keys::retire(&op, &second).await.is_err());
    assert!(matches!(
        keys::retire(&op, "none").await,
        Err(AdminError::NotFound { .. })
    ));
    assert_eq!(
        world.changes(AuditKind::KeyChanged).await,
        ["retired", "rotated", "rotated"]
    );
}

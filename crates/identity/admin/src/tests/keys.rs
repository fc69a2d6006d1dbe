//! Rotation and retirement of signing keys.

use doorward_domain::keys::RotationPolicy;
use doorward_domain::model::saml_client::SamlSettings;
use doorward_domain::model::{AuditKind, ClientChange, ClientKind};
use doorward_domain::random::Random;
use doorward_domain::secret::MasterKey;
use doorward_oauth::clients::input::NewClient;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_services::signing_keys::Keys;

use super::super::clients;
use super::super::keys;
use super::super::keys::Retirement::{Published, Withdrawn};
use super::*;
use crate::operator::AdminError;

#[tokio::test]
async fn rotated_key_waits_for_cache_expiry() {
    let world = World::new().await;
    let context = world.op();
    let master = MasterKey::generate(&mut rand::rng());
    let policy = RotationPolicy::default();
    let ring = Keys::new(master, policy, SigningAlg::ALL.to_vec(), Random::default());
    let (first, _) = keys::rotate(&context, &ring, SigningAlg::Rs256)
        .await
        .unwrap();
    assert_eq!(first.active_at, NOW);
    let (second, _) = keys::rotate(&context, &ring, SigningAlg::Rs256)
        .await
        .unwrap();
    assert_eq!(second.active_at, NOW + policy.publish_lead);
    assert!(matches!(
        keys::rotate(&context, &ring, SigningAlg::Rs256).await,
        Err(AdminError::NoChange(_))
    ));
    let states = async || -> Vec<(String, &'static str)> {
        let keys = keys::list(&context, &policy).await.unwrap();
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
    let end = async |kid: &str, how| keys::retire(&context, None, kid, how).await;
    end(&second, Published).await.unwrap();
    assert_eq!(
        states().await,
        [(second.clone(), "retired"), (first.clone(), "signing")]
    );
    let again = end(&second, Published).await;
    assert!(matches!(again, Err(AdminError::NoChange(_))), "{again:?}");
    for how in [Published, Withdrawn] {
        let unknown = end("none", how).await;
        assert!(matches!(unknown, Err(AdminError::NotFound { .. })));
    }
    // A retired key can be withdrawn later, when its disclosure becomes known.
    end(&second, Withdrawn).await.unwrap();
    assert_eq!(states().await, [(first.clone(), "signing")]);
    end(&first, Withdrawn).await.unwrap();
    assert_eq!(states().await, []);
    assert_eq!(
        world.changes(AuditKind::KeyChanged).await,
        ["retired", "rotated", "rotated", "withdrawn", "withdrawn"]
    );
}

#[tokio::test]
async fn each_algorithm_rotates_alone() {
    let world = World::new().await;
    let context = world.op();
    let master = MasterKey::generate(&mut rand::rng());
    let policy = RotationPolicy::default();
    let ring = Keys::new(master, policy, SigningAlg::ALL.to_vec(), Random::default());
    for alg in SigningAlg::ALL {
        let (first, _) = keys::rotate(&context, &ring, alg).await.unwrap();
        assert_eq!((first.algorithm, first.active_at), (alg, NOW));
    }
    // A waiting key of one algorithm does not stop another.
    for alg in SigningAlg::ALL {
        let (next, _) = keys::rotate(&context, &ring, alg).await.unwrap();
        assert_eq!(
            (next.algorithm, next.active_at),
            (alg, NOW + policy.publish_lead)
        );
    }
    world.later(policy.publish_lead);
    let listed = keys::list(&context, &policy).await.unwrap();
    let signing = listed
        .iter()
        .filter(|(_, state)| state.as_str() == "signing");
    let mut signing: Vec<_> = signing.map(|(key, _)| key.algorithm).collect();
    signing.sort_unstable();
    assert_eq!(signing, SigningAlg::ALL);
    assert_eq!(listed.len(), 8);
}

#[tokio::test]
async fn algorithm_that_is_not_offered_is_rejected() {
    let world = World::new().await;
    let mut context = world.op();
    context.settings.clients.algorithms = &[SigningAlg::Rs256];
    let master = MasterKey::generate(&mut rand::rng());
    let only = vec![SigningAlg::Rs256];
    let ring = Keys::new(master, RotationPolicy::default(), only, Random::default());
    let made = keys::rotate(&context, &ring, SigningAlg::Es256).await;
    assert!(
        matches!(made, Err(AdminError::Invalid { .. })),
        "{:?}",
        made.err()
    );
}

/// Service providers that speak SAML read metadata once a day, or never: the new key waits longer.
#[tokio::test]
async fn key_waits_longer_while_clients_speak_saml() {
    let world = World::new().await;
    let context = world.op();
    let master = MasterKey::generate(&mut rand::rng());
    let policy = RotationPolicy::default();
    let only = vec![SigningAlg::Rs256];
    let ring = Keys::new(master, policy, only, Random::default());
    let (first, _) = keys::rotate(&context, &ring, SigningAlg::Rs256)
        .await
        .unwrap();
    let due = first.active_at + policy.rotate_after;
    let published = async |at| ring.reload(context.db, at).await.unwrap().published().len();
    assert_eq!(published(due - policy.publish_lead - 1).await, 1);
    let new = NewClient {
        id: None,
        name: "Wiki".to_owned(),
        kind: ClientKind::Saml,
        settings: ClientChange {
            redirect_uris: Some(vec!["https://sp.example.com/acs".to_owned()]),
            grant_types: Some(Vec::new()),
            ..ClientChange::default()
        },
    };
    let entity_id = "https://sp.example.com".to_owned();
    clients::create_saml(&context, new, (entity_id, SamlSettings::default()))
        .await
        .unwrap();
    let lead = ring.publish_lead(context.db).await.unwrap();
    assert_eq!(lead, RotationPolicy::SAML_LEAD);
    assert_eq!(published(due - lead - 1).await, 1);
    assert_eq!(published(due - lead).await, 2);
    let records = repo::keys::list(context.db.read()).await.unwrap();
    let next = records.iter().find(|key| key.kid != first.kid).unwrap();
    assert_eq!(next.active_at, due);
}

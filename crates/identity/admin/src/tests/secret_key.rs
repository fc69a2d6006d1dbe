//! A change of the secret key on a real store.

use doorward_domain::keys::{KeyRing, RotationPolicy};
use doorward_domain::model::AuditKind;
use doorward_domain::random::Random;
use doorward_domain::sealed_columns::{FormerKey, SealedColumn};
use doorward_domain::secret::{KeyPurpose, MasterKey};
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::audit_chain::{ChainKey, ChainReport};
use doorward_services::signing_keys::Keys;
use doorward_services::{audit, secret_keys};

use super::super::keys;
use super::super::secret_key::{self, RotationState};
use super::*;
use crate::operator::AdminError;

const REFRESH_TTL: i64 = 180 * 24 * 60 * 60;

fn master() -> MasterKey {
    MasterKey::generate(&mut rand::rng())
}

fn ring(master: &MasterKey) -> Keys {
    let (policy, algorithms) = (RotationPolicy::default(), SigningAlg::ALL.to_vec());
    Keys::new(master.clone(), policy, algorithms, Random::default())
}

async fn opens(world: &World, master: &MasterKey) -> bool {
    let found: Result<Option<KeyRing>, _> = ring(master).peek(&world.db, NOW).await;
    matches!(found, Ok(Some(_)))
}

async fn rotate(world: &World, master: &MasterKey) -> RotationState {
    let context = world.op();
    let state = secret_key::rotate(&context, master, REFRESH_TTL, |_| ()).await;
    state.unwrap()
}

async fn seal(world: &World, master: &MasterKey) -> u64 {
    let key = ChainKey::derive(master);
    let random = Random::default();
    let source = (&world.clock as &dyn Clock, &random);
    audit::seal(&world.db, source, &key, |_| ()).await.unwrap()
}

async fn verify(world: &World, master: &MasterKey) -> ChainReport {
    let key = ChainKey::derive(master);
    audit::verify(&world.db, &key, None, None, |_| ())
        .await
        .unwrap()
}

async fn with_kept(world: &World, master: &MasterKey) -> MasterKey {
    let kept = secret_keys::with_kept(master.clone(), world.db.read(), NOW).await;
    kept.unwrap()
}

#[tokio::test]
async fn values_are_encrypted_again_with_newest_key() {
    let world = World::new().await;
    let (first, second) = (master(), master());
    keys::rotate(&world.op(), &ring(&first), SigningAlg::Rs256)
        .await
        .unwrap();
    assert!(opens(&world, &first).await && !opens(&world, &second).await);
    let both = second.clone().with_former([first.clone()]);
    let before = secret_key::examine(&world.db, &both).await.unwrap();
    assert_eq!((before.others(), before.is_complete()), (1, false));
    assert!(before.is_pending);

    let after = rotate(&world, &both).await;
    assert!(after.is_complete(), "{after:?}");
    let column = |state: &RotationState, column| {
        let mut all = state.columns.iter();
        *all.find(|found| found.column == column).unwrap()
    };
    let signing = column(&after, SealedColumn::SigningKey);
    assert_eq!(
        (signing.resealed, signing.newest, signing.others),
        (1, 1, 0)
    );
    assert!(opens(&world, &second).await && !opens(&world, &first).await);

    // A second run finds nothing to do, and writes no event.
    let again = rotate(&world, &both).await;
    assert_eq!(column(&again, SealedColumn::SigningKey).resealed, 0);
    assert!(again.is_complete());
    let changes = world.changes(AuditKind::KeyChanged).await;
    assert_eq!(changes, ["rotated", "secret key changed"]);
    let alone = secret_key::examine(&world.db, &second).await.unwrap();
    assert_eq!((alone.others(), alone.unreadable()), (0, 0));
}

#[tokio::test]
async fn interrupted_change_is_completed() {
    let world = World::new().await;
    let (first, second) = (master(), master());
    let (old, new) = (ring(&first), ring(&second));
    keys::rotate(&world.op(), &old, SigningAlg::Rs256)
        .await
        .unwrap();
    // The state after a process was killed: one value has the newest key, and nothing is kept.
    keys::rotate(&world.op(), &new, SigningAlg::Es256)
        .await
        .unwrap();
    let both = second.clone().with_former([first]);
    let state = rotate(&world, &both).await;
    let resealed: u64 = state.columns.iter().map(|found| found.resealed).sum();
    assert_eq!(resealed, 1);
    assert!(state.is_complete());
    assert!(opens(&world, &second).await);
}

#[tokio::test]
async fn every_key_is_kept_by_its_fate() {
    let world = World::new().await;
    let (first, second) = (master(), master());
    let both = second.clone().with_former([first.clone()]);
    let state = rotate(&world, &both).await;
    for purpose in KeyPurpose::ALL {
        let fate = FormerKey::of(purpose);
        let found = state.kept.iter().find(|kept| kept.purpose == purpose);
        // No API key and no recovery code exists.
        let gone = [
            FormerKey::Dropped,
            FormerKey::ApiKeys,
            FormerKey::RecoveryCodes,
        ];
        assert_eq!(found.is_none(), gone.contains(&fate), "{purpose:?}");
        let Some(found) = found else { continue };
        assert_eq!(found.key.expose(), &first.derive(purpose));
        assert_eq!(found.expires_at, fate.expires_at(NOW, REFRESH_TTL));
    }
    // Without the former key in the configuration, values of users are still recognized.
    let later = with_kept(&world, &second).await;
    let csrf = KeyPurpose::Csrf;
    assert_eq!(later.derive_others(csrf), [first.derive(csrf)]);
    let subject = KeyPurpose::PairwiseSubject;
    assert_eq!(later.derive_first(subject), first.derive(subject));
}

#[tokio::test]
async fn chain_has_key_of_its_time() {
    let world = World::new().await;
    let (first, second) = (master(), master());
    assert!(seal(&world, &first).await > 0);
    let both = second.clone().with_former([first.clone()]);
    // Replicas of either configuration extend the chain with the first key until the change.
    world.user("alice").await;
    assert!(seal(&world, &both).await > 0);
    assert!(verify(&world, &first).await.is_intact());

    rotate(&world, &both).await;
    assert!(seal(&world, &both).await > 0);
    world.user("bob").await;
    // A replica with the former key alone appends nothing.
    assert_eq!(seal(&world, &first).await, 0);
    assert!(seal(&world, &with_kept(&world, &second).await).await > 0);
    assert!(
        verify(&world, &with_kept(&world, &second).await)
            .await
            .is_intact()
    );
    assert!(!verify(&world, &first).await.is_intact());
    assert!(!verify(&world, &second).await.is_intact());
}

#[tokio::test]
async fn third_key_opens_what_second_kept() {
    let world = World::new().await;
    let (first, second, third) = (master(), master(), master());
    seal(&world, &first).await;
    let both = second.clone().with_former([first.clone()]);
    rotate(&world, &both).await;
    world.user("alice").await;
    seal(&world, &both).await;
    let later = with_kept(&world, &third.clone().with_former([second.clone()])).await;
    assert!(rotate(&world, &later).await.is_complete());
    let last = with_kept(&world, &third).await;
    world.user("bob").await;
    seal(&world, &last).await;
    let report = verify(&world, &last).await;
    assert!(report.is_intact(), "{:?}", report.findings);
    let subject = KeyPurpose::PairwiseSubject;
    assert_eq!(last.derive_first(subject), first.derive(subject));

    // A key that was replaced cannot return.
    let back = with_kept(&world, &second.with_former([third])).await;
    let context = world.op();
    let refused = secret_key::rotate(&context, &back, REFRESH_TTL, |_| ()).await;
    assert!(matches!(refused, Err(AdminError::NoChange(_))));
}

#[tokio::test]
async fn two_former_keys_are_kept_at_once() {
    let world = World::new().await;
    let (first, second, third) = (master(), master(), master());
    seal(&world, &first).await;
    world.user("alice").await;
    // The second key was configured, but nothing was encrypted again.
    seal(&world, &second.clone().with_former([first.clone()])).await;
    let wrong = third.clone().with_former([first.clone(), second.clone()]);
    let context = world.op();
    let refused = secret_key::rotate(&context, &wrong, REFRESH_TTL, |_| ()).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("the latest first"), "{refused}");
    let right = third.clone().with_former([second, first]);
    assert!(rotate(&world, &right).await.is_complete());
    let alone = with_kept(&world, &third).await;
    assert!(seal(&world, &alone).await > 0);
    let report = verify(&world, &alone).await;
    assert!(report.is_intact(), "{:?}", report.findings);
}

#[tokio::test]
async fn announced_key_replaces_nothing() {
    let world = World::new().await;
    let both = master().with_next(master());
    let context = world.op();
    let refused = secret_key::rotate(&context, &both, REFRESH_TTL, |_| ()).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("next_secret_key is set"), "{refused}");
}

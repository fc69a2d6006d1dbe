//! Campaigns for second factors on a real store.

use std::ops::Deref;

use doorward_domain::model::{
    CampaignCover, CampaignTarget, FactorCampaign, Group, OrgScope, TotpFactor, UserId,
};

use doorward_admin::change_reason::ChangeReason;
use doorward_admin::groups::NewGroup;
use doorward_admin::testing::{NOW, World};
use doorward_admin::{group_members, groups, organizations};

use super::*;

const DAY: i64 = 86_400;

/// A deployment with users and campaigns.
struct Scene(World);

impl Deref for Scene {
    type Target = World;

    fn deref(&self) -> &World {
        &self.0
    }
}

impl Scene {
    async fn new() -> Self {
        Self(World::new().await)
    }

    /// Returns a user with a later ID than those before.
    async fn member(&self, name: &str) -> UserId {
        self.later(1);
        self.user(name).await.id
    }

    async fn campaign(&self, target: CampaignTarget, starts_at: i64) -> FactorCampaign {
        let new = NewCampaign {
            target,
            starts_at,
            reminders: vec![1, 7],
        };
        create(&self.op(), new).await.unwrap()
    }

    async fn group(&self, name: &str, parent: Option<&Group>) -> Group {
        let new = NewGroup {
            name: name.to_owned(),
            parent: parent.map(|group| group.id),
            org: None,
            description: String::new(),
            code: None,
            manager: None,
        };
        groups::create(&self.op(), new).await.unwrap()
    }

    /// Returns the campaigns that cover a user, as a sign-in reads them.
    async fn covers(&self, user: UserId) -> Vec<CampaignCover> {
        let (read, now) = (self.db.read(), self.op().now());
        let held = repo::roles::effective_for_user_in(read, user, OrgScope::Any, now).await;
        let mut covers = held.unwrap().campaigns;
        covers.sort_unstable_by_key(|cover| cover.starts_at);
        covers
    }

    async fn unready(&self, campaign: &FactorCampaign) -> Vec<UserId> {
        let found = list_unready(&self.op(), campaign, None, 100).await;
        found
            .unwrap()
            .into_iter()
            .map(|found| found.user.id)
            .collect()
    }
}

const fn cover(starts_at: i64, excepted_until: Option<i64>) -> CampaignCover {
    CampaignCover {
        starts_at,
        excepted_until,
    }
}

#[tokio::test]
async fn campaign_covers_users_of_its_target() {
    let world = Scene::new().await;
    let (alice, bob) = (world.member("alice").await, world.member("bob").await);
    let carol = world.member("carol").await;
    let sales = world.group("sales", None).await;
    let north = world.group("north", Some(&sales)).await;
    group_members::add(&world.op(), sales.id, alice)
        .await
        .unwrap();
    group_members::add(&world.op(), north.id, bob)
        .await
        .unwrap();
    organizations::create(&world.op(), "acme", "Acme", Some(carol))
        .await
        .unwrap();

    let group = world
        .campaign(CampaignTarget::Group(sales.id), NOW + 30 * DAY)
        .await;
    let acme = CampaignTarget::Organization("acme".to_owned());
    let org = world.campaign(acme, NOW + 20 * DAY).await;
    assert_eq!(world.unready(&group).await, [alice, bob]);
    assert_eq!(world.unready(&org).await, [carol]);
    for (user, days) in [(alice, 30), (bob, 30), (carol, 20)] {
        assert_eq!(world.covers(user).await, [cover(NOW + days * DAY, None)]);
    }
    let all = world.campaign(CampaignTarget::All, NOW + 25 * DAY).await;
    assert_eq!(world.covers(carol).await.len(), 2);
    assert_eq!(all.reminders, [7, 1]);
    assert_eq!(all.reminder_due_at, Some(NOW + 18 * DAY));

    end(&world.op(), group.id).await.unwrap();
    assert_eq!(world.covers(bob).await, [cover(NOW + 25 * DAY, None)]);
    let again = end(&world.op(), group.id).await;
    assert!(matches!(again, Err(AdminError::NoChange(_))), "{again:?}");
    let changes = world.changes(AuditKind::SystemChanged).await;
    let ended = changes
        .iter()
        .filter(|change| *change == "second factor campaign ended");
    assert_eq!(ended.count(), 1);
}

#[tokio::test]
async fn factor_and_exception_change_readiness() {
    let world = Scene::new().await;
    let (alice, bob) = (world.member("alice").await, world.member("bob").await);
    let campaign = world.campaign(CampaignTarget::All, NOW + DAY).await;
    let factor = TotpFactor {
        user_id: alice,
        secret_sealed: vec![1],
        confirmed_at: Some(NOW),
        last_step: 0,
        failures: 0,
        locked_until: None,
        codes_saved_at: None,
        created_at: NOW,
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::totp_factors::insert_unconfirmed(&tx, &factor)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.unready(&campaign).await, [bob]);

    let without = except(&world.op(), bob, NOW + 9).await;
    assert!(without.is_err(), "{without:?}");
    let reason = ChangeReason::parse("Waits for a key").ok();
    let context = world.op().with_reason(reason);
    except(&context, bob, NOW + 9).await.unwrap();
    except(&context, bob, NOW + 5 * DAY).await.unwrap();
    assert_eq!(
        world.covers(bob).await,
        [cover(NOW + DAY, Some(NOW + 5 * DAY))]
    );
    let found = list_unready(&world.op(), &campaign, None, 100)
        .await
        .unwrap();
    let exception = found[0].exception.as_ref().unwrap();
    assert_eq!(exception.reason, "Waits for a key");
    world.later(6 * DAY);
    let found = list_unready(&world.op(), &campaign, None, 100)
        .await
        .unwrap();
    assert_eq!(found[0].exception, None);
}

#[tokio::test]
async fn start_moves_until_end_and_renews_reminders() {
    let world = Scene::new().await;
    let alice = world.member("alice").await;
    let campaign = world.campaign(CampaignTarget::All, NOW + 9 * DAY).await;
    let to = async |days: i64| reschedule(&world.op(), campaign.id, NOW + days * DAY).await;
    // The reminder of seven days before has not been sent.
    let later = to(20).await.unwrap();
    assert_eq!(later.reminder_due_at, Some(NOW + 13 * DAY));
    assert_eq!(world.covers(alice).await, [cover(NOW + 20 * DAY, None)]);
    // Its time before the new start has passed.
    let sooner = to(5).await.unwrap();
    let at_once = world.op().now();
    assert_eq!(sooner.reminder_due_at, Some(at_once));
    // A batch that was read before the change is not stored.
    let tx = world.db.begin_write().await.unwrap();
    let stale = FactorCampaign {
        starts_at: later.starts_at,
        ..sooner.clone()
    };
    let is_stored = repo::factor_campaigns::advance(&tx, &stale, &later).await;
    assert!(!is_stored.unwrap());
    tx.rollback().await.unwrap();

    let past = to(-2).await;
    assert!(matches!(past, Err(AdminError::Invalid { .. })), "{past:?}");
    let same = to(5).await;
    assert!(matches!(same, Err(AdminError::NoChange(_))), "{same:?}");
    end(&world.op(), campaign.id).await.unwrap();
    let ended = to(7).await;
    assert!(matches!(ended, Err(AdminError::NoChange(_))), "{ended:?}");
    let changes = world.changes(AuditKind::SystemChanged).await;
    let moved = changes
        .iter()
        .filter(|change| *change == "second factor campaign rescheduled");
    assert_eq!(moved.count(), 2);
}

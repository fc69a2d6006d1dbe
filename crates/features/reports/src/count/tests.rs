//! The count of a month on a real store.

use doorward_admin::prelude::*;
use doorward_admin::testing::{NOW, World};
use doorward_domain::model::TotpFactor;
use doorward_rules::stats::Tally;
use rstest::rstest;

use super::*;

#[rstest]
#[case(AuditKind::UserRegistered, None, Some(ReportFigure::NewUsers))]
#[case(AuditKind::UserChanged, Some("created"), Some(ReportFigure::NewUsers))]
#[case(AuditKind::UserChanged, Some("imported"), Some(ReportFigure::NewUsers))]
#[case(
    AuditKind::UserChanged,
    Some("disabled"),
    Some(ReportFigure::DisabledUsers)
)]
#[case(
    AuditKind::UserChanged,
    Some("deleted"),
    Some(ReportFigure::DeletedUsers)
)]
#[case(AuditKind::AccountDeleted, None, Some(ReportFigure::DeletedUsers))]
#[case(AuditKind::UserChanged, Some("changed"), None)]
#[case(AuditKind::UserChanged, None, None)]
#[case(
    AuditKind::RoleChanged,
    Some("given"),
    Some(ReportFigure::RolesAssigned)
)]
#[case(
    AuditKind::RoleChanged,
    Some("taken"),
    Some(ReportFigure::RolesRevoked)
)]
#[case(AuditKind::RoleChanged, Some("created"), None)]
#[case(
    AuditKind::OrganizationChanged,
    Some("invitation accepted"),
    Some(ReportFigure::MembersAdded)
)]
#[case(
    AuditKind::OrganizationChanged,
    Some("member left"),
    Some(ReportFigure::MembersRemoved)
)]
#[case(AuditKind::GroupChanged, Some("deleted"), None)]
fn change_counts_for_its_figure(
    #[case] kind: AuditKind,
    #[case] change: Option<&str>,
    #[case] expected: Option<ReportFigure>,
) {
    assert_eq!(figure_of(kind, change), expected);
}

#[test]
fn least_used_apps_are_one_sum() {
    let app = |number: i64| {
        let app = AppCount {
            sign_ins: number,
            failed_sign_ins: 1,
            ..AppCount::default()
        };
        (format!("app-{number:03}"), app)
    };
    let apps = most_used((0..203).map(app).collect());
    assert_eq!(apps.len(), APPS + 1);
    assert_eq!(apps[0].client_id.as_deref(), Some("app-202"));
    assert_eq!(apps[APPS - 1].client_id.as_deref(), Some("app-003"));
    let others = &apps[APPS];
    let sums = (
        others.sign_ins,
        others.failed_sign_ins,
        others.rejected_requests,
    );
    assert_eq!((others.client_id.as_deref(), sums), (None, (3, 3, 0)));
    assert_eq!(most_used((0..2).map(app).collect()).len(), 2);
    // An app that only got tokens is left out.
    let unused = BTreeMap::from([("app".to_owned(), AppCount::default())]);
    assert_eq!(most_used(unused), []);
}

/// Inserts a change of another object at this time.
async fn insert(world: &World, at: i64, kind: AuditKind, change: &str, is_done: bool) {
    let subject = world.op().now();
    let event = world.op().event(kind, subject, change);
    store(
        world,
        AuditEvent {
            at,
            success: is_done,
            ..event
        },
    )
    .await;
}

async fn store(world: &World, event: AuditEvent) {
    let tx = world.db.begin_write().await.unwrap();
    repo::audit::insert(&tx, &event).await.unwrap();
    tx.commit().await.unwrap();
}

async fn sign_in(world: &World, user: &User, at: i64) {
    let event = world.op().event(AuditKind::LoginSucceeded, user.id, "");
    store(world, AuditEvent { at, ..event }).await;
}

fn figures(report: &MonthlyReport) -> Vec<(&str, i64)> {
    let figures = report.figures.iter();
    let figures = figures.filter(|(_, n)| **n != 0);
    figures.map(|(name, n)| (name.as_str(), *n)).collect()
}

#[tokio::test]
async fn events_of_the_month_are_counted_once() {
    let world = World::new().await;
    let month = Month::of(NOW);
    let (alice, bob) = (world.user("alice").await, world.user("bob").await);
    let (first, last) = (month.start(), month.end() - 1);
    for (user, at) in [
        (&alice, first),
        (&alice, NOW),
        (&alice, last),
        (&bob, first - 1),
        (&bob, last + 1),
    ] {
        sign_in(&world, user, at).await;
    }
    for (at, kind, change, is_done) in [
        (first, AuditKind::UserChanged, "disabled", true),
        (first, AuditKind::UserChanged, "disabled", false),
        (first - 1, AuditKind::UserChanged, "disabled", true),
        (last, AuditKind::RoleChanged, "assigned", true),
        (last + 1, AuditKind::RoleChanged, "assigned", true),
        (NOW, AuditKind::RoleChanged, "changed", true),
        (NOW, AuditKind::GroupChanged, "member added", true),
        (NOW, AuditKind::OrganizationChanged, "member removed", true),
    ] {
        insert(&world, at, kind, change, is_done).await;
    }
    let mut tally = Tally::default();
    for (kind, at) in [
        (StatKind::SignIn, first),
        (StatKind::SignIn, last),
        (StatKind::SignIn, last + 1),
        (StatKind::SignInFailed, NOW),
        (StatKind::ActiveUser, NOW),
    ] {
        tally.count(kind, None, at);
    }
    let tx = world.db.begin_write().await.unwrap();
    repo::stats::add(&tx, &tally).await.unwrap();
    tx.commit().await.unwrap();

    let report = run(world.db.read(), month, month.end() + LATE)
        .await
        .unwrap();
    let expected = [
        ("active_users", 1),
        ("disabled_users", 1),
        ("failed_sign_ins", 1),
        ("members_added", 1),
        ("members_removed", 1),
        // Alice and Bob.
        ("new_users", 2),
        ("roles_assigned", 1),
        ("sign_ins", 2),
    ];
    assert_eq!(figures(&report), expected);
    // Numbers without events are known, and those of sign-in methods no longer.
    assert_eq!(report.figure(ReportFigure::DeletedUsers), Some(0));
    assert_eq!(report.figure(ReportFigure::Users), None);
}

#[tokio::test]
async fn sign_in_methods_are_counted_at_the_end() {
    let world = World::new().await;
    let alice = world.user("alice").await;
    world.user("bob").await;
    let factor = TotpFactor {
        user_id: alice.id,
        secret_sealed: vec![1],
        confirmed_at: Some(NOW),
        last_step: 0,
        failures: 0,
        locked_until: None,
        codes_saved_at: None,
        created_at: NOW,
    };
    let tx = world.db.begin_write().await.unwrap();
    let inserted = repo::totp_factors::insert_unconfirmed(&tx, &factor).await;
    inserted.unwrap();
    tx.commit().await.unwrap();
    let month = Month::of(NOW);
    let report = run(world.db.read(), month, month.end()).await.unwrap();
    let expected = [
        (ReportFigure::Users, Some(2)),
        (ReportFigure::WithPassword, Some(0)),
        (ReportFigure::WithPasskey, Some(0)),
        (ReportFigure::WithAuthenticator, Some(1)),
        (ReportFigure::WithProvider, Some(0)),
        (ReportFigure::WithSecondFactor, Some(1)),
    ];
    assert_eq!(
        expected.map(|(figure, _)| (figure, report.figure(figure))),
        expected
    );
    // Portions of one user have the same sum.
    let (mut count, mut after, mut portions) = (FactorCount::default(), None, 0);
    loop {
        let read = world.db.read();
        let next = repo::monthly_reports::count_factors(read, after, 1, &mut count).await;
        portions += 1;
        after = next.unwrap();
        if after.is_none() {
            break;
        }
    }
    assert_eq!((count.users, count.authenticator, portions), (2, 1, 3));
}

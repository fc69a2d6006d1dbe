//! Stored reports on a real store.

use doorward_admin::testing::{NOW, World};
use doorward_domain::model::ReportFigure;

use super::*;

async fn stored(world: &World) -> Vec<(String, UnixSeconds)> {
    let found = list(&world.op(), None, 10).await.unwrap();
    let shown = |report: &MonthlyReport| (Month::of(report.month).to_string(), report.counted_at);
    found.iter().map(shown).collect()
}

#[tokio::test]
async fn month_is_stored_daily_and_after_its_end() {
    let world = World::new().await;
    let month = Month::of(NOW);
    assert_eq!(store_due(&world.db, NOW).await.unwrap(), 2);
    let before = (month.previous().to_string(), NOW);
    assert_eq!(
        stored(&world).await,
        [(month.to_string(), NOW), before.clone()]
    );
    assert_eq!(store_due(&world.db, NOW + 60).await.unwrap(), 0);
    let tomorrow = NOW - NOW.rem_euclid(DAY) + DAY;
    assert_eq!(store_due(&world.db, tomorrow).await.unwrap(), 1);
    assert_eq!(
        stored(&world).await,
        [(month.to_string(), tomorrow), before.clone()]
    );
    // Another count after the end, and never again.
    let later = month.end() + 60;
    assert_eq!(store_due(&world.db, later).await.unwrap(), 2);
    assert_eq!(store_due(&world.db, later + 3 * DAY).await.unwrap(), 1);
    let expected = [
        (month.next().to_string(), later + 3 * DAY),
        (month.to_string(), later),
        before,
    ];
    assert_eq!(stored(&world).await, expected);
}

#[tokio::test]
async fn month_without_stored_report_is_counted() {
    let world = World::new().await;
    world.user("alice").await;
    let (op, month) = (world.op(), Month::of(NOW));
    let shown = get(&op, &month.to_string()).await.unwrap();
    assert_eq!(shown.figure(ReportFigure::NewUsers), Some(1));
    assert_eq!(stored(&world).await, []);
    for name in ["2026-1", "never", &month.next().to_string()] {
        let found = get(&op, name).await;
        assert!(matches!(found, Err(AdminError::NotFound { .. })), "{name}");
    }
    // The stored report of the present month is shown for an hour.
    store_due(&world.db, NOW).await.unwrap();
    world.user("bob").await;
    for (seconds, expected) in [(FRESH, 1), (1, 2)] {
        world.later(seconds);
        let shown = get(&world.op(), &month.to_string()).await.unwrap();
        let users = shown.figure(ReportFigure::NewUsers);
        assert_eq!(users, Some(expected), "{seconds}");
    }
}

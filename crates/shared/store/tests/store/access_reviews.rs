use doorward_domain::model::{
    AccessReview, AssignmentId, ReviewDecision, ReviewId, ReviewLine, ReviewLineId, ReviewOutcome,
    ReviewScope, SubjectKind, UserId,
};
use doorward_store::Db;
use doorward_store::repo::access_reviews::{self, LineFilter};
use uuid::Uuid;

use crate::fixtures::{NOW, Scene};
use crate::harness::on_both;
use crate::{refused, write};

fn review() -> AccessReview {
    AccessReview {
        id: ReviewId::from_uuid(Uuid::new_v4()),
        name: "Editors".to_owned(),
        starter_kind: SubjectKind::User,
        starter: String::new(),
        org: Some("acme".to_owned()),
        client_id: None,
        scope: ReviewScope::Role,
        scope_id: "editor".to_owned(),
        scope_name: "editor".to_owned(),
        members_of: Some("acme".to_owned()),
        created_at: NOW,
        due_at: NOW + 100,
        revoke_open: false,
        cursor: None,
        filled_at: None,
        closed_at: None,
        lines: 0,
        open: 0,
    }
}

fn line(review: &AccessReview, number: u64, holder: &str) -> ReviewLine {
    ReviewLine {
        id: ReviewLineId::from_uuid(Uuid::new_v4()),
        review: review.id,
        number,
        assignment: AssignmentId::from_uuid(Uuid::new_v4()),
        given_to: SubjectKind::Group,
        holder_kind: SubjectKind::User,
        holder: holder.to_owned(),
        holder_name: holder.to_owned(),
        role: "editor".to_owned(),
        org: None,
        group_path: Some("/press".to_owned()),
        member_of: Some("/press/night".to_owned()),
        granted_at: NOW,
        assigned_by: Some("mona".to_owned()),
        assigner_name: Some("Mona".to_owned()),
        expires_at: Some(NOW + 9),
        last_login: Some(NOW),
        decision: None,
        outcome: None,
        decided_by: None,
        decider_name: None,
        decided_at: None,
        reason: None,
    }
}

/// Inserts a review with three lines, of which alice is the reviewer.
async fn insert_full(db: &Db, alice: UserId) -> (AccessReview, Vec<ReviewLine>) {
    let first = review();
    write!(db, access_reviews::insert, &first, &[alice]);
    let lines = (1..=3).map(|number| line(&first, number, &format!("user{number}")));
    let lines: Vec<ReviewLine> = lines.collect();
    let half = AccessReview {
        cursor: Some("\tnext".to_owned()),
        lines: 2,
        open: 2,
        ..first.clone()
    };
    let (some, rest) = lines.split_at(2);
    assert!(write!(db, access_reviews::add_lines, &first, &half, some));
    assert!(!write!(db, access_reviews::add_lines, &first, &half, some));
    let full = AccessReview {
        cursor: None,
        filled_at: Some(NOW),
        lines: 3,
        open: 3,
        ..half.clone()
    };
    assert!(write!(db, access_reviews::add_lines, &half, &full, rest));
    (full, lines)
}

#[tokio::test]
async fn review_is_found_by_name_reviewer_and_organization() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let (read, alice) = (db.read(), scene.user.id);
        let of_alice = async || {
            let found = access_reviews::list_of_reviewer(db.read(), alice, 9);
            found.await.unwrap()
        };
        let unfilled = AccessReview {
            name: "Being prepared".to_owned(),
            ..review()
        };
        write!(db, access_reviews::insert, &unfilled, &[alice]);
        assert!(of_alice().await.is_empty(), "lines are missing");
        let (full, _) = insert_full(db, alice).await;
        assert_eq!(of_alice().await.len(), 1);
        let taken = refused!(db, access_reviews::insert, &review(), &[alice]);
        assert!(taken.is_conflict(), "{taken:?}");
        let reviewers = access_reviews::reviewers(read, full.id).await.unwrap();
        assert_eq!(reviewers.len(), 1);
        assert_eq!(reviewers[0], scene.user);
        let found = access_reviews::find_by_name(read, "Editors").await.unwrap();
        assert_eq!(found.as_ref(), Some(&full));
        let page = access_reviews::page(read, Some("acme"), Some("Editor"), 9);
        assert_eq!(page.await.unwrap().len(), 1);
        let other = access_reviews::page(read, Some("zeta"), None, 9);
        assert!(other.await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn lines_are_decided_once() {
    on_both(async |db| {
        let alice = Scene::store(db).await.user.id;
        let (full, lines) = insert_full(db, alice).await;
        let all = LineFilter::default();
        let after = async |filter, number| {
            let lines = access_reviews::lines(db.read(), full.id, filter, number, 2);
            lines.await.unwrap()
        };
        assert_eq!(after(all, None).await, lines[..2]);
        assert_eq!(after(all, Some(2)).await, lines[2..]);
        let decided = ReviewLine {
            decision: Some(ReviewDecision::Revoked),
            outcome: Some(ReviewOutcome::Membership),
            decided_by: Some(alice),
            decider_name: Some("Alice".to_owned()),
            decided_at: Some(NOW + 1),
            reason: Some("left".to_owned()),
            last_login: Some(NOW + 1),
            ..lines[0].clone()
        };
        assert!(write!(db, access_reviews::decide, &lines[0], &decided));
        assert!(!write!(db, access_reviews::decide, &lines[0], &decided));
        let stored = access_reviews::find_line(db.read(), full.id, 1).await;
        assert_eq!(stored.unwrap(), Some(decided));
        let open = LineFilter {
            is_open: true,
            except: Some("user3"),
            ..all
        };
        assert_eq!(after(open, None).await, lines[1..2]);
        let counted = access_reviews::find(db.read(), full.id).await;
        let counted = counted.unwrap().unwrap();
        assert_eq!((counted.lines, counted.open), (3, 2));
    })
    .await;
}

#[tokio::test]
async fn review_is_reminded_and_closed_once() {
    on_both(async |db| {
        let alice = Scene::store(db).await.user.id;
        let (full, _) = insert_full(db, alice).await;
        let (read, id) = (db.read(), full.id);
        let waiting = access_reviews::list_unreminded(read, id, 9).await;
        assert_eq!(waiting.unwrap(), [alice]);
        assert!(write!(db, access_reviews::mark_reminded, id, alice, NOW));
        assert!(!write!(db, access_reviews::mark_reminded, id, alice, NOW));
        assert!(write!(
            db,
            access_reviews::update_deadline,
            id,
            NOW + 5,
            true
        ));
        let running = access_reviews::list_running(read, 9).await.unwrap();
        assert_eq!((running[0].due_at, running[0].revoke_open), (NOW + 5, true));
        assert!(write!(db, access_reviews::close, id, NOW + 6));
        assert!(!write!(db, access_reviews::close, id, NOW + 7));
        assert!(!write!(db, access_reviews::update_deadline, id, NOW, true));
        let running = access_reviews::list_running(read, 9).await;
        assert!(running.unwrap().is_empty());
    })
    .await;
}

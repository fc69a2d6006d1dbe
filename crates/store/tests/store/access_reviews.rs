use doorward_domain::model::{
    AccessReview, AssignmentId, ReviewDecision, ReviewId, ReviewLine, ReviewLineId, ReviewOutcome,
    ReviewScope, SubjectKind,
};
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

#[tokio::test]
async fn review_is_filled_decided_and_closed() {
    on_both(async |db| {
        let scene = Scene::store(db).await;
        let (read, alice) = (db.read(), scene.user.id);
        let first = review();
        write!(db, access_reviews::insert, &first, &[alice]);
        let same_name = review();
        let taken = refused!(db, access_reviews::insert, &same_name, &[alice]);
        assert!(taken.is_conflict(), "{taken:?}");
        let reviewers = access_reviews::reviewers(read, first.id).await.unwrap();
        assert_eq!(reviewers, [scene.user.clone()]);
        let of_alice = access_reviews::list_of_reviewer(read, alice, 9);
        assert!(of_alice.await.unwrap().is_empty(), "lines are missing");

        let lines: Vec<ReviewLine> = (1..=3)
            .map(|number| line(&first, number, &format!("user{number}")))
            .collect();
        let half = AccessReview {
            cursor: Some("\tnext".to_owned()),
            lines: 2,
            open: 2,
            ..first.clone()
        };
        assert!(write!(
            db,
            access_reviews::add_lines,
            &first,
            &half,
            &lines[..2]
        ));
        assert!(!write!(
            db,
            access_reviews::add_lines,
            &first,
            &half,
            &lines[..2]
        ));
        let full = AccessReview {
            cursor: None,
            filled_at: Some(NOW),
            lines: 3,
            open: 3,
            ..half.clone()
        };
        assert!(write!(
            db,
            access_reviews::add_lines,
            &half,
            &full,
            &lines[2..]
        ));
        let found = access_reviews::find_by_name(read, "Editors").await.unwrap();
        assert_eq!(found, Some(full.clone()));
        let of_alice = access_reviews::list_of_reviewer(read, alice, 9);
        assert_eq!(of_alice.await.unwrap(), [full.clone()]);

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
        let stored = access_reviews::find_line(read, full.id, 1).await.unwrap();
        assert_eq!(stored, Some(decided));
        let open = LineFilter {
            is_open: true,
            except: Some("user3"),
            ..all
        };
        assert_eq!(after(open, None).await, lines[1..2]);
        let counted = access_reviews::find(read, full.id).await.unwrap().unwrap();
        assert_eq!((counted.lines, counted.open), (3, 2));

        let reminded = access_reviews::list_unreminded(read, full.id, 9).await;
        assert_eq!(reminded.unwrap(), [alice]);
        assert!(write!(
            db,
            access_reviews::mark_reminded,
            full.id, alice, NOW
        ));
        assert!(!write!(
            db,
            access_reviews::mark_reminded,
            full.id, alice, NOW
        ));
        assert!(write!(
            db,
            access_reviews::update_deadline,
            full.id,
            NOW + 5,
            true
        ));
        let running = access_reviews::list_running(read, 9).await.unwrap();
        assert_eq!((running[0].due_at, running[0].revoke_open), (NOW + 5, true));
        assert!(write!(db, access_reviews::close, full.id, NOW + 6));
        assert!(!write!(db, access_reviews::close, full.id, NOW + 7));
        assert!(!write!(
            db,
            access_reviews::update_deadline,
            full.id, NOW, true
        ));
        assert!(
            access_reviews::list_running(read, 9)
                .await
                .unwrap()
                .is_empty()
        );
        let page = access_reviews::page(read, Some("acme"), Some("Editor"), 9);
        assert_eq!(page.await.unwrap().len(), 1);
        let other = access_reviews::page(read, Some("zeta"), None, 9);
        assert!(other.await.unwrap().is_empty());
    })
    .await;
}

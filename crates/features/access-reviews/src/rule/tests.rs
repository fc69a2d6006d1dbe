use doorward_domain::model::{AssignmentId, ReviewId, ReviewLineId, ReviewScope};
use uuid::Uuid;

use super::*;

const CREATED: UnixSeconds = 1_800_000_000;
const DUE: UnixSeconds = CREATED + 20 * DAY;

fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

fn review() -> AccessReview {
    AccessReview {
        id: ReviewId::from_uuid(Uuid::from_u128(1)),
        name: "q4".to_owned(),
        starter_kind: SubjectKind::User,
        starter: String::new(),
        org: None,
        client_id: None,
        scope: ReviewScope::Role,
        scope_id: "editor".to_owned(),
        scope_name: "editor".to_owned(),
        members_of: None,
        created_at: CREATED,
        due_at: DUE,
        revoke_open: false,
        cursor: None,
        filled_at: Some(CREATED),
        closed_at: None,
        lines: 2,
        open: 2,
    }
}

fn line(holder: UserId) -> ReviewLine {
    ReviewLine {
        id: ReviewLineId::from_uuid(Uuid::from_u128(2)),
        review: review().id,
        number: 1,
        assignment: AssignmentId::from_uuid(Uuid::from_u128(3)),
        given_to: SubjectKind::User,
        holder_kind: SubjectKind::User,
        holder: holder.to_string(),
        holder_name: "alice".to_owned(),
        role: "editor".to_owned(),
        org: None,
        group_path: None,
        member_of: None,
        granted_at: CREATED - DAY,
        assigned_by: None,
        assigner_name: None,
        expires_at: None,
        last_login: None,
        decision: None,
        outcome: None,
        decided_by: None,
        decider_name: None,
        decided_at: None,
        reason: None,
    }
}

#[test]
fn only_reviewers_decide_and_not_about_themselves() {
    use DecisionObstacle::{Closed, Final, NotReady, NotReviewer, OwnRole};
    let (alice, mona) = (user(7), user(8));
    let open = review();
    let filling = AccessReview {
        filled_at: None,
        ..review()
    };
    let closed = AccessReview {
        closed_at: Some(CREATED + 1),
        ..review()
    };
    let of_alice = line(alice);
    let decided = |decision| ReviewLine {
        decision: Some(decision),
        ..line(alice)
    };
    let (confirmed, revoked) = (
        decided(ReviewDecision::Confirmed),
        decided(ReviewDecision::Revoked),
    );
    let of_client = ReviewLine {
        holder_kind: SubjectKind::Client,
        holder: "robot".to_owned(),
        given_to: SubjectKind::Client,
        ..line(alice)
    };
    let by_group = ReviewLine {
        given_to: SubjectKind::Group,
        ..line(alice)
    };
    let named = |user| Reviewer {
        user,
        is_named: true,
        is_active: true,
        tie: ReviewerTie::Member,
    };
    let stranger = Reviewer {
        is_named: false,
        tie: ReviewerTie::SeesRoles,
        ..named(mona)
    };
    let (mona, alice) = (named(mona), named(alice));
    let (reviewer, other, oneself) = (Some(&mona), Some(&stranger), Some(&alice));
    for (review, line, decider, now, expected) in [
        (&open, &of_alice, reviewer, CREATED, Ok(())),
        (&open, &of_alice, None, CREATED, Ok(())),
        (&open, &of_alice, other, CREATED, Err(NotReviewer)),
        (&open, &of_alice, oneself, CREATED, Err(OwnRole)),
        (&open, &by_group, oneself, CREATED, Err(OwnRole)),
        (&open, &of_client, oneself, CREATED, Ok(())),
        (&open, &of_alice, reviewer, DUE - 1, Ok(())),
        (&open, &of_alice, reviewer, DUE, Err(Closed)),
        (&open, &of_alice, None, DUE, Err(Closed)),
        (&open, &of_alice, other, DUE, Err(NotReviewer)),
        (&closed, &of_alice, reviewer, CREATED, Err(Closed)),
        (&filling, &of_alice, reviewer, CREATED, Err(NotReady)),
        // A confirmation can be corrected, a revocation is carried out at once.
        (&open, &confirmed, reviewer, CREATED, Ok(())),
        (&open, &revoked, reviewer, CREATED, Err(Final)),
        (&open, &revoked, None, CREATED, Err(Final)),
    ] {
        let decision = check_decision(review, line, decider, now);
        assert_eq!(decision, expected, "{review:?} {line:?} {decider:?} {now}");
    }
    assert_eq!(revocation(&of_alice), Revocation::Assignment);
    assert_eq!(revocation(&of_client), Revocation::Assignment);
    assert_eq!(revocation(&by_group), Revocation::Membership);
}

/// Every combination of the facts that a reviewer's power depends on.
#[test]
fn lent_power_ends_with_its_ground() {
    use ReviewerTie::{Member, None, SeesRoles};
    for (is_named, is_active, tie, expected) in [
        (true, true, Member, true),
        (true, true, SeesRoles, true),
        (true, true, None, false),
        (true, false, Member, false),
        (true, false, SeesRoles, false),
        (true, false, None, false),
        (false, true, Member, false),
        (false, true, SeesRoles, false),
        (false, true, None, false),
        (false, false, Member, false),
        (false, false, SeesRoles, false),
        (false, false, None, false),
    ] {
        let reviewer = Reviewer {
            user: user(8),
            is_named,
            is_active,
            tie,
        };
        assert_eq!(reviewer.has_ground(), expected, "{reviewer:?}");
        let decision = check_decision(&review(), &line(user(7)), Some(&reviewer), CREATED);
        assert_eq!(decision.is_ok(), expected, "{reviewer:?}");
        // A reviewer without ground learns nothing about the own line, either.
        let own = check_decision(&review(), &line(user(8)), Some(&reviewer), CREATED);
        let obstacle = if expected {
            DecisionObstacle::OwnRole
        } else {
            DecisionObstacle::NotReviewer
        };
        assert_eq!(own, Err(obstacle), "{reviewer:?}");
    }
    assert_eq!(revoke_or_close(1), ReviewStep::RevokeOpen);
    assert_eq!(revoke_or_close(0), ReviewStep::Close);
}

/// Each act of a user × the tie to the review. `own line` and `own group` are lines of the user, as a
/// group has a line for each of its members. A review is never deleted.
#[test]
fn users_under_review_do_not_steer_it() {
    let own = user(7);
    let by_group = ReviewLine {
        given_to: SubjectKind::Group,
        ..line(own)
    };
    for (tie, of_own, other) in [
        ("own line", Some(line(own)), user(9)),
        ("own group", Some(by_group), user(9)),
        ("no line", None, user(9)),
    ] {
        let reviewer = Reviewer {
            user: own,
            is_named: true,
            is_active: true,
            tie: ReviewerTie::Member,
        };
        let decide = |line: &ReviewLine| check_decision(&review(), line, Some(&reviewer), CREATED);
        if let Some(line) = &of_own {
            assert_eq!(decide(line), Err(DecisionObstacle::OwnRole), "{tie}");
        }
        assert_eq!(decide(&line(other)), Ok(()), "{tie}");
        for (administers, is_creator) in
            [(false, false), (false, true), (true, false), (true, true)]
        {
            let changer = ReviewChanger {
                administers,
                is_creator,
                holds_line: of_own.is_some(),
            };
            let expected = of_own.is_none() || administers || is_creator;
            assert_eq!(
                check_change(Some(changer)).is_ok(),
                expected,
                "{tie} {changer:?}"
            );
        }
    }
    assert_eq!(check_change(None), Ok(()));
}

#[test]
fn deadline_revokes_only_if_review_says_so() {
    use ReviewStep::{Close, Done, Fill, Remind, RevokeOpen, Wait};
    let changed = |change: fn(&mut AccessReview)| {
        let mut changed = review();
        change(&mut changed);
        changed
    };
    let open = review();
    let revoking = changed(|review| review.revoke_open = true);
    let decided = changed(|review| (review.open, review.revoke_open) = (0, true));
    let filling = changed(|review| review.filled_at = None);
    let closed = changed(|review| review.closed_at = Some(DUE));
    let short = changed(|review| review.due_at = CREATED + DAY);
    for (review, now, expected) in [
        (&open, CREATED, Wait),
        (&open, DUE - 3 * DAY - 1, Wait),
        (&open, DUE - 3 * DAY, Remind),
        (&open, DUE - 1, Remind),
        (&open, DUE, Close),
        (&revoking, DUE - 1, Remind),
        (&revoking, DUE, RevokeOpen),
        (&decided, DUE - 1, Wait),
        (&decided, DUE, Close),
        (&filling, CREATED, Fill),
        (&filling, DUE, Fill),
        (&closed, DUE + 1, Done),
        (&short, CREATED + DAY / 2 - 1, Wait),
        (&short, CREATED + DAY / 2, Remind),
    ] {
        assert_eq!(next_step(review, now), expected, "{review:?} {now}");
    }
}

#[test]
fn deadline_is_within_a_year() {
    for (due, expected) in [
        (CREATED, false),
        (CREATED + 1, true),
        (CREATED + MAX_DURATION, true),
        (CREATED + MAX_DURATION + 1, false),
    ] {
        assert_eq!(is_deadline(due, CREATED), expected, "{due}");
    }
}

#[test]
fn obstacles_have_words() {
    for obstacle in DecisionObstacle::ALL {
        assert_eq!(DecisionObstacle::parse(obstacle.as_str()), Some(obstacle));
    }
}

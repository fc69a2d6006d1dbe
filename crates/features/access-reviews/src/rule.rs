//! Access reviews: who may decide about a line, and what happens at which time.

use doorward_domain::model::{AccessReview, ReviewDecision, ReviewLine, SubjectKind, UserId};
use doorward_domain::time::UnixSeconds;

use doorward_rules::delegation::{DelegationDenial, DelegationRule};

/// Maximum number of lines of a review.
pub const MAX_LINES: u64 = 20_000;
pub const MAX_REVIEWERS: usize = 20;
const DAY: i64 = 24 * 60 * 60;
/// Maximum time between the creation and the deadline.
pub const MAX_DURATION: i64 = 366 * DAY;
/// Time between the reminder and the deadline, unless the review is short.
const REMINDER: i64 = 3 * DAY;

doorward_protocol::words! {
    /// The reason why a decision is rejected.
    pub enum DecisionObstacle {
        NotReviewer = "not_reviewer",
        /// The line is a role of the reviewer.
        OwnRole = "own_role",
        /// Lines are still missing.
        NotReady = "not_ready",
        /// The deadline has passed, or the review was closed.
        Closed = "closed",
        /// A revocation was carried out and cannot be changed.
        Final = "final",
    }
}

/// A user as a reviewer, with the present facts that the lent power depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reviewer {
    pub user: UserId,
    /// True if the review names the user.
    pub is_named: bool,
    /// True if the account is neither disabled nor scheduled for deletion.
    pub is_active: bool,
    pub tie: ReviewerTie,
}

/// The tie of a reviewer to the roles of a review.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReviewerTie {
    /// The user is a member of the organization of the review, or it has none.
    Member,
    /// The user may see roles and users in the whole deployment.
    SeesRoles,
    None,
}

impl Reviewer {
    /// Returns true if the user may read the lines of the review, and decide about those of others.
    pub const fn has_ground(&self) -> bool {
        self.is_named && self.is_active && !matches!(self.tie, ReviewerTie::None)
    }
}

/// Checks that this reviewer may decide about a line at `now`; `None` is the command line, which may
/// decide about every line. The state of a review is only for those who may decide at all.
pub fn check_decision(
    review: &AccessReview,
    line: &ReviewLine,
    decider: Option<&Reviewer>,
    now: UnixSeconds,
) -> Result<(), DecisionObstacle> {
    if let Some(reviewer) = decider {
        if !reviewer.has_ground() {
            return Err(DecisionObstacle::NotReviewer);
        }
        if line.user() == Some(reviewer.user) {
            return Err(DecisionObstacle::OwnRole);
        }
    }
    if review.closed_at.is_some() || review.due_at <= now {
        return Err(DecisionObstacle::Closed);
    }
    if review.filled_at.is_none() {
        return Err(DecisionObstacle::NotReady);
    }
    if line.decision == Some(ReviewDecision::Revoked) {
        return Err(DecisionObstacle::Final);
    }
    Ok(())
}

/// An administrator who ends a review or chooses its reviewers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReviewChanger {
    /// True for the role `admin`.
    pub administers: bool,
    pub is_creator: bool,
    /// True if a line of the review is a role of the administrator, direct or by a group.
    pub holds_line: bool,
}

/// Checks that this administrator may end a review or choose its reviewers; `None` is the command line.
/// A user under review must neither leave the own line undecided nor choose who decides about it.
pub fn check_change(changer: Option<ReviewChanger>) -> Result<(), DelegationDenial> {
    match changer {
        Some(changer) if changer.holds_line && !changer.is_creator && !changer.administers => {
            Err(DelegationDenial::by(DelegationRule::UnderReview))
        }
        _ => Ok(()),
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Revocation {
    /// Removes the assignment.
    Assignment,
    /// Leaves a note: the manager of the group ends the membership, which may give more roles.
    Membership,
}

/// Returns how a line is revoked.
pub const fn revocation(line: &ReviewLine) -> Revocation {
    match line.given_to {
        SubjectKind::Group => Revocation::Membership,
        SubjectKind::User | SubjectKind::Client => Revocation::Assignment,
    }
}

/// The next work of the server on a review.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReviewStep {
    /// Writes the missing lines.
    Fill,
    /// Waits: no work is due.
    Wait,
    /// Reminds the reviewers who were not reminded yet.
    Remind,
    /// Revokes the next open lines after the deadline.
    RevokeOpen,
    Close,
    Done,
}

/// Returns the step after the deadline for [`ReviewStep::RevokeOpen`]: lines that no reviewer could look
/// at stay, and are listed as open.
pub const fn revoke_or_close(able_reviewers: usize) -> ReviewStep {
    if able_reviewers > 0 {
        ReviewStep::RevokeOpen
    } else {
        ReviewStep::Close
    }
}

/// Returns the next work on a review at `now`. See [`revoke_or_close`] for the reviewers.
pub const fn next_step(review: &AccessReview, now: UnixSeconds) -> ReviewStep {
    if review.closed_at.is_some() {
        return ReviewStep::Done;
    }
    if review.filled_at.is_none() {
        return ReviewStep::Fill;
    }
    if review.due_at <= now {
        return if review.revoke_open && review.open > 0 {
            ReviewStep::RevokeOpen
        } else {
            ReviewStep::Close
        };
    }
    if review.open > 0 && reminder_at(review) <= now {
        ReviewStep::Remind
    } else {
        ReviewStep::Wait
    }
}

/// Returns the time of the reminder: three days before the deadline, or in the middle of a short review.
pub const fn reminder_at(review: &AccessReview) -> UnixSeconds {
    let half = (review.due_at - review.created_at) / 2;
    review.due_at - if half < REMINDER { half } else { REMINDER }
}

/// Returns true if a review that starts at `now` may have this deadline.
pub const fn is_deadline(due_at: UnixSeconds, now: UnixSeconds) -> bool {
    due_at > now && due_at <= now + MAX_DURATION
}

#[cfg(test)]
mod tests;

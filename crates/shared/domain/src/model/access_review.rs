//! Access reviews: decisions of reviewers about role assignments, until a deadline.

use super::{AssignmentId, ReviewId, ReviewLineId, SubjectKind, UserId};
use crate::time::UnixSeconds;

doorward_protocol::words! {
    /// The object whose assignments a review has.
    pub enum ReviewScope {
        Role = "role",
        Organization = "organization",
        /// The roles that are assigned to a group.
        Group = "group",
        /// The roles with a permission.
        Permission = "permission",
    }

    pub enum ReviewDecision {
        Confirmed = "confirmed",
        Revoked = "revoked",
    }

    /// The effect of a decision to revoke.
    pub enum ReviewOutcome {
        /// The assignment was removed.
        Removed = "removed",
        /// The role comes by a group: the membership has to end, which the review does not do.
        Membership = "membership",
        /// The assignment had ended before the decision.
        Ended = "ended",
        /// The creator of the review may no longer revoke the role.
        Denied = "denied",
        /// The deployment needs the assignment: it is that of the last administrator.
        Needed = "needed",
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessReview {
    pub id: ReviewId,
    pub name: String,
    /// The kind of the creator: a user, or a client that acts for itself.
    pub starter_kind: SubjectKind,
    /// The ID of that user or client; empty for the command line.
    pub starter: String,
    /// The organization to which the creator was confined.
    pub org: Option<String>,
    /// The client that the creator used; `None` for the console.
    pub client_id: Option<String>,
    pub scope: ReviewScope,
    /// The name of the role or permission, the slug of the organization, or the ID of the group.
    pub scope_id: String,
    /// The name for readers: the path of a group.
    pub scope_name: String,
    /// The slug of an organization or the ID of a group: only its members have lines.
    pub members_of: Option<String>,
    pub created_at: UnixSeconds,
    /// The deadline.
    pub due_at: UnixSeconds,
    /// True if open lines are revoked at the deadline.
    pub revoke_open: bool,
    /// The position in the list of assignments, until all lines are written.
    pub cursor: Option<String>,
    /// The time when the last line was written; `None` while lines are missing.
    pub filled_at: Option<UnixSeconds>,
    pub closed_at: Option<UnixSeconds>,
    /// Number of lines.
    pub lines: u64,
    /// Number of lines without a decision.
    pub open: u64,
}

/// An assignment in a review, with the facts at the time of the review, and the decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReviewLine {
    pub id: ReviewLineId,
    pub review: ReviewId,
    /// The number in the review, from 1.
    pub number: u64,
    pub assignment: AssignmentId,
    /// The kind of the holder of the assignment: a group for a role that comes by it.
    pub given_to: SubjectKind,
    /// The holder of the role: a user or a client.
    pub holder_kind: SubjectKind,
    pub holder: String,
    pub holder_name: String,
    pub role: String,
    pub org: Option<String>,
    /// The path of the group that has the assignment.
    pub group_path: Option<String>,
    /// The path of the user's group, if it is below that one.
    pub member_of: Option<String>,
    pub granted_at: UnixSeconds,
    pub assigned_by: Option<String>,
    pub assigner_name: Option<String>,
    pub expires_at: Option<UnixSeconds>,
    /// The last sign-in of the user before the decision, or before the review without one.
    pub last_login: Option<UnixSeconds>,
    pub decision: Option<ReviewDecision>,
    pub outcome: Option<ReviewOutcome>,
    /// The reviewer; `None` for the command line and for the deadline.
    pub decided_by: Option<UserId>,
    pub decider_name: Option<String>,
    pub decided_at: Option<UnixSeconds>,
    pub reason: Option<String>,
}

impl ReviewLine {
    /// Returns the user who holds the role; `None` for a client.
    pub fn user(&self) -> Option<UserId> {
        match self.holder_kind {
            SubjectKind::User => UserId::parse(&self.holder),
            SubjectKind::Client | SubjectKind::Group => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_storage_are_read_back() {
        for scope in ReviewScope::ALL {
            assert_eq!(ReviewScope::parse(scope.as_str()), Some(scope));
        }
        for decision in ReviewDecision::ALL {
            assert_eq!(ReviewDecision::parse(decision.as_str()), Some(decision));
        }
        for outcome in ReviewOutcome::ALL {
            assert_eq!(ReviewOutcome::parse(outcome.as_str()), Some(outcome));
        }
    }
}

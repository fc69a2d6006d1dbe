//! Bulk changes: the decisions about each user and about the administrator, and the limits.

use doorward_domain::model::{BulkAction, StopReason, User};

/// Maximum number of users that are changed in the request itself.
pub const AT_ONCE: u64 = 50;
/// Maximum number of users that a worker changes before it does other work.
pub const STEP: u64 = 500;
/// Number of users after which the progress is stored.
pub const CHUNK: u64 = 25;
/// Seconds for which one process may continue a change before another one does.
pub const LEASE: i64 = 60;
/// Maximum number of failures that are stored; all are counted.
pub const MAX_FAILURES: u64 = 1000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemDecision {
    /// Counts as failed: it is the administrator's own account.
    Skip,
    /// Counts as done: the account is in the requested state.
    Keep,
    Change,
}

/// Returns the treatment of a user. A change that is repeated after a crash finds the first part in
/// the requested state.
pub const fn decide(action: BulkAction, is_own: bool, user: &User) -> ItemDecision {
    let is_in_state = match action {
        BulkAction::Disable => !user.is_active(),
        BulkAction::Enable => user.is_active(),
        BulkAction::VerifyEmail => user.email_verified,
        BulkAction::EndSessions | BulkAction::AddToGroup => false,
    };
    match (is_own, is_in_state) {
        (true, _) => ItemDecision::Skip,
        (false, true) => ItemDecision::Keep,
        (false, false) => ItemDecision::Change,
    }
}

/// Checks that the account of the administrator may still continue the change.
pub const fn check_starter(user: Option<&User>) -> Result<(), StopReason> {
    match user {
        None => Err(StopReason::StarterDeleted),
        Some(user) if !user.is_active() || user.is_deletion_pending() => {
            Err(StopReason::StarterDisabled)
        }
        Some(_) => Ok(()),
    }
}

/// Returns true if the change is done in the request itself; `total` is `None` if there are too many
/// users to count.
pub fn is_immediate(total: Option<u64>) -> bool {
    total.is_some_and(|total| total <= AT_ONCE)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use doorward_domain::model::sample::{NOW, user};

    #[rstest]
    #[case::disable(BulkAction::Disable, false, false, ItemDecision::Change)]
    #[case::disabled_already(BulkAction::Disable, false, true, ItemDecision::Keep)]
    #[case::enable(BulkAction::Enable, false, true, ItemDecision::Change)]
    #[case::enabled_already(BulkAction::Enable, false, false, ItemDecision::Keep)]
    #[case::end(BulkAction::EndSessions, false, false, ItemDecision::Change)]
    #[case::end_of_disabled(BulkAction::EndSessions, false, true, ItemDecision::Change)]
    #[case::group(BulkAction::AddToGroup, false, false, ItemDecision::Change)]
    #[case::verify(BulkAction::VerifyEmail, false, false, ItemDecision::Change)]
    #[case::verified_already(BulkAction::VerifyEmail, false, true, ItemDecision::Keep)]
    #[case::own_verify(BulkAction::VerifyEmail, true, false, ItemDecision::Skip)]
    #[case::own_disable(BulkAction::Disable, true, false, ItemDecision::Skip)]
    #[case::own_enable(BulkAction::Enable, true, false, ItemDecision::Skip)]
    #[case::own_end(BulkAction::EndSessions, true, false, ItemDecision::Skip)]
    #[case::own_group(BulkAction::AddToGroup, true, false, ItemDecision::Skip)]
    fn each_user_is_changed_kept_or_skipped(
        #[case] action: BulkAction,
        #[case] is_own: bool,
        #[case] is_disabled_or_verified: bool,
        #[case] expected: ItemDecision,
    ) {
        let user = User {
            disabled_at: is_disabled_or_verified.then_some(NOW),
            email_verified: is_disabled_or_verified,
            ..user()
        };
        assert_eq!(decide(action, is_own, &user), expected);
    }

    #[test]
    fn deleted_or_disabled_administrator_stops_change() {
        assert_eq!(check_starter(None), Err(StopReason::StarterDeleted));
        assert_eq!(check_starter(Some(&user())), Ok(()));
        let disabled = User {
            disabled_at: Some(NOW),
            ..user()
        };
        let leaving = User {
            deletion_due_at: Some(NOW),
            ..user()
        };
        for user in [disabled, leaving] {
            let checked = check_starter(Some(&user));
            assert_eq!(checked, Err(StopReason::StarterDisabled));
        }
    }

    #[rstest]
    #[case(Some(0), true)]
    #[case(Some(AT_ONCE), true)]
    #[case(Some(AT_ONCE + 1), false)]
    #[case(None, false)]
    fn many_users_are_changed_by_worker(#[case] total: Option<u64>, #[case] expected: bool) {
        assert_eq!(is_immediate(total), expected);
    }
}

//! Bulk changes: the decisions about each user and about the administrator, and the limits.

use doorward_domain::model::{BulkAction, EmailDomains, StopReason, User};

use crate::identifier;

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

/// A value that names no domain, or the same domain twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DomainProblem {
    From,
    To,
    Same,
}

/// Reads the domains of [`BulkAction::ChangeEmailDomain`].
pub fn read_domains(from: &str, to: &str) -> Result<EmailDomains, DomainProblem> {
    let (from, to) = (from.trim(), to.trim());
    let key = identifier::domain_key(from).ok_or(DomainProblem::From)?;
    match identifier::domain_key(to) {
        None => Err(DomainProblem::To),
        Some(new) if new == key => Err(DomainProblem::Same),
        Some(_) => Ok(EmailDomains {
            from: key,
            to: to.to_owned(),
        }),
    }
}

/// Returns the address of a user in the new domain; `None` if the present one is in no old domain.
pub fn address_in_new_domain(user: &User, domains: &EmailDomains) -> Option<String> {
    let (_, domain) = user.email_key.rsplit_once('@')?;
    let (local, _) = user.email.rsplit_once('@')?;
    (domain == domains.from).then(|| format!("{local}@{}", domains.to))
}

/// Returns the treatment of a user. A change that is repeated after a crash finds the first part in
/// the requested state.
pub fn decide(
    action: BulkAction,
    domains: Option<&EmailDomains>,
    is_own: bool,
    user: &User,
) -> ItemDecision {
    let is_in_state = match action {
        BulkAction::Disable => !user.is_active(),
        BulkAction::Enable => user.is_active(),
        BulkAction::VerifyEmail => user.email_verified,
        BulkAction::ChangeEmailDomain => {
            let new = domains.and_then(|domains| address_in_new_domain(user, domains));
            new.is_none()
        }
        BulkAction::RequireNewPassword => !user.has_password(),
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
        assert_eq!(decide(action, None, is_own, &user), expected);
    }

    #[rstest]
    #[case::none(None, false, ItemDecision::Keep)]
    #[case::present(Some("$argon2id$x"), false, ItemDecision::Change)]
    #[case::withdrawn(Some("$argon2id$x"), true, ItemDecision::Keep)]
    fn only_password_that_signs_in_is_withdrawn(
        #[case] hash: Option<&str>,
        #[case] is_withdrawn: bool,
        #[case] expected: ItemDecision,
    ) {
        let user = User {
            password_hash: hash.map(str::to_owned),
            password_withdrawn_at: is_withdrawn.then_some(NOW),
            ..user()
        };
        let action = BulkAction::RequireNewPassword;
        assert_eq!(decide(action, None, false, &user), expected);
        assert_eq!(decide(action, None, true, &user), ItemDecision::Skip);
    }

    #[rstest]
    #[case("Al.Ice@Old.Example", Some("Al.Ice@new.example"))]
    #[case("al@new.example", None)]
    #[case("al@sub.old.example", None)]
    #[case("al@old.example.org", None)]
    fn only_old_domain_is_changed(#[case] email: &str, #[case] expected: Option<&str>) {
        let domains = read_domains(" OLD.example", "new.example ").unwrap();
        let user = User {
            email: email.to_owned(),
            email_key: identifier::email_key(email).unwrap(),
            ..user()
        };
        let new = address_in_new_domain(&user, &domains);
        assert_eq!(new.as_deref(), expected);
        let action = BulkAction::ChangeEmailDomain;
        for (is_own, change) in [(false, ItemDecision::Change), (true, ItemDecision::Skip)] {
            let keep = if is_own {
                ItemDecision::Skip
            } else {
                ItemDecision::Keep
            };
            let decision = if expected.is_some() { change } else { keep };
            assert_eq!(decide(action, Some(&domains), is_own, &user), decision);
        }
    }

    #[rstest]
    #[case("old", "new.example", DomainProblem::From)]
    #[case("a@old.example", "new.example", DomainProblem::From)]
    #[case("old.example", "", DomainProblem::To)]
    #[case("old.example", "OLD.example", DomainProblem::Same)]
    fn wrong_domains_are_rejected(
        #[case] from: &str,
        #[case] to: &str,
        #[case] expected: DomainProblem,
    ) {
        assert_eq!(read_domains(from, to), Err(expected));
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

//! The failure of a second factor.

use doorward_domain::model::AttemptRule;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecondFactorError {
    /// The sign-in is unknown, expired, or had too many attempts: it must start again with the
    /// password.
    Over,
    Finished,
    OtherBrowser,
    /// The code is wrong, or was used before.
    Wrong {
        tries: u32,
    },
    /// Too many wrong codes: codes are not checked during the lockout.
    Wait {
        /// Seconds until the lockout ends.
        seconds: i64,
    },
    /// Too many wrong codes in total: only a recovery code is accepted.
    Locked,
}

impl SecondFactorError {
    /// Returns the rule, for administrators.
    pub(super) const fn rule(self) -> AttemptRule {
        match self {
            Self::Over => AttemptRule::Expired,
            Self::Finished => AttemptRule::Finished,
            Self::OtherBrowser => AttemptRule::OtherBrowser,
            Self::Wrong { .. } => AttemptRule::WrongCode,
            Self::Wait { .. } => AttemptRule::CodesDelayed,
            Self::Locked => AttemptRule::CodesLocked,
        }
    }
}

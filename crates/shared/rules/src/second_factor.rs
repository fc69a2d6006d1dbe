//! Second factors: tolerance of wrong codes, and requirements by role (SP 800-63B-4 §3.2.2).

use doorward_domain::model::Authentication;
pub use doorward_domain::model::second_factor::{ALL_USERS, FactorRequirement, is_required};

/// The lockout in seconds after the first, second, third and each further round of failures.
const WAITS: [i64; 4] = [60, 5 * 60, 15 * 60, 60 * 60];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tolerance {
    /// Attempts of a user, over all sign-ins, before each further attempt requires a wait.
    pub before_wait: u32,
    /// Attempts in one sign-in before it ends.
    pub per_sign_in: u32,
    /// Attempts of a user, over all sign-ins, before codes of the app are ignored until a recovery
    /// code or an administrator resets that.
    pub in_all: u32,
}

impl Tolerance {
    /// Returns the numbers of NIST SP 800-63B-4, times a factor (`limits.multiplier`).
    pub fn times(factor: f64) -> Self {
        let scaled = |number: u32| {
            let many = (f64::from(number) * factor).round();
            // Clamped to at least one.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped"
            )]
            let many = many.clamp(1.0, f64::from(u32::MAX / 2)) as u32;
            many
        };
        Self {
            before_wait: scaled(5),
            per_sign_in: scaled(10),
            in_all: scaled(100),
        }
    }

    /// Returns the lockout in seconds after the attempt that brought the number to `failures`.
    pub fn wait_after(&self, failures: u32) -> Option<i64> {
        let beyond = failures.checked_sub(self.before_wait)?;
        let round = usize::try_from(beyond / self.before_wait.max(1)).unwrap_or(usize::MAX);
        Some(WAITS[round.min(WAITS.len() - 1)])
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SecondFactorStatus {
    /// True if the user has a suitable one.
    pub enrolled: bool,
    /// True if the user must have one.
    pub required: bool,
    /// True if it must be a passkey, and the session was authenticated without one.
    pub passkey_due: bool,
}

/// The second factors that a user has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EnrolledFactors {
    /// An authenticator app.
    pub app: bool,
    pub passkey: bool,
}

/// Returns the status for a session. Nothing is due if the authentication meets the requirement and
/// has two factors. A user who must have a passkey but has none uses the authenticator app first,
/// if there is one.
pub fn status(
    proof: &Authentication,
    demand: FactorRequirement,
    enrolled: EnrolledFactors,
) -> SecondFactorStatus {
    let strong = FactorRequirement::TwoFactors.is_met_by(proof);
    if strong && demand.is_met_by(proof) {
        return SecondFactorStatus::default();
    }
    let passkey_due = demand == FactorRequirement::Passkey;
    SecondFactorStatus {
        enrolled: enrolled.passkey || (enrolled.app && !strong),
        required: demand > FactorRequirement::OneFactor,
        passkey_due,
    }
}

#[cfg(test)]
mod tests;

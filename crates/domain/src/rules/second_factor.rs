//! How many wrong codes are borne, and who has to have a second factor (MF-2, 63B-4 §3.2.2).

use std::collections::BTreeSet;

use crate::model::Authentication;
use crate::rules::assurance::{self, AAL2};

/// How long to wait, in seconds, after a first, second, third and each further round of failures.
const WAITS: [i64; 4] = [60, 5 * 60, 15 * 60, 60 * 60];

/// The numbers of tries that are borne.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tolerance {
    /// Tries of a person, over all sign-ins, before each further one has to wait.
    pub before_wait: u32,
    /// Tries in one sign-in before it is over.
    pub in_one_sign_in: u32,
    /// Tries of a person, over all sign-ins, before codes of the app are no longer looked at until
    /// a recovery code or an administrator helps.
    pub in_all: u32,
}

impl Tolerance {
    /// The numbers of NIST SP 800-63B-4, times a factor (`limits.multiplier`).
    pub fn times(factor: f64) -> Self {
        let scaled = |number: u32| {
            let many = (f64::from(number) * factor).round();
            // Saturates, and never falls below one.
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
            in_one_sign_in: scaled(10),
            in_all: scaled(100),
        }
    }

    /// Seconds for which no code is looked at after the try that made it so many `failures`.
    pub fn wait_after(&self, failures: u32) -> Option<i64> {
        let beyond = failures.checked_sub(self.before_wait)?;
        let round = usize::try_from(beyond / self.before_wait.max(1)).unwrap_or(usize::MAX);
        Some(WAITS[round.min(WAITS.len() - 1)])
    }
}

/// How a person stands to the second factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SecondFactorStatus {
    /// They have one that would do.
    pub enrolled: bool,
    /// They must have one.
    pub required: bool,
    /// It must be a passkey, and this session has proved none.
    pub passkey_due: bool,
}

/// What the operator demands of a person, the least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum FactorRequirement {
    /// One factor will do.
    #[default]
    OneFactor,
    /// Two factors.
    TwoFactors,
    /// A passkey, which cannot be fished for (SP 800-63B-4 §3.2.5).
    Passkey,
}

impl FactorRequirement {
    /// What is demanded of who holds these roles.
    pub fn of(held: &BTreeSet<String>, two_factors: &[String], passkey: &[String]) -> Self {
        if is_required(held, passkey) {
            Self::Passkey
        } else if is_required(held, two_factors) {
            Self::TwoFactors
        } else {
            Self::OneFactor
        }
    }

    /// Whether this proof is enough.
    pub fn is_met(self, proof: &Authentication) -> bool {
        match self {
            Self::OneFactor => true,
            Self::TwoFactors => assurance::satisfies(&proof.acr, &[AAL2.to_owned()]),
            Self::Passkey => assurance::is_phishing_resistant(proof),
        }
    }
}

/// What a person has of what is demanded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Held {
    /// An authenticator app.
    pub app: bool,
    /// A passkey.
    pub passkey: bool,
}

/// How somebody with this session stands. Asked of nobody who proved what is demanded, and two factors.
/// Who must have a passkey and has none proves the app first, if they have one.
pub fn standing(
    proof: &Authentication,
    demand: FactorRequirement,
    held: Held,
) -> SecondFactorStatus {
    let strong = assurance::satisfies(&proof.acr, &[AAL2.to_owned()]);
    if strong && demand.is_met(proof) {
        return SecondFactorStatus::default();
    }
    let passkey_due = demand == FactorRequirement::Passkey;
    SecondFactorStatus {
        enrolled: held.passkey || (held.app && !strong),
        required: demand > FactorRequirement::OneFactor,
        passkey_due,
    }
}

/// Stands for everybody in a list of roles.
pub const EVERYBODY: &str = "*";

/// Whether one of the person's roles is among those that must have a second factor, or everybody is.
pub fn is_required(held: &BTreeSet<String>, required_for: &[String]) -> bool {
    let mut roles = required_for.iter();
    roles.any(|role| role == EVERYBODY || held.contains(role))
}

#[cfg(test)]
mod tests;

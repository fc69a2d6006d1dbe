//! Second factors: requirements by role.

use doorward_domain::model::Authentication;
pub use doorward_domain::model::second_factor::{ALL_USERS, FactorRequirement, is_required};

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

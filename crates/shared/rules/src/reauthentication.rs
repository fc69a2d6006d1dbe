//! Reauthentication: recent and strong enough authentication for critical actions, such as a change
//! of e-mail address, password or factors, an export or a deletion (ASVS 5.0 §7.5.1, §7.5.3).

use crate::second_factor::FactorRequirement;
use doorward_domain::model::Authentication;
use doorward_domain::time::UnixSeconds;

/// The maximum age of the authentication, in seconds.
pub const FRESH: i64 = 15 * 60;

/// Returns true if the authentication suffices. For a user with a second factor a password alone
/// does not, however recent it is (GHSA-hp74-gm6m-2qm5).
pub fn is_fresh(proof: &Authentication, has_factor: bool, now: UnixSeconds) -> bool {
    let recent = now.saturating_sub(proof.auth_time) <= FRESH;
    let strong = !has_factor || FactorRequirement::TwoFactors.is_met_by(proof);
    recent && strong
}

#[cfg(test)]
mod tests;

//! Whether a person has proved themselves recently and strongly enough for what matters most: to
//! change address, password or factors, to export or delete (SE-7).

use crate::model::Authentication;
use crate::rules::assurance::{self, AAL2};
use crate::time::UnixSeconds;

/// The oldest proof that still does, in seconds.
pub const FRESH: i64 = 15 * 60;

/// Whether the proof does. For who has a second factor, a password alone does not, however fresh
/// it is (GHSA-hp74-gm6m-2qm5).
pub fn is_fresh(proof: &Authentication, has_factor: bool, now: UnixSeconds) -> bool {
    let recent = now.saturating_sub(proof.auth_time) <= FRESH;
    let strong = !has_factor || assurance::satisfies(&proof.acr, &[AAL2.to_owned()]);
    recent && strong
}

#[cfg(test)]
mod tests;

//! Paths of the lists of unused objects, and the time after which an object is unused.

use doorward_domain::time::UnixSeconds;

/// Path of the list of API keys.
pub(crate) const API_ACCESS: &str = "/admin/api-access";
/// The filter for unused API keys.
pub(crate) const UNUSED: &str = "unused";

/// Returns the time since which an unused object was not used: 90 days before now.
pub(crate) const fn since(now: UnixSeconds) -> UnixSeconds {
    now - 90 * 86_400
}

//! Paths and columns of the lists of unused objects, and the time after which an object is unused.

use doorward_domain::time::UnixSeconds;

/// Path of the list of unused objects.
pub(crate) const UNUSED_LIST: &str = "/admin/unused";
/// Path of the list of API keys.
pub(crate) const API_ACCESS: &str = "/admin/api-access";
/// The filter for unused API keys.
pub(crate) const UNUSED: &str = "unused";
/// Columns of an API key.
pub(crate) const KEY_COLUMNS: &[&str] = &[
    "console-name",
    "console-id",
    "console-who",
    "console-allowed",
    "console-created",
    "console-expires",
    "console-last-use",
];
/// Number of days after which an object is unused.
pub(crate) const UNUSED_DAYS: u32 = 90;

/// Returns the time since which an unused object was not used.
pub(crate) fn since(now: UnixSeconds) -> UnixSeconds {
    now - i64::from(UNUSED_DAYS) * 86_400
}

//! `[impersonation]`: administrators who act as a user in one client.

use super::key::{HOUR, Kind, MINUTE};

section! {
    pub struct Impersonation in "impersonation" {
        /// Enables impersonation: an administrator with the permission `users:impersonate` acts as a
        /// user in one client. The user gets a notification.
        enabled: bool = Kind::Boolean.default("false");
        /// Requires the consent of the user: the administrator enters a support code, which the user
        /// makes in the account.
        support_code: bool = Kind::Boolean.default("false");
        /// Time after which an impersonation ends.
        lifetime: i64 = Kind::Duration(MINUTE, HOUR).default("15m");
    }
}

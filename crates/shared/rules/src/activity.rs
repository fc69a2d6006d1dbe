//! Activity pages: the audit events that users see of themselves, by category.

use doorward_domain::model::AuditKind;
use doorward_domain::time::UnixSeconds;

/// The age of the oldest event that a user sees, in seconds; older events stay in the audit log.
const VISIBLE_SECONDS: i64 = 90 * 24 * 60 * 60;
/// The age of the oldest event in the check-up, in seconds.
const REVIEWED_SECONDS: i64 = 30 * 24 * 60 * 60;
/// Maximum number of events in the check-up.
pub const MAX_REVIEWED: u64 = 10;

/// The kinds of events in the check-up. Of sign-ins, those from a new device, and of changes by
/// administrators, those of the e-mail address are added: see [`NEW_DEVICE`] and [`EMAIL`].
pub const REVIEWED: [AuditKind; 11] = [
    AuditKind::PasswordChanged,
    AuditKind::PasswordReset,
    AuditKind::FactorAdded,
    AuditKind::FactorRemoved,
    AuditKind::RecoveryCodeUsed,
    AuditKind::AccountLinked,
    AuditKind::AccountUnlinked,
    AuditKind::ApiKeyCreated,
    AuditKind::AppPasswordCreated,
    AuditKind::EmailChanged,
    AuditKind::RoleChanged,
];

/// The detail of a sign-in from a new device.
pub const NEW_DEVICE: &str = "new_device";
/// The changed value in the details of a change by an administrator.
pub const EMAIL: &str = "email";

doorward_protocol::words! {
    pub enum ActivityCategory {
        SignIn = "sign-in",
        /// Passwords, second factors, e-mail addresses, keys.
        Security = "security",
        /// Consents and tokens of clients.
        Apps = "apps",
        Account = "account",
    }
}

impl ActivityCategory {
    pub fn kinds(self) -> Vec<AuditKind> {
        let all = AuditKind::ALL.iter().copied();
        all.filter(|kind| Self::from_kind(*kind) == self).collect()
    }
}

/// Returns the time of the oldest event that a user sees.
pub const fn visible_since(now: UnixSeconds) -> UnixSeconds {
    now.saturating_sub(VISIBLE_SECONDS)
}

/// Returns the time of the oldest event in the check-up.
pub const fn reviewed_since(now: UnixSeconds) -> UnixSeconds {
    now.saturating_sub(REVIEWED_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_audit_kind_has_single_category() {
        let listed: Vec<AuditKind> = ActivityCategory::ALL
            .into_iter()
            .flat_map(ActivityCategory::kinds)
            .collect();
        assert_eq!(listed.len(), AuditKind::ALL.len());
        for topic in ActivityCategory::ALL {
            assert!(!topic.kinds().is_empty(), "{topic:?}");
            assert_eq!(ActivityCategory::parse(topic.as_str()), Some(topic));
        }
        assert_eq!(ActivityCategory::parse("other"), None);
    }

    #[test]
    fn ninety_days_are_seen() {
        assert_eq!(visible_since(100 * 86_400), 10 * 86_400);
        assert_eq!(reviewed_since(100 * 86_400), 70 * 86_400);
    }
}

//! Users and their profiles.

use serde::{Deserialize, Serialize};

use super::{AvatarId, EffectiveRoles, UserId};
use crate::time::UnixSeconds;

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct User {
    /// The `sub` of every token.
    pub id: UserId,
    /// The user name as typed at registration, for display; empty if the account has none.
    pub username: String,
    /// The case-folded user name, unique and used for lookups; empty if the account has none.
    pub username_key: String,
    /// The e-mail address as typed, for display and mail.
    pub email: String,
    /// The case-folded e-mail address, unique and used for lookups.
    pub email_key: String,
    pub email_verified: bool,
    /// The PHC string of argon2id, or the stored text of a
    /// [`ForeignHash`](crate::credentials::foreign_hash::ForeignHash); none if the user has no
    /// password.
    #[serde(serialize_with = "crate::secret::serialize_digests")]
    pub password_hash: Option<String>,
    pub password_changed_at: Option<UnixSeconds>,
    /// True if the password is temporary: it only allows setting another one.
    pub password_change_required: bool,
    /// The time since which the password does not sign in, because another party may know it; the user
    /// must choose another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_withdrawn_at: Option<UnixSeconds>,
    /// Standard claims of OIDC Core §5.1 other than user name and e-mail address.
    pub profile: Profile,
    /// True if an administrator marked the user as staff of the operator; see
    /// [`User::is_staff_with`].
    pub is_staff: bool,
    pub disabled_at: Option<UnixSeconds>,
    /// The time at which the account will be deleted; none unless the user requested it.
    pub deletion_due_at: Option<UnixSeconds>,
    /// The latest sign-in. It is not serialized, because the admin API derives versions from that: a
    /// sign-in does not invalidate the `If-Match` of an administrator.
    #[serde(skip_serializing)]
    pub last_login: LastLogin,
    pub created_at: UnixSeconds,
    /// The time of the last change (`updated_at` of OIDC Core §5.1).
    pub updated_at: UnixSeconds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UsernameMode {
    /// Every new account has a user name.
    #[default]
    Required,
    /// A new account may have a user name.
    Optional,
    /// No new account has a user name.
    None,
}

/// The time of a user's latest sign-in, to the minute; none before the first one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LastLogin(pub Option<UnixSeconds>);

impl User {
    /// Returns the name that pages display: the full name, otherwise the login identifier.
    pub fn display_name(&self) -> String {
        let name = self.profile.name();
        name.unwrap_or_else(|| self.login_identifier().to_owned())
    }

    /// Returns the user name; `None` if the account has none.
    pub fn named(&self) -> Option<&str> {
        Some(self.username.as_str()).filter(|name| !name.is_empty())
    }

    /// Returns the user name, or the e-mail address of an account without one.
    pub fn login_identifier(&self) -> &str {
        self.named().unwrap_or(&self.email)
    }

    /// Returns true if the user works for the operator: marked as staff by an administrator, or
    /// assigned one of `staff_roles` outside any organization.
    pub fn is_staff_with(&self, roles: &EffectiveRoles, staff_roles: &[String]) -> bool {
        self.is_staff || staff_roles.iter().any(|role| roles.roles.contains(role))
    }

    /// Returns true if the user has a password that signs in.
    pub const fn has_password(&self) -> bool {
        self.password_hash.is_some() && self.password_withdrawn_at.is_none()
    }

    /// Returns true if the account may sign in and keep its tokens.
    pub const fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Returns true if the account is scheduled for deletion; then its user can only cancel that.
    pub const fn is_deletion_pending(&self) -> bool {
        self.deletion_due_at.is_some()
    }
}

/// Standard claims of OIDC Core §5.1 that a user may fill in; absent ones are not released.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub middle_name: Option<String>,
    pub nickname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<AvatarId>,
    /// URL of an external picture, from an import; an uploaded picture takes precedence.
    pub picture: Option<String>,
    /// A short text about the user. Not a standard claim, and never released.
    pub bio: Option<String>,
    /// URL of the user's profile page (claim `profile`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_url: Option<String>,
    pub website: Option<String>,
    /// `female`, `male` or another text.
    pub gender: Option<String>,
    /// `YYYY-MM-DD`, `YYYY` or `0000-MM-DD`.
    pub birthdate: Option<String>,
    /// IANA time zone name.
    pub zoneinfo: Option<String>,
    /// BCP 47 language tag.
    pub locale: Option<String>,
    /// E.164 telephone number.
    pub phone_number: Option<String>,
    pub phone_number_verified: bool,
    pub address: Option<Address>,
    pub email_preferences: EmailPreferences,
}

/// A user's subscriptions to optional messages. Security messages are always sent.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct EmailPreferences {
    pub product_news: bool,
    pub newsletter: bool,
}

impl Profile {
    /// Returns given, middle and family name joined; `None` if all are empty.
    pub fn name(&self) -> Option<String> {
        let parts: Vec<&str> = [&self.given_name, &self.middle_name, &self.family_name]
            .into_iter()
            .filter_map(|part| part.as_deref())
            .filter(|part| !part.is_empty())
            .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// The `address` claim (OIDC Core §5.1.1).
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// The full address, formatted for a mailing label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Street, number and flat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// State, province or prefecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

//! People.

use serde::{Deserialize, Serialize};

use super::{ADMIN_ROLE, AvatarId, EffectiveRoles, UserId};
use crate::time::UnixSeconds;

/// A person with an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// The `sub` of every token.
    pub id: UserId,
    /// As typed at registration, for display.
    pub username: String,
    /// The case-folded form that is unique and looked up.
    pub username_key: String,
    /// As typed, for display and mail.
    pub email: String,
    /// The case-folded form that is unique and looked up.
    pub email_key: String,
    /// Whether the person has proved that they read that address.
    pub email_verified: bool,
    /// PHC string of argon2id; none where the person has no password.
    pub password_hash: Option<String>,
    /// When the password was last set.
    pub password_changed_at: Option<UnixSeconds>,
    /// What OIDC Core §5.1 calls standard claims, beyond name and address of the account itself.
    pub profile: Profile,
    /// Works for the operator, as an administrator has said; see [`User::is_staff_with`].
    pub is_staff: bool,
    /// When an administrator switched the account off.
    pub disabled_at: Option<UnixSeconds>,
    /// When the account goes for good; none unless its owner asked for that.
    pub deletion_due_at: Option<UnixSeconds>,
    /// When the account was made.
    pub created_at: UnixSeconds,
    /// When anything above last changed (`updated_at` of OIDC Core §5.1).
    pub updated_at: UnixSeconds,
}

impl User {
    /// The name that pages greet with: full name where there is one, else the user name.
    pub fn display_name(&self) -> String {
        self.profile.name().unwrap_or_else(|| self.username.clone())
    }

    /// Returns true if the user works for the operator: an administrator has said so, or the user
    /// holds the role that administers, outside of any organization.
    pub fn is_staff_with(&self, held: &EffectiveRoles) -> bool {
        self.is_staff || held.roles.contains(ADMIN_ROLE)
    }

    /// Whether the account may sign in and keep its tokens.
    pub const fn is_active(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Whether the account waits for its deletion: its owner may keep it, and nothing else.
    pub const fn is_deletion_pending(&self) -> bool {
        self.deletion_due_at.is_some()
    }
}

/// Standard claims of OIDC Core §5.1 that a person may fill in; an absent one is not released.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Given name(s).
    pub given_name: Option<String>,
    /// Family name(s).
    pub family_name: Option<String>,
    /// Middle name(s).
    pub middle_name: Option<String>,
    /// What the person is called casually.
    pub nickname: Option<String>,
    /// The picture that the person uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<AvatarId>,
    /// URL of a picture kept elsewhere, from an import; an uploaded one stands before it.
    pub picture: Option<String>,
    /// A few words about themselves. No standard claim, and told to nobody.
    pub bio: Option<String>,
    /// URL of the profile page that the user has somewhere (claim `profile`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile_url: Option<String>,
    /// URL of a web page or blog.
    pub website: Option<String>,
    /// `female`, `male` or another word.
    pub gender: Option<String>,
    /// `YYYY-MM-DD`, `YYYY` or `0000-MM-DD`.
    pub birthdate: Option<String>,
    /// IANA time zone name.
    pub zoneinfo: Option<String>,
    /// BCP 47 language tag.
    pub locale: Option<String>,
    /// E.164 telephone number.
    pub phone_number: Option<String>,
    /// Whether the number was proved.
    pub phone_number_verified: bool,
    /// Postal address.
    pub address: Option<Address>,
    /// Which mails the person wants beyond those about the account itself.
    pub email_preferences: EmailPreferences,
}

/// Which mails a person wants. What concerns the security of the account is always mailed.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct EmailPreferences {
    /// News about the product.
    pub product_news: bool,
    /// The newsletter.
    pub newsletter: bool,
}

impl Profile {
    /// Given, middle and family name together; none where all are empty.
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
    /// The whole address, ready for a label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Street, house number, flat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// State, province or prefecture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Zip code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

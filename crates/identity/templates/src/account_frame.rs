//! The frame of the account pages: their navigation.

use super::sections::sections;

sections! {
    /// A section of the account pages.
    pub enum AccountSection {
        Home = "/account", "console-home";
        Profile = "/account/profile", "account-profile";
        SignIn = "/account/security", "account-sign-in";
        Devices = "/account/sessions", "account-sessions";
        Apps = "/account/apps", "account-apps";
        Organizations = "/account/organizations", "console-organizations";
        Activity = "/account/activity", "activity-title";
        ApiKeys = "/account/api-keys", "api-keys-title";
        PersonalData = "/account/data", "data-title";
        SupportCode = "/account/support-code", "support-code-title";
    }
}

/// A page with the frame of the account pages.
pub trait AccountPage {
    /// Place of the page in the navigation. A page that can be a step of a sign-in, which has no
    /// navigation, has [`Self::place`] instead.
    const PLACE: Option<AccountPlace> = None;

    /// Returns the place of the page in the navigation; `None` for a step of a sign-in.
    fn place(&self) -> Option<AccountPlace> {
        Self::PLACE
    }
}

/// The place of a page in the navigation, and its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountPlace {
    /// Path of the marked entry: a section, or a page of a feature.
    path: &'static str,
    is_root: bool,
    is_wide: bool,
}

impl AccountPlace {
    /// Returns the place of the page of a section. The page is one card.
    pub const fn of(section: AccountSection) -> Self {
        Self::of_page(section.path())
    }

    /// Returns the place of a page of a feature, which has an entry of the navigation. The page is one card.
    pub const fn of_page(path: &'static str) -> Self {
        Self {
            path,
            is_root: true,
            is_wide: false,
        }
    }

    /// Returns the place of a page below that of a section.
    pub const fn below(section: AccountSection) -> Self {
        Self {
            is_root: false,
            ..Self::of(section)
        }
    }

    /// Returns the same place for a page that arranges its own cards.
    #[must_use]
    pub const fn wide(self) -> Self {
        Self {
            is_wide: true,
            ..self
        }
    }

    /// Returns the class of the main element.
    pub const fn class(self) -> &'static str {
        if self.is_wide { "wide" } else { "card narrow" }
    }

    /// Returns the entries of the navigation, each with its `aria-current`.
    pub fn entries(self) -> Vec<(AccountSection, Option<&'static str>)> {
        let all = AccountSection::ALL.into_iter();
        all.map(|section| (section, self.mark(section.path())))
            .collect()
    }

    /// Returns the `aria-current` of the entry with this path.
    pub fn mark(self, path: &str) -> Option<&'static str> {
        let current = if self.is_root { "page" } else { "true" };
        (path == self.path).then_some(current)
    }
}

//! One scope as a person reads it: an icon and a plain sentence.

use super::chrome::Chrome;

/// The picture beside a scope's sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeIcon {
    /// Signing in.
    Identity,
    /// Name and username.
    Person,
    /// Mail.
    Mail,
    /// Telephone.
    Phone,
    /// Postal address.
    Place,
    /// Access while the person is away.
    Away,
    /// Reading.
    Read,
    /// Creating and changing.
    Write,
    /// Deleting.
    Delete,
    /// Anything else.
    Key,
}

/// A scope of a request or a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeRow {
    /// The scope's name on the wire: `tasks:read`.
    pub name: String,
    /// The registered sentence, used where there is no translated one.
    pub description: Option<String>,
    /// Asked for beyond what the person allowed before (CO-4).
    pub is_new: bool,
}

impl ScopeRow {
    /// A scope that is not marked as new.
    pub fn new(name: impl Into<String>, description: Option<String>) -> Self {
        Self {
            name: name.into(),
            description,
            is_new: false,
        }
    }

    /// Puts the sensitive ones first (CO-1), otherwise keeps the order.
    pub fn list(mut rows: Vec<Self>) -> Vec<Self> {
        rows.sort_by_key(|row| !row.is_sensitive());
        rows
    }

    /// Whether the scope deserves a second look: deleting, other people's data, access while away.
    pub fn is_sensitive(&self) -> bool {
        self.name == "offline_access" || self.name.ends_with("_all") || self.action() == "delete"
    }

    /// The plain sentence.
    pub fn sentence(&self, chrome: &Chrome) -> String {
        match (self.known_key(), &self.description) {
            (Some(key), _) => chrome.t(key),
            (None, Some(description)) => description.clone(),
            (None, None) => chrome.tv("scope-other", "scope", &self.name),
        }
    }

    /// What an app needs it for, or what follows from it (CO-1); empty where we cannot know, or where
    /// another of these rows has said it before.
    pub fn why(&self, among: &[Self], chrome: &Chrome) -> String {
        let Some(key) = self.why_key() else {
            return String::new();
        };
        let first = among.iter().find(|row| row.why_key() == Some(key));
        if first.is_some_and(|first| first.name != self.name) {
            return String::new();
        }
        chrome.t(key)
    }

    fn why_key(&self) -> Option<&'static str> {
        Some(match (self.name.as_str(), self.action()) {
            ("openid", _) => "scope-openid-why",
            ("profile", _) => "scope-profile-why",
            ("email", _) => "scope-email-why",
            ("phone", _) => "scope-phone-why",
            ("address", _) => "scope-address-why",
            ("groups", _) => "scope-groups-why",
            ("roles", _) => "scope-roles-why",
            ("offline_access", _) => "scope-offline-why",
            (name, _) if name.ends_with("_all") => "scope-all-why",
            (_, "read") => "scope-read-why",
            (_, "write") => "scope-write-why",
            (_, "delete") => "scope-delete-why",
            _ => return None,
        })
    }

    /// The picture.
    pub fn icon(&self) -> ScopeIcon {
        match (self.name.as_str(), self.action()) {
            ("openid", _) => ScopeIcon::Identity,
            ("profile" | "groups", _) => ScopeIcon::Person,
            ("email", _) => ScopeIcon::Mail,
            ("phone", _) => ScopeIcon::Phone,
            ("address", _) => ScopeIcon::Place,
            ("offline_access", _) => ScopeIcon::Away,
            (_, "read") => ScopeIcon::Read,
            (_, "write") => ScopeIcon::Write,
            (_, "delete") => ScopeIcon::Delete,
            _ => ScopeIcon::Key,
        }
    }

    /// `read` of `tasks:read_all`; empty where the name has no such form.
    fn action(&self) -> &str {
        let action = self
            .name
            .rsplit_once([':', '.'])
            .map_or("", |(_, action)| action);
        action.strip_suffix("_all").unwrap_or(action)
    }

    fn known_key(&self) -> Option<&'static str> {
        Some(match self.name.as_str() {
            "openid" => "scope-openid",
            "profile" => "scope-profile",
            "email" => "scope-email",
            "phone" => "scope-phone",
            "address" => "scope-address",
            "groups" => "scope-groups",
            "roles" => "scope-roles",
            "offline_access" => "scope-offline",
            "tasks:read" => "scope-tasks-read",
            "tasks:write" => "scope-tasks-write",
            "tasks:delete" => "scope-tasks-delete",
            "tasks:read_all" => "scope-tasks-read-all",
            "tasks:write_all" => "scope-tasks-write-all",
            "tasks:delete_all" => "scope-tasks-delete-all",
            _ => return None,
        })
    }
}

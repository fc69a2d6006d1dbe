//! A scope as shown to the user: an icon and a sentence.

use super::layout::Layout;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeIcon {
    Identity,
    Person,
    Mail,
    Phone,
    Place,
    Read,
    Write,
    Key,
    /// Any sensitive scope.
    Alert,
}

/// The standard scopes: each with the catalog keys of its sentence and its purpose, and its icon.
const STANDARD: [(&str, &str, &str, ScopeIcon); 8] = [
    (
        "openid",
        "scope-openid",
        "scope-openid-why",
        ScopeIcon::Identity,
    ),
    (
        "profile",
        "scope-profile",
        "scope-profile-why",
        ScopeIcon::Person,
    ),
    ("email", "scope-email", "scope-email-why", ScopeIcon::Mail),
    ("phone", "scope-phone", "scope-phone-why", ScopeIcon::Phone),
    (
        "address",
        "scope-address",
        "scope-address-why",
        ScopeIcon::Place,
    ),
    (
        "groups",
        "scope-groups",
        "scope-groups-why",
        ScopeIcon::Person,
    ),
    ("roles", "scope-roles", "scope-roles-why", ScopeIcon::Key),
    (
        "offline_access",
        "scope-offline",
        "scope-offline-why",
        ScopeIcon::Alert,
    ),
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeRow {
    /// The scope's name on the wire: `tasks:read`.
    pub name: String,
    /// Registered description, used without a translation.
    pub description: Option<String>,
    /// Name of the resource that it gives access to; `None` for this server.
    pub resource: Option<String>,
    /// True if it exceeds what the user granted before.
    pub is_new: bool,
}

impl ScopeRow {
    pub fn new(name: impl Into<String>, description: Option<String>) -> Self {
        Self {
            name: name.into(),
            description,
            resource: None,
            is_new: false,
        }
    }

    /// Sorts sensitive scopes first and otherwise keeps the order.
    pub fn list(mut rows: Vec<Self>) -> Vec<Self> {
        rows.sort_by_key(|row| !row.is_sensitive());
        rows
    }

    /// Groups the rows by the name of their resource, in the order of the first row of each. The
    /// last group is that of this server, with an empty name.
    pub(super) fn by_resource(rows: &[Self]) -> Vec<(&str, Vec<&Self>)> {
        let mut groups: Vec<(&str, Vec<&Self>)> = Vec::new();
        for row in rows {
            let resource = row.resource.as_deref().unwrap_or_default();
            match groups.iter_mut().find(|(name, _)| *name == resource) {
                Some((_, group)) => group.push(row),
                None => groups.push((resource, vec![row])),
            }
        }
        groups.sort_by_key(|(resource, _)| resource.is_empty());
        groups
    }

    /// Returns true for sensitive scopes: deletion, data of other users, offline access.
    pub fn is_sensitive(&self) -> bool {
        self.name == "offline_access" || self.name.ends_with("_all") || self.action() == "delete"
    }

    pub fn sentence(&self, layout: &Layout) -> String {
        match (self.known_key(), &self.description) {
            (Some(key), _) => layout.t(key),
            (None, Some(description)) => description.clone(),
            (None, None) => layout.t_with("scope-other", "scope", &self.name),
        }
    }

    /// Returns the purpose or the consequence of the scope. Empty if it is unknown, or if an
    /// earlier row has the same text.
    pub fn purpose(&self, among: &[Self], layout: &Layout) -> String {
        let Some(key) = self.purpose_key() else {
            return String::new();
        };
        let first = among.iter().find(|row| row.purpose_key() == Some(key));
        if first.is_some_and(|first| first.name != self.name) {
            return String::new();
        }
        layout.t(key)
    }

    fn standard(&self) -> Option<(&'static str, &'static str, ScopeIcon)> {
        let mut all = STANDARD.into_iter();
        all.find_map(|(name, key, why, icon)| (name == self.name).then_some((key, why, icon)))
    }

    fn purpose_key(&self) -> Option<&'static str> {
        if let Some((_, why, _)) = self.standard() {
            return Some(why);
        }
        Some(match self.action() {
            _ if self.name.ends_with("_all") => "scope-all-why",
            "read" => "scope-read-why",
            "write" => "scope-write-why",
            "delete" => "scope-delete-why",
            _ => return None,
        })
    }

    pub fn icon(&self) -> ScopeIcon {
        match (self.standard(), self.action()) {
            _ if self.is_sensitive() => ScopeIcon::Alert,
            (Some((_, _, icon)), _) => icon,
            (None, "read") => ScopeIcon::Read,
            (None, "write") => ScopeIcon::Write,
            _ => ScopeIcon::Key,
        }
    }

    /// Returns `read` for `tasks:read_all`; empty if the name has no such form.
    fn action(&self) -> &str {
        let action = self
            .name
            .rsplit_once([':', '.'])
            .map_or("", |(_, action)| action);
        action.strip_suffix("_all").unwrap_or(action)
    }

    fn known_key(&self) -> Option<&'static str> {
        if let Some((key, _, _)) = self.standard() {
            return Some(key);
        }
        Some(match self.name.as_str() {
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

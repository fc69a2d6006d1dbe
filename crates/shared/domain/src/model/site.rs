//! Sites: applications behind a proxy that asks this server about each request.

use std::collections::BTreeSet;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{GroupId, SiteId};
use crate::time::UnixSeconds;

/// An application behind a proxy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Site {
    pub id: SiteId,
    /// Unique name.
    pub name: String,
    /// Hosts in canonical form: `wiki.example.com`, `wiki.example.com:8443` or `*.example.com`. A host belongs
    /// to one site.
    pub hosts: Vec<String>,
    /// Rules in their order. The first one that matches a request decides; without one it is denied.
    pub rules: Vec<SiteRule>,
    pub headers: SiteHeaders,
    pub settings: SiteSettings,
    /// Number of the change, from 1.
    pub version: i64,
    pub created_at: UnixSeconds,
    pub updated_at: UnixSeconds,
}

impl Site {
    /// Makes a site without hosts and rules.
    pub fn new(id: SiteId, name: String, now: UnixSeconds) -> Self {
        Self {
            id,
            name,
            hosts: Vec::new(),
            rules: Vec::new(),
            headers: SiteHeaders::default(),
            settings: SiteSettings::default(),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// A rule of a site: the requests that it matches, and its demand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SiteRule {
    /// Number of the rule in its site, from 1.
    pub id: u32,
    pub path: SitePath,
    /// Methods, such as `GET`; empty for any.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub methods: BTreeSet<String>,
    /// Networks of the visitor; empty for any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<IpNet>,
    pub demand: SiteDemand,
    /// Accepts access tokens of this deployment instead of a session.
    #[serde(default)]
    pub access_tokens: bool,
    /// Accepts API keys of this deployment instead of a session.
    #[serde(default)]
    pub api_keys: bool,
}

impl SiteRule {
    /// Makes a rule for all methods and networks, which accepts sessions alone.
    pub const fn new(id: u32, path: SitePath, demand: SiteDemand) -> Self {
        Self {
            id,
            path,
            methods: BTreeSet::new(),
            networks: Vec::new(),
            demand,
            access_tokens: false,
            api_keys: false,
        }
    }
}

/// The paths of a rule, in canonical form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SitePath {
    /// This path alone.
    Exact(String),
    /// This path and all below it; empty for every path. It does not end with a slash.
    Prefix(String),
}

/// The demand of a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteDemand {
    /// Denies every request.
    Deny,
    /// Allows every request.
    Anyone,
    /// Allows preflight requests of browsers (Fetch standard §3.3.3), and matches no other request.
    Preflight,
    /// Allows the requests of these users.
    User(UserDemand),
}

/// The demand of a rule for users. Without roles, groups and permissions every user meets it; with them a user
/// who has any of them.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct UserDemand {
    /// Roles by the key of their row, which a new name of a role changes here too.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<GroupId>,
    /// Permissions by the key of their row, at any audience.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub permissions: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<SiteFactor>,
    /// Maximum age of the authentication in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<i64>,
}

doorward_protocol::words! {
    /// The factors that a rule demands.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum SiteFactor {
        SecondFactor = "second_factor",
        Passkey = "passkey",
    }
}

/// The names of the headers that an application gets; an empty name leaves a header out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteHeaders {
    pub user: String,
    pub groups: String,
    pub email: String,
    pub name: String,
    /// Header with the signed JWT for the host.
    pub token: String,
}

impl Default for SiteHeaders {
    fn default() -> Self {
        Self {
            user: "Remote-User".to_owned(),
            groups: "Remote-Groups".to_owned(),
            email: "Remote-Email".to_owned(),
            name: "Remote-Name".to_owned(),
            token: "Remote-Token".to_owned(),
        }
    }
}

impl SiteHeaders {
    /// Returns the name of each header by the fact that it has; empty: left out.
    pub fn by_fact(&self) -> [(&'static str, &str); 5] {
        [
            ("user", &self.user),
            ("groups", &self.groups),
            ("email", &self.email),
            ("name", &self.name),
            ("token", &self.token),
        ]
    }

    /// Returns the header with this fact.
    pub fn with_fact(&mut self, fact: &str) -> Option<&mut String> {
        match fact {
            "user" => Some(&mut self.user),
            "groups" => Some(&mut self.groups),
            "email" => Some(&mut self.email),
            "name" => Some(&mut self.name),
            "token" => Some(&mut self.token),
            _ => None,
        }
    }
}

/// The other settings of a site.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteSettings {
    /// Organization, by slug, whose roles, groups and permissions count beside those without an organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Sends header values as UTF-8 instead of percent-encoding what is not printable ASCII.
    pub raw_headers: bool,
}

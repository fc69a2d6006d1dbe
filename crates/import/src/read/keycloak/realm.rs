//! Roles, groups, providers and clients of a realm.

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::rules::provider::Preset;
use doorward_domain::secret::Secret;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::{BUILT_IN, KeycloakClient};
use super::user::{KeycloakUser, ServiceAccount};
use crate::item::{Item, Kind, Note};
use crate::read::{ReadError, Sink};
use crate::record::{GroupRecord, ProviderRecord, Record, RoleRecord, UserRecord};

/// The value of a member that is not there.
static ABSENT: Value = Value::Null;

/// Client whose roles are power over the realm.
const POWER: &str = "realm-management";

/// A role: of the realm, or of a client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct RoleName {
    client: Option<String>,
    name: String,
}

impl RoleName {
    /// Returns the name in records. Tokens of Keycloak keep both kinds apart.
    fn text(&self) -> String {
        match &self.client {
            Some(client) => format!("{client}:{}", self.name),
            None => self.name.clone(),
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Role {
    description: String,
    parts: BTreeSet<RoleName>,
}

/// The content of a realm, except users.
#[derive(Debug)]
pub struct Realm {
    name: String,
    members: Map<String, Value>,
    accounts: BTreeMap<String, ServiceAccount>,
    roles: BTreeMap<RoleName, Role>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RoleEntry {
    name: String,
    description: Option<String>,
    composites: Composites,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Composites {
    realm: Vec<String>,
    client: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct GroupEntry {
    name: String,
    path: Option<String>,
    description: Option<String>,
    attributes: BTreeMap<String, Value>,
    realm_roles: Vec<String>,
    client_roles: BTreeMap<String, Vec<String>>,
    sub_groups: Vec<GroupEntry>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ProviderEntry {
    alias: String,
    display_name: Option<String>,
    provider_id: String,
    trust_email: bool,
    config: BTreeMap<String, Value>,
}

/// Reads the entries of a list.
fn entries<T: for<'de> Deserialize<'de>>(what: &str, list: &Value) -> Result<Vec<T>, ReadError> {
    let list = list.as_array().into_iter().flatten();
    let read = list.map(|entry| {
        let unknown = |_| ReadError::Unusable(format!("an entry of {what} has an unknown form"));
        T::deserialize(entry).map_err(unknown)
    });
    read.collect()
}

fn names(realm: &[String], client: &BTreeMap<String, Vec<String>>) -> BTreeSet<RoleName> {
    let of_realm = realm.iter().map(|name| RoleName {
        client: None,
        name: name.clone(),
    });
    let of_clients = client.iter().flat_map(|(client, names)| {
        names.iter().map(|name| RoleName {
            client: Some(client.clone()),
            name: name.clone(),
        })
    });
    of_realm.chain(of_clients).collect()
}

impl Realm {
    /// Takes the members of the export and the service accounts by client.
    ///
    /// # Errors
    /// Returns [`ReadError`] if a role has an unknown form.
    pub fn new(
        members: Map<String, Value>,
        accounts: BTreeMap<String, ServiceAccount>,
    ) -> Result<Self, ReadError> {
        let all = members.get("roles").cloned().unwrap_or_default();
        let mut roles = BTreeMap::new();
        let mut add = |client: Option<&String>, list: &Value| -> Result<(), ReadError> {
            for entry in entries::<RoleEntry>("roles", list)? {
                let name = RoleName {
                    client: client.cloned(),
                    name: entry.name,
                };
                let role = Role {
                    description: entry.description.unwrap_or_default(),
                    parts: names(&entry.composites.realm, &entry.composites.client),
                };
                roles.insert(name, role);
            }
            Ok(())
        };
        add(None, &all["realm"])?;
        for (client, list) in all["client"].as_object().into_iter().flatten() {
            add(Some(client), list)?;
        }
        let name = members.get("realm").and_then(Value::as_str);
        Ok(Self {
            name: name.unwrap_or_default().to_owned(),
            members,
            accounts,
            roles,
        })
    }

    fn is_built_in(&self, role: &RoleName) -> bool {
        match &role.client {
            Some(client) => BUILT_IN.contains(&client.as_str()) || self.is_power(role),
            None => {
                matches!(role.name.as_str(), "offline_access" | "uma_authorization")
                    || role.name == format!("default-roles-{}", self.name)
                    || self.is_power(role)
            }
        }
    }

    /// Returns true for a role that is power over Keycloak.
    fn is_power(&self, role: &RoleName) -> bool {
        let is_master = self.name == "master";
        match &role.client {
            Some(client) => client == POWER || is_master && client.ends_with("-realm"),
            None => is_master && matches!(role.name.as_str(), "admin" | "create-realm"),
        }
    }

    /// Returns these roles with everything that they are composed of. A composite may contain
    /// itself.
    fn flattened(&self, held: BTreeSet<RoleName>) -> BTreeSet<RoleName> {
        let mut found = BTreeSet::new();
        let mut open: Vec<RoleName> = held.into_iter().collect();
        while let Some(role) = open.pop() {
            if let Some(known) = self.roles.get(&role) {
                open.extend(known.parts.difference(&found).cloned());
            }
            found.insert(role);
        }
        found
    }

    /// Returns the names of the roles that are carried, and true if one of the others is power.
    fn carried(
        &self,
        realm: &[String],
        client: &BTreeMap<String, Vec<String>>,
        notes: &mut Vec<Note>,
    ) -> (BTreeSet<String>, bool) {
        let held = self.flattened(names(realm, client));
        let power: Vec<_> = held
            .iter()
            .filter(|role| self.is_power(role))
            .map(RoleName::text)
            .collect();
        if !power.is_empty() {
            let text = format!("administration roles are not carried: {}", power.join(", "));
            notes.push(Note::new("administration_roles", text));
        }
        let is_admin = power
            .iter()
            .any(|role| role == "realm-management:realm-admin" || role == "admin");
        let carried = held.iter().filter(|role| !self.is_built_in(role));
        (carried.map(RoleName::text).collect(), is_admin)
    }

    fn list(&self, name: &str) -> &Value {
        self.members.get(name).unwrap_or(&ABSENT)
    }

    /// Sends everything except users.
    pub fn records(&self, users: u64, sink: Sink<'_>) -> Result<(), ReadError> {
        if users == 0 {
            let text = "the export has no users: export with --users same_file, or pass the \
                        directory of the export";
            let notes = vec![Note::new("no_users", text)];
            sink(Record::Skipped(Item::skipped(
                Kind::Source,
                "users",
                "users",
                notes,
            )))?;
        }
        self.send_roles(sink)?;
        for group in entries::<GroupEntry>("groups", self.list("groups"))? {
            self.send_group(group, None, sink)?;
        }
        self.send_providers(sink)?;
        for client in entries::<KeycloakClient>("clients", self.list("clients"))? {
            match client.record() {
                Ok(mut record) => {
                    if let Some(account) = self.accounts.get(&record.id) {
                        let (roles, _) = self.carried(
                            &account.realm_roles,
                            &account.client_roles,
                            &mut record.notes,
                        );
                        record.roles = roles;
                    }
                    sink(Record::Client(Box::new(record)))?;
                }
                Err(item) => sink(Record::Skipped(item))?,
            }
        }
        for item in self.left_behind() {
            sink(Record::Skipped(item))?;
        }
        Ok(())
    }

    fn send_roles(&self, sink: Sink<'_>) -> Result<(), ReadError> {
        let mut sent = BTreeSet::new();
        for (name, role) in &self.roles {
            let text = name.text();
            if self.is_built_in(name) {
                continue;
            }
            if !sent.insert(text.clone()) {
                let note = Note::new("twice", "a realm role has the same name");
                let item = Item::skipped(Kind::Role, &text, &text, vec![note]);
                sink(Record::Skipped(item))?;
                continue;
            }
            let mut notes = Vec::new();
            if !role.parts.is_empty() {
                let parts: Vec<_> = role.parts.iter().map(RoleName::text).collect();
                let text = format!(
                    "is composed of {}: its holders get each of them",
                    parts.join(", ")
                );
                notes.push(Note::new("composite", text));
            }
            sink(Record::Role(RoleRecord {
                name: text,
                description: role.description.clone(),
                permissions: BTreeSet::new(),
                notes,
            }))?;
        }
        Ok(())
    }

    fn send_group(
        &self,
        group: GroupEntry,
        parent: Option<&str>,
        sink: Sink<'_>,
    ) -> Result<(), ReadError> {
        let mut notes = Vec::new();
        if !group.attributes.is_empty() {
            let all: Vec<_> = group.attributes.keys().map(String::as_str).collect();
            let text = format!("attributes are not carried: {}", all.join(", "));
            notes.push(Note::new("attributes", text));
        }
        let (roles, _) = self.carried(&group.realm_roles, &group.client_roles, &mut notes);
        let path = group
            .path
            .unwrap_or_else(|| format!("{}/{}", parent.unwrap_or_default(), group.name));
        sink(Record::Group(GroupRecord {
            path: path.clone(),
            parent: parent.map(str::to_owned),
            name: group.name,
            description: group.description.unwrap_or_default(),
            roles,
            notes,
        }))?;
        for below in group.sub_groups {
            self.send_group(below, Some(&path), sink)?;
        }
        Ok(())
    }

    fn send_providers(&self, sink: Sink<'_>) -> Result<(), ReadError> {
        let all = self.list("identityProviders");
        for entry in entries::<ProviderEntry>("identityProviders", all)? {
            let text = |name: &str| {
                let value = entry.config.get(name)?.as_str()?;
                (!value.is_empty()).then(|| value.to_owned())
            };
            let preset = match entry.provider_id.as_str() {
                "oidc" | "keycloak-oidc" => Some(Preset::Oidc),
                other => Preset::parse(other).filter(|one| *one != Preset::Oauth2),
            };
            let mut notes = Vec::new();
            if entry.trust_email {
                let text = "its e-mail addresses were trusted; decide with --trusts-email";
                notes.push(Note::new("trust_email", text));
            }
            let is_usable = |text: &String| !text.contains("${") && !text.contains("***");
            let secret = text("clientSecret").filter(is_usable);
            if secret.is_none() {
                let text = "the client secret is not in the export";
                notes.push(Note::new("no_secret", text));
            }
            let scopes = text("defaultScope").unwrap_or_default();
            sink(Record::Provider(Box::new(ProviderRecord {
                alias: entry.alias.clone(),
                preset,
                name: entry.display_name.clone().filter(|name| !name.is_empty()),
                issuer: text("issuer"),
                client_id: text("clientId").unwrap_or_default(),
                secret: secret.map(Secret::new),
                scopes: scopes.split_whitespace().map(str::to_owned).collect(),
                notes,
            })))?;
        }
        Ok(())
    }

    /// Returns an item for each part of the realm that has no counterpart.
    fn left_behind(&self) -> Vec<Item> {
        let item = |name: &str, text: &str| {
            let notes = vec![Note::new("not_carried", text)];
            Item::skipped(Kind::Source, name, name, notes)
        };
        let mut items = Vec::new();
        let count = |name: &str| match self.list(name) {
            Value::Array(list) => list.len(),
            Value::Object(members) => members.len(),
            Value::String(text) => usize::from(!text.is_empty()),
            _ => 0,
        };
        let parts = [
            ("smtpServer", "configure mail in doorward.toml"),
            ("passwordPolicy", "see passwords in doorward.toml"),
            ("clientScopes", "create scopes with `doorward scope create`"),
            ("scopeMappings", "scopes do not limit roles here"),
            ("clientScopeMappings", "scopes do not limit roles here"),
            (
                "identityProviderMappers",
                "see the provider's claims and roles",
            ),
            ("organizations", "create them with `doorward org create`"),
            (
                "components",
                "keys, storage providers and policies of Keycloak; the signing keys change",
            ),
            (
                "userFederationProviders",
                "users of LDAP have no password here",
            ),
        ];
        for (name, text) in parts {
            if count(name) > 0 {
                items.push(item(name, text));
            }
        }
        let flows = self.list("authenticationFlows").as_array();
        let is_own = |flow: &&Value| flow["builtIn"] == Value::Bool(false);
        let flows: Vec<_> = flows
            .into_iter()
            .flatten()
            .filter(is_own)
            .filter_map(|flow| flow["alias"].as_str())
            .collect();
        if !flows.is_empty() {
            let text = format!("authentication flows are not carried: {}", flows.join(", "));
            items.push(item("authenticationFlows", &text));
        }
        items
    }

    /// Converts a user; `None` for a service account.
    pub fn user(&self, mut user: KeycloakUser) -> Option<UserRecord> {
        let realm_roles = std::mem::take(&mut user.realm_roles);
        let client_roles = std::mem::take(&mut user.client_roles);
        let mut record = user.record()?;
        let (roles, is_admin) = self.carried(&realm_roles, &client_roles, &mut record.notes);
        record.roles = roles;
        record.is_superuser = is_admin;
        Some(record)
    }
}

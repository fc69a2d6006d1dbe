//! Roles, groups, providers and clients of a realm.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::client::{self, BUILT_IN};
use super::provider;
use super::user::{self, HeldRoles, KeycloakUser, owned};
use crate::item::{Item, Kind, Note};
use crate::read::fields::Fields;
use crate::read::found::{Findings, Found, UNREADABLE, Unreadable};
use crate::read::{Result, Sink};
use crate::record::{GroupRecord, Record, RoleRecord};

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
    notes: Vec<Note>,
}

/// The content of a realm, except users.
#[derive(Debug)]
pub struct Realm {
    name: String,
    members: Map<String, Value>,
    accounts: BTreeMap<String, HeldRoles>,
    roles: BTreeMap<RoleName, Role>,
    /// Results of roles that cannot be read.
    unreadable: Vec<Item>,
}

/// Returns the objects of a list, or the result for the report of what is none.
fn objects<'a>(kind: Kind, place: &str, list: Found<&'a [Value]>) -> Vec<Result<Fields<'a>, Item>> {
    let list = match list {
        Ok(list) => list.unwrap_or_default(),
        Err(unreadable) => {
            return vec![Err(Item::rejected(kind, place, unreadable.note()))];
        }
    };
    let entries = list
        .iter()
        .enumerate()
        .filter(|(_, entry)| !entry.is_null());
    let entries = entries.map(|(at, entry)| match entry {
        Value::Object(members) => Ok(Fields(members)),
        other => {
            let name = format!("{place}[{at}]");
            let note = Unreadable::json(&name, other, "an object").note();
            Err(Item::rejected(kind, &name, note))
        }
    });
    entries.collect()
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

/// Reads a role. Everything decides what its holders may do.
fn read_role(
    entry: Fields<'_>,
    client: Option<&String>,
    place: &str,
) -> Result<(RoleName, Role), Item> {
    let mut findings = Findings::default();
    let Some(name) = findings.require(entry.text("name")) else {
        if findings.notes.is_empty() {
            let note = Note::new(UNREADABLE, "name: there is none");
            findings.notes.push(note.about("name", None));
        }
        return Err(Item::skipped(Kind::Role, place, place, findings.notes));
    };
    let description = findings.note(entry.text("description"));
    let parts = findings.require(entry.object("composites"));
    let parts = parts.map(|parts| {
        let realm = owned(findings.require(parts.texts("realm")));
        let client = findings.require(parts.grouped_texts("client"));
        names(&realm, &client.unwrap_or_default())
    });
    let role = Role {
        description: description.unwrap_or_default().to_owned(),
        parts: parts.unwrap_or_default(),
        notes: findings.finish(Kind::Role, name, name)?,
    };
    let name = RoleName {
        client: client.cloned(),
        name: name.to_owned(),
    };
    Ok((name, role))
}

impl Realm {
    /// Takes the members of the export and the service accounts by client.
    pub fn new(members: Map<String, Value>, accounts: BTreeMap<String, HeldRoles>) -> Self {
        let name = members.get("realm").and_then(Value::as_str);
        let mut realm = Self {
            name: name.unwrap_or_default().to_owned(),
            members: Map::new(),
            accounts,
            roles: BTreeMap::new(),
            unreadable: Vec::new(),
        };
        realm.read_roles(Fields(&members));
        realm.members = members;
        realm
    }

    fn read_roles(&mut self, members: Fields<'_>) {
        let Some(all) = self.role_object(members, "roles", "roles") else {
            return;
        };
        self.add_roles(None, "roles.realm", all.list("realm"));
        if let Some(clients) = self.role_object(all, "client", "roles.client") {
            for client in clients.0.keys() {
                let place = format!("roles.client.{client}");
                self.add_roles(Some(client), &place, clients.list(client));
            }
        }
    }

    /// Returns an object with roles; none, with a result for the report, if it cannot be read.
    fn role_object<'a>(&mut self, all: Fields<'a>, name: &str, place: &str) -> Option<Fields<'a>> {
        all.object(name).unwrap_or_else(|unreadable| {
            let item = Item::rejected(Kind::Role, place, unreadable.note());
            self.unreadable.push(item);
            None
        })
    }

    fn add_roles(&mut self, client: Option<&String>, place: &str, list: Found<&[Value]>) {
        for entry in objects(Kind::Role, place, list) {
            match entry.and_then(|entry| read_role(entry, client, place)) {
                Ok((name, role)) => {
                    self.roles.insert(name, role);
                }
                Err(item) => self.unreadable.push(item),
            }
        }
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
    fn carried(&self, held: &HeldRoles, notes: &mut Vec<Note>) -> (BTreeSet<String>, bool) {
        let held = self.flattened(names(&held.realm_roles, &held.client_roles));
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

    const fn fields(&self) -> Fields<'_> {
        Fields(&self.members)
    }

    /// Sends everything except users.
    pub fn records(&self, users: u64, sink: Sink<'_>) -> Result<()> {
        if users == 0 {
            let text = "the export has no users: export with --users same_file, or pass the \
                        directory of the export";
            let note = Note::new("no_users", text);
            sink(Record::Skipped(Item::rejected(Kind::Source, "users", note)))?;
        }
        self.send_roles(sink)?;
        for group in objects(Kind::Group, "groups", self.fields().list("groups")) {
            self.send_group(group, None, sink)?;
        }
        let (place, kind) = ("identityProviders", Kind::Provider);
        for entry in objects(kind, place, self.fields().list(place)) {
            sink(Record::read(
                entry.and_then(provider::record),
                Record::Provider,
            ))?;
        }
        for entry in objects(Kind::Client, "clients", self.fields().list("clients")) {
            let mut client = entry.and_then(client::record);
            if let Ok(record) = &mut client
                && let Some(account) = self.accounts.get(&record.id)
            {
                record.notes.extend(account.notes.iter().cloned());
                (record.roles, _) = self.carried(account, &mut record.notes);
            }
            sink(Record::read(client, Record::Client))?;
        }
        for item in self.left_behind() {
            sink(Record::Skipped(item))?;
        }
        Ok(())
    }

    fn send_roles(&self, sink: Sink<'_>) -> Result<()> {
        for item in &self.unreadable {
            sink(Record::Skipped(item.clone()))?;
        }
        let mut sent = BTreeSet::new();
        for (name, role) in &self.roles {
            let text = name.text();
            if self.is_built_in(name) {
                continue;
            }
            if !sent.insert(text.clone()) {
                let note = Note::new("twice", "a realm role has the same name");
                sink(Record::Skipped(Item::rejected(Kind::Role, &text, note)))?;
                continue;
            }
            let mut notes = role.notes.clone();
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
        group: Result<Fields<'_>, Item>,
        parent: Option<&str>,
        sink: Sink<'_>,
    ) -> Result<()> {
        let read = group.and_then(|group| Ok((group, self.read_group(group, parent)?)));
        let (group, record) = match read {
            Ok(read) => read,
            Err(item) => return sink(Record::Skipped(item)),
        };
        let path = record.path.clone();
        sink(Record::Group(record))?;
        for below in objects(Kind::Group, &path, group.list("subGroups")) {
            self.send_group(below, Some(&path), sink)?;
        }
        Ok(())
    }

    fn read_group(&self, group: Fields<'_>, parent: Option<&str>) -> Result<GroupRecord, Item> {
        let mut findings = Findings::default();
        let path = findings.require(group.text("path"));
        let of_path = path.and_then(|path| path.rsplit('/').next());
        let name = findings.require(group.text("name")).or(of_path);
        let name = name.unwrap_or_default();
        let path = path.map_or_else(
            || format!("{}/{name}", parent.unwrap_or_default()),
            str::to_owned,
        );
        let description = findings.note(group.text("description"));
        let held = user::held_roles(group, &mut findings);
        let attributes = findings.note(group.object("attributes"));
        let mut notes = findings.finish(Kind::Group, &path, name)?;
        if let Some(attributes) = attributes.filter(|all| !all.0.is_empty()) {
            let all: Vec<_> = attributes.0.keys().map(String::as_str).collect();
            let text = format!("attributes are not carried: {}", all.join(", "));
            notes.push(Note::new("attributes", text));
        }
        let (roles, _) = self.carried(&held, &mut notes);
        Ok(GroupRecord {
            path,
            parent: parent.map(str::to_owned),
            name: name.to_owned(),
            description: description.unwrap_or_default().to_owned(),
            roles,
            notes,
        })
    }

    /// Returns an item for each part of the realm that has no counterpart.
    fn left_behind(&self) -> Vec<Item> {
        let item = |name: &str, text: &str| {
            Item::rejected(Kind::Source, name, Note::new("not_carried", text))
        };
        let mut items = Vec::new();
        let count = |name: &str| match self.members.get(name) {
            Some(Value::Array(list)) => list.len(),
            Some(Value::Object(members)) => members.len(),
            Some(Value::String(text)) => usize::from(!text.is_empty()),
            Some(Value::Bool(is_there)) => usize::from(*is_there),
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
                "federatedUsers",
                "what Keycloak keeps for users of storage providers, such as roles and authenticator \
                 apps",
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
        let flows = self.members.get("authenticationFlows");
        let flows = flows.and_then(Value::as_array);
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

    /// Converts the user at this position; `None` for a service account.
    pub fn user(&self, user: Value, number: usize) -> Option<Record> {
        if user.is_null() {
            return None;
        }
        let Some(user) = KeycloakUser::new(user) else {
            let name = format!("users[{}]", number - 1);
            let note = Note::new(UNREADABLE, "no object").about("users", None);
            return Some(Record::Skipped(Item::rejected(Kind::User, &name, note)));
        };
        if matches!(user.service_account(), Ok(Some(_))) {
            return None;
        }
        let mut findings = Findings::default();
        let held = user.roles(&mut findings);
        let mut record = user.record(&mut findings);
        if record.old_id.is_empty() {
            // The position changes when a user is added before.
            record.old_id.clone_from(&record.username);
        }
        if record.old_id.is_empty() {
            record.old_id = format!("users[{}]", number - 1);
        }
        (record.roles, record.is_superuser) = self.carried(&held, &mut findings.notes);
        Some(findings.user(record))
    }
}

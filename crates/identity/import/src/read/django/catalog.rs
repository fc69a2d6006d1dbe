//! Permissions, roles, groups, providers and clients of Django.

use super::application;
use super::overview::Overview;
use super::permission::Permission;
use super::rights::Right;
use super::row::{Row, key};
use super::table::GroupsAs;
use crate::item::{Item, Kind, Note};
use crate::prelude::*;
use crate::read::found::{Findings, Unreadable};
use crate::read::{Result, Sink};
use crate::record::{GroupRecord, PermissionRecord, ProviderRecord, Record, RoleRecord};
use doorward_rules::slug;

impl Overview {
    fn permission(&self, reference: &str) -> Option<Permission> {
        if let Some(known) = self.permissions.get(reference) {
            return Some(known.clone());
        }
        let parts: Vec<_> = reference.split('\u{1f}').collect();
        match parts.as_slice() {
            ["natural", codename, app, model] => Some(Permission {
                app: (*app).to_owned(),
                model: (*model).to_owned(),
                codename: (*codename).to_owned(),
            }),
            _ => None,
        }
    }

    /// Returns the name of the role for the permissions of a single user.
    pub(super) fn set_role(set: &BTreeSet<String>) -> String {
        let all: Vec<_> = set.iter().map(String::as_str).collect();
        format!("user permissions {}", slug::digest(&all.join("\n")))
    }

    /// Resolves references; a note for those that are not in the dump.
    fn resolved(
        &self,
        references: impl Iterator<Item = String>,
        notes: &mut Vec<Note>,
    ) -> Vec<Permission> {
        let mut found = Vec::new();
        let mut missing = 0;
        for reference in references {
            match self.permission(&reference) {
                Some(permission) => found.push(permission),
                None => missing += 1,
            }
        }
        if missing > 0 {
            let text = format!(
                "{missing} permissions are not in the dump: use --natural-foreign, or dump \
                 auth.permission and contenttypes too"
            );
            notes.push(Note::new("permission_unknown", text));
        }
        found
    }

    /// Sends everything except users.
    pub fn records(&self, sink: Sink<'_>) -> Result<()> {
        let mut catalog = CatalogRecords::default();
        let mut skipped = Vec::new();
        for row in &self.group_rows {
            let mut findings = Findings::default();
            let name = findings.require(row.fields().text("name"));
            let held = findings.require(row.fields().list("permissions"));
            let (name, held) = (name.unwrap_or_default(), held.unwrap_or_default());
            match findings.finish(Kind::Role, &row.old_id(), name) {
                Ok(_) => {
                    let reference = row.pk.as_ref().map(key).unwrap_or_default();
                    let right = self.of_group(&reference, name);
                    self.add_right(&right, name, held.iter().map(key).collect(), &mut catalog);
                }
                Err(item) => skipped.push(item),
            }
        }
        for name in &self.named_groups {
            self.add_right(&self.of_name(name), name, Vec::new(), &mut catalog);
        }
        let (tree, without_place) = self.trees.records();
        skipped.extend(without_place.iter().cloned());
        self.add_tree(tree, &mut catalog);
        if self.options.with_permissions {
            for set in &self.sets {
                let name = Self::set_role(set);
                let description = "Permissions of single users";
                self.add_role(
                    &name,
                    description,
                    set.iter().cloned().collect(),
                    &mut catalog,
                );
            }
        }
        // Their permissions exist here even if no role has them.
        let held = self.sets.iter().flatten();
        let held = held.filter_map(|reference| self.permission(reference));
        catalog
            .permissions
            .extend(held.map(|one| (one.name(), one)));
        for item in skipped {
            sink(Record::Skipped(item))?;
        }
        catalog.send(sink)?;
        for row in &self.social_apps {
            sink(Record::read(provider(row), Record::Provider))?;
        }
        for row in &self.applications {
            sink(Record::read(application::record(row), Record::Client))?;
        }
        self.left_behind(sink)
    }

    fn add_role(
        &self,
        name: &str,
        description: &str,
        references: Vec<String>,
        catalog: &mut CatalogRecords,
    ) {
        let mut notes = Vec::new();
        let held = self.resolved(references.into_iter(), &mut notes);
        let names = held.iter().map(Permission::name).collect();
        let named = held.into_iter().map(|one| (one.name(), one));
        catalog.permissions.extend(named);
        let role = RoleRecord {
            name: name.to_owned(),
            description: description.to_owned(),
            permissions: names,
            notes,
        };
        catalog.roles.entry(name.to_owned()).or_insert(role);
    }

    /// Adds a group of the source as a role, or as a group with a role for its permissions.
    fn add_right(
        &self,
        right: &Right,
        name: &str,
        references: Vec<String>,
        catalog: &mut CatalogRecords,
    ) {
        match right {
            Right::Role(role) => self.add_role(role, "", references, catalog),
            Right::Group(path) => {
                if !references.is_empty() {
                    self.add_role(name, "", references, catalog);
                    let roles = catalog.roles_of.entry(path.clone()).or_default();
                    roles.insert(name.to_owned());
                }
                if !self.extended.contains_key(path) {
                    catalog.groups.push(GroupRecord {
                        path: path.clone(),
                        name: name.to_owned(),
                        ..GroupRecord::default()
                    });
                }
            }
        }
    }

    /// Adds the groups of the trees, or their roles.
    fn add_tree(&self, tree: &[GroupRecord], catalog: &mut CatalogRecords) {
        if self.options.groups_as == Some(GroupsAs::Roles) {
            for group in tree {
                let role = self.role_of_path(&group.path);
                self.add_role(&role, "", Vec::new(), catalog);
            }
        } else {
            catalog.groups.extend(tree.iter().cloned());
        }
    }
}

/// Roles, groups and permissions on their way to the plan.
#[derive(Default)]
struct CatalogRecords {
    permissions: BTreeMap<String, Permission>,
    roles: BTreeMap<String, RoleRecord>,
    groups: Vec<GroupRecord>,
    /// Path of a group → its roles.
    roles_of: HashMap<String, BTreeSet<String>>,
}

impl CatalogRecords {
    fn send(mut self, sink: Sink<'_>) -> Result<()> {
        for (name, permission) in self.permissions {
            sink(Record::Permission(PermissionRecord {
                codename: permission.here(),
                description: format!("{} ({})", permission.codename, permission.model),
                name,
            }))?;
        }
        for role in self.roles.into_values() {
            sink(Record::Role(role))?;
        }
        for mut group in self.groups {
            group.roles = self.roles_of.remove(&group.path).unwrap_or_default();
            sink(Record::Group(group))?;
        }
        Ok(())
    }
}

/// Converts an app of allauth, or returns the reason why it is skipped.
fn provider(row: &Row) -> Result<ProviderRecord, Item> {
    let fields = row.fields();
    let mut findings = Findings::default();
    let mut text = |name| findings.require(fields.text(name)).unwrap_or_default();
    let (provider, id) = (text("provider"), text("provider_id"));
    let (name, client_id) = (text("name"), text("client_id"));
    let settings = fields.json("settings").map_err(Unreadable::without_value);
    let settings = findings.require(settings).unwrap_or_default();
    let secret = findings.require(fields.secret("secret"));
    let alias = if id.is_empty() { provider } else { id };
    let mut notes = findings.finish(Kind::Provider, alias, name)?;
    let preset = match provider {
        "openid_connect" => Some(Preset::Oidc),
        other => Preset::parse(other).filter(|one| *one != Preset::Oauth2),
    };
    let server = settings["server_url"].as_str().map(|url| {
        let end = "/.well-known/openid-configuration";
        url.strip_suffix(end).unwrap_or(url).to_owned()
    });
    if preset == Some(Preset::Apple) {
        let text = "the signing key of Apple is not carried: `doorward provider put` takes it";
        notes.push(Note::new("no_secret", text));
    }
    let secret = secret.filter(|_| preset != Some(Preset::Apple));
    Ok(ProviderRecord {
        alias: alias.to_owned(),
        preset,
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        issuer: server,
        client_id: client_id.to_owned(),
        secret: secret.map(|secret| Secret::new(secret.to_owned())),
        scopes: Vec::new(),
        notes,
    })
}

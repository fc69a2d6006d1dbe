//! Permissions, roles, groups and providers.

use std::collections::{BTreeMap, BTreeSet};

use doorward_access::rbac;
use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::group::path_below;
use doorward_domain::model::{ADMIN_ROLE, Permission, ProviderId, Role};
use doorward_rules::displayed_name;
use doorward_rules::provider::Preset;

use super::links::Issuers;
use crate::item::{Item, Kind, Note};
use crate::options::ImportOptions;
use crate::record::{GroupRecord, PermissionRecord, ProviderRecord, Record, RoleRecord};
use crate::slug;

/// The contents of the store that the catalog may collide with.
#[derive(Clone, Debug, Default)]
pub struct Stock {
    pub own_issuer: String,
    /// Codename → audience.
    pub permissions: BTreeMap<String, String>,
    pub roles: BTreeSet<String>,
    /// Paths of groups outside organizations.
    pub groups: BTreeSet<String>,
    /// Provider id → issuer.
    pub providers: BTreeMap<String, String>,
    pub clients: BTreeSet<String>,
    /// Ids here of imported objects, by kind and old id.
    pub imported: BTreeMap<(Kind, String), String>,
    /// Private-use schemes without a dot that redirect URIs may have.
    pub redirect_schemes: Vec<String>,
    /// True if no mail reaches local parts beyond ASCII (`mail.smtputf8`).
    pub is_mail_ascii: bool,
}

impl Stock {
    fn known(&self, kind: Kind, old_id: &str) -> Option<&str> {
        let key = (kind, old_id.to_owned());
        self.imported.get(&key).map(String::as_str)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Planned<T> {
    /// Object to create; `None` if there is nothing to do.
    pub create: Option<T>,
    pub item: Item,
}

impl<T> Planned<T> {
    pub(super) const fn nothing(item: Item) -> Self {
        Self { create: None, item }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGroup {
    pub path: String,
    pub parent: Option<String>,
    pub description: String,
    pub roles: BTreeSet<String>,
}

/// The plan of everything that users refer to.
#[derive(Clone, Debug)]
pub struct Catalog<'a> {
    options: &'a ImportOptions,
    stock: Stock,
    /// Names of the source → codenames.
    permissions: BTreeMap<String, String>,
    /// Names of the source → role names.
    roles: BTreeMap<String, String>,
    /// Paths of the source → paths.
    groups: BTreeMap<String, String>,
    /// Kinds and old ids of the objects of this run.
    seen: BTreeSet<(Kind, String)>,
    issuers: Issuers,
}

impl<'a> Catalog<'a> {
    /// Starts with the contents of the store.
    pub fn new(options: &'a ImportOptions, stock: Stock) -> Self {
        Self {
            options,
            stock,
            permissions: BTreeMap::new(),
            roles: options.roles.clone(),
            groups: BTreeMap::new(),
            seen: BTreeSet::new(),
            issuers: Issuers::new(options),
        }
    }

    /// Returns the contents of the store and what has been planned.
    pub(super) const fn stock(&self) -> &Stock {
        &self.stock
    }

    pub(super) const fn options(&self) -> &ImportOptions {
        self.options
    }

    pub const fn issuers(&self) -> &Issuers {
        &self.issuers
    }

    /// Returns the roles with these names in the source, and a note for each unknown one.
    pub fn roles_of<'b>(
        &self,
        names: impl IntoIterator<Item = &'b String>,
        notes: &mut Vec<Note>,
    ) -> BTreeSet<String> {
        let missing = |name: &str| {
            let text = format!("role {name:?} is not imported");
            Note::new("role_not_imported", text)
        };
        resolve(&self.roles, names, notes, missing)
    }

    /// Returns the groups with these paths in the source, and a note for each unknown one.
    pub fn groups_of<'b>(
        &self,
        paths: impl IntoIterator<Item = &'b String>,
        notes: &mut Vec<Note>,
    ) -> BTreeSet<String> {
        let missing = |path: &str| {
            let text = format!("group {path:?} is not imported");
            Note::new("group_not_imported", text)
        };
        resolve(&self.groups, paths, notes, missing)
    }

    /// Returns the result for an object if an earlier one of the source has its kind and id.
    pub fn repeated(&mut self, record: &Record) -> Option<Item> {
        let (kind, old_id, name) = record.identity()?;
        if self.seen.insert((kind, old_id.to_owned())) {
            return None;
        }
        let note = Note::new("twice", "the id occurs twice in the source");
        Some(Item::skipped(kind, old_id, name, vec![note]))
    }

    pub fn permission(&mut self, record: &PermissionRecord) -> Planned<Permission> {
        let name = record.name.as_str();
        let skip = |code, text: &str| {
            let notes = vec![Note::new(code, text)];
            Planned::nothing(Item::skipped(Kind::Permission, name, name, notes))
        };
        let codename = record.codename.as_str();
        let Some(audience) = &self.options.audience else {
            return skip("no_audience", "name the resource with --audience URI");
        };
        if rbac::Permission::parse(codename).is_err() {
            return skip("name", "the name has no form resource:action here");
        }
        if *audience == self.stock.own_issuer {
            return skip("own_audience", "permissions of this server are built in");
        }
        let known = self.stock.known(Kind::Permission, name).is_some();
        match self.stock.permissions.get(codename) {
            Some(held) if held == audience => {
                self.permissions
                    .insert(name.to_owned(), codename.to_owned());
                let item = if known {
                    Item::unchanged(Kind::Permission, name, name, codename)
                } else {
                    let note = Note::new("exists", "a permission of this name exists here");
                    Item::imported(Kind::Permission, name, name, codename, vec![note])
                };
                Planned::nothing(item)
            }
            Some(_) => skip(
                "taken",
                "a permission of this name exists here for another resource",
            ),
            None => {
                self.permissions
                    .insert(name.to_owned(), codename.to_owned());
                self.stock
                    .permissions
                    .insert(codename.to_owned(), audience.clone());
                let notes = if codename == name {
                    Vec::new()
                } else {
                    vec![Note::new("renamed", format!("{name} becomes {codename}"))]
                };
                Planned {
                    item: Item::imported(Kind::Permission, name, name, codename, notes),
                    create: Some(Permission {
                        codename: codename.to_owned(),
                        description: short(&record.description),
                        audience: audience.clone(),
                    }),
                }
            }
        }
    }

    /// Plans a role. A role that exists here is never given to users of the source unless the
    /// operator says so: it may have power here.
    pub fn role(&mut self, record: RoleRecord) -> Planned<Role> {
        let name = record.name.as_str();
        let mut notes = record.notes;
        if let Some(role) = self.options.roles.get(name) {
            if !self.stock.roles.contains(role) {
                self.roles.remove(name);
                let text = format!("the role {role:?} of --role does not exist here");
                notes.push(Note::new("unknown_role", text));
                return Planned::nothing(Item::skipped(Kind::Role, name, name, notes));
            }
            let known = self.stock.known(Kind::Role, name) == Some(role);
            notes.push(Note::new("mapped", format!("mapped to the role {role}")));
            let item = if known {
                Item::unchanged(Kind::Role, name, name, role)
            } else {
                Item::imported(Kind::Role, name, name, role, notes)
            };
            return Planned::nothing(item);
        }
        if let Some(role) = self.stock.known(Kind::Role, name).map(str::to_owned) {
            if self.stock.roles.contains(&role) {
                self.roles.insert(name.to_owned(), role.clone());
                return Planned::nothing(Item::unchanged(Kind::Role, name, name, &role));
            }
            notes.push(Note::new("removed_here", "it was removed here since"));
            return Planned::nothing(Item::skipped(Kind::Role, name, name, notes));
        }
        let wanted = slug::role(name);
        let taken = |one: &str| one == ADMIN_ROLE || self.stock.roles.contains(one);
        let role = slug::free(&wanted, taken);
        if role != wanted {
            notes.push(Note::new(
                "taken",
                format!(
                    "a role {wanted} exists here and may have power; to give it, use --role {name}={wanted}"
                ),
            ));
        }
        if role != name {
            notes.push(Note::new("renamed", format!("the name becomes {role}")));
        }
        let permissions = self.permissions_of(&record.permissions, &mut notes);
        self.stock.roles.insert(role.clone());
        self.roles.insert(name.to_owned(), role.clone());
        Planned {
            item: Item::imported(Kind::Role, name, name, &role, notes),
            create: Some(Role {
                name: role,
                description: short(&record.description),
                active: true,
                permissions,
            }),
        }
    }

    /// Returns the permissions that a role gets: none unless the operator says so.
    fn permissions_of(&self, names: &BTreeSet<String>, notes: &mut Vec<Note>) -> BTreeSet<String> {
        if !self.options.grants_permissions {
            if !names.is_empty() {
                let text = format!(
                    "its {} permissions of the source are not given; see --grant-permissions",
                    names.len()
                );
                notes.push(Note::new("permission_not_given", text));
            }
            return BTreeSet::new();
        }
        let missing = |name: &str| {
            let text = format!("permission {name} is not imported");
            Note::new("permission_not_imported", text)
        };
        resolve(&self.permissions, names, notes, missing)
    }

    pub fn group(&mut self, record: GroupRecord) -> Planned<NewGroup> {
        let old = record.path.as_str();
        let mut notes = record.notes;
        if let Some(path) = self.stock.known(Kind::Group, old).map(str::to_owned) {
            if self.stock.groups.contains(&path) {
                self.groups.insert(old.to_owned(), path.clone());
                return Planned::nothing(Item::unchanged(Kind::Group, old, &record.name, &path));
            }
            notes.push(Note::new("removed_here", "it was removed or moved here"));
            return Planned::nothing(Item::skipped(Kind::Group, old, &record.name, notes));
        }
        let parent = match &record.parent {
            Some(parent) => {
                let Some(known) = self.groups.get(parent) else {
                    notes.push(Note::new("parent", "the group above it is not imported"));
                    return Planned::nothing(Item::skipped(Kind::Group, old, &record.name, notes));
                };
                Some(known.clone())
            }
            None => None,
        };
        let below = |name: &str| path_below(parent.as_deref(), name);
        let taken = |name: &str| below(name).is_some_and(|path| self.stock.groups.contains(&path));
        let wanted = slug::group(&record.name);
        let name = slug::free(&wanted, taken);
        let Some(path) = below(&name) else {
            let text = "at most 8 levels and 200 characters in a path";
            notes.push(Note::new("too_deep", text));
            return Planned::nothing(Item::skipped(Kind::Group, old, &record.name, notes));
        };
        if name != wanted {
            notes.push(Note::new("taken", "a group of this name exists here"));
        }
        if name != record.name {
            notes.push(Note::new("renamed", format!("the path becomes {path}")));
        }
        let roles = self.roles_of(&record.roles, &mut notes);
        self.stock.groups.insert(path.clone());
        self.groups.insert(old.to_owned(), path.clone());
        Planned {
            item: Item::imported(Kind::Group, old, &record.name, &path, notes),
            create: Some(NewGroup {
                path,
                parent,
                description: short(&record.description),
                roles,
            }),
        }
    }

    /// Plans an identity provider. It is created disabled, because its redirect URI changes.
    pub fn provider(&mut self, record: ProviderRecord) -> Planned<(String, ProviderSpec)> {
        let alias = record.alias.as_str();
        let mut notes = record.notes;
        let skip = |mut notes: Vec<Note>, code, text: &str| {
            notes.push(Note::new(code, text));
            Planned::nothing(Item::skipped(Kind::Provider, alias, alias, notes))
        };
        let Some(preset) = record.preset else {
            return skip(
                notes,
                "unsupported",
                "this kind of provider is not supported",
            );
        };
        let named = self.options.issuers.get(alias).cloned();
        let issuer = named
            .or(record.issuer)
            .or_else(|| preset.issuer().map(str::to_owned));
        let Some(issuer) = issuer else {
            return skip(
                notes,
                "issuer",
                "the issuer is unknown; name it with --issuer ALIAS=URL",
            );
        };
        if preset != Preset::Microsoft {
            self.issuers.add(alias, &issuer);
        }
        if let Some(id) = self.stock.known(Kind::Provider, alias) {
            return Planned::nothing(Item::unchanged(Kind::Provider, alias, alias, id));
        }
        let holder = self.stock.providers.iter().find(|(_, one)| **one == issuer);
        if let Some((id, _)) = holder {
            let text = format!("the provider {id} has this issuer; links use it");
            return skip(notes, "exists", &text);
        }
        let mut wanted = slug::slug(alias, "-");
        wanted.truncate(28);
        let id = slug::free(&wanted, |id| self.stock.providers.contains_key(id));
        if ProviderId::parse(&id).is_none() {
            return skip(notes, "name", "the name cannot be a provider id");
        }
        if id != alias {
            notes.push(Note::new("renamed", format!("the id becomes {id}")));
        }
        notes.push(Note::new(
            "disabled",
            format!(
                "disabled: register the redirect URI /login/callback/{id} at the provider, then \
                 enable it"
            ),
        ));
        self.stock.providers.insert(id.clone(), issuer.clone());
        let name = record.name.filter(|name| name.chars().count() <= 40);
        let spec = ProviderSpec {
            kind: Some(preset.as_str().to_owned()),
            name,
            issuer: Some(issuer),
            client_id: record.client_id,
            client_secret: record.secret.map(|secret| secret.expose().clone()),
            scopes: (!record.scopes.is_empty()).then_some(record.scopes),
            disabled: true,
            ..ProviderSpec::default()
        };
        Planned {
            item: Item::imported(Kind::Provider, alias, alias, &id, notes),
            create: Some((id, spec)),
        }
    }
}

/// Returns the names here of objects of the source, and adds a note for each missing one.
fn resolve<'a>(
    known: &BTreeMap<String, String>,
    names: impl IntoIterator<Item = &'a String>,
    notes: &mut Vec<Note>,
    missing: impl Fn(&str) -> Note,
) -> BTreeSet<String> {
    let mut resolved = BTreeSet::new();
    for name in names {
        match known.get(name) {
            Some(here) => {
                resolved.insert(here.clone());
            }
            None => notes.push(missing(name)),
        }
    }
    resolved
}

/// Returns at most 500 characters without control characters.
fn short(text: &str) -> String {
    // Keycloak's own descriptions are keys of its translations.
    if text.starts_with("${") {
        return String::new();
    }
    let shown = displayed_name::without_hidden(text);
    shown.chars().take(500).collect()
}

//! Permissions, roles, groups and providers.

use doorward_access::rbac;
use doorward_admin::providers::ProviderSpec;
use doorward_domain::model::group::path_below;
use doorward_domain::model::{ADMIN_ROLE, Permission, ProviderId, Role};
use doorward_protocol::redirect_uri;

use super::draft::{Draft, Planned};
use super::links::Issuers;
use crate::item::{Item, Kind, Note};
use crate::options::ImportOptions;
use crate::prelude::*;
use crate::record::{GroupRecord, PermissionRecord, ProviderRecord, Record, RoleRecord};
use doorward_rules::slug;

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
    /// True if redirect URIs may use `http` to a private network.
    pub private_http: bool,
    /// True if no mail reaches local parts beyond ASCII (`mail.smtputf8`).
    pub is_mail_ascii: bool,
}

impl Stock {
    pub(super) fn allowed_redirects(&self) -> redirect_uri::Allowed<'_> {
        redirect_uri::Allowed {
            schemes: &self.redirect_schemes,
            private_http: self.private_http,
        }
    }

    pub(super) fn known(&self, kind: Kind, old_id: &str) -> Option<&str> {
        let key = (kind, old_id.to_owned());
        self.imported.get(&key).map(String::as_str)
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
        let (name, codename) = (record.name.as_str(), record.codename.as_str());
        let mut draft = Draft::new(Kind::Permission, name, name, Vec::new());
        let Some(audience) = &self.options.audience else {
            return draft.skip("no_audience", "name the resource with --audience URI");
        };
        if rbac::Permission::parse(codename).is_err() {
            return draft.skip("name", "the name has no form resource:action here");
        }
        if *audience == self.stock.own_issuer {
            return draft.skip("own_audience", "permissions of this server are built in");
        }
        let held = self.stock.permissions.get(codename);
        if held.is_some_and(|held| held != audience) {
            let text = "a permission of this name exists here for another resource";
            return draft.skip("taken", text);
        }
        let is_held = held.is_some();
        self.permissions
            .insert(name.to_owned(), codename.to_owned());
        if is_held && self.stock.known(Kind::Permission, name).is_some() {
            return draft.unchanged(codename);
        }
        if is_held {
            draft.note("exists", "a permission of this name exists here");
            return draft.existing(codename);
        }
        if codename != name {
            draft.note("renamed", format!("{name} becomes {codename}"));
        }
        self.stock
            .permissions
            .insert(codename.to_owned(), audience.clone());
        let new = Permission {
            codename: codename.to_owned(),
            description: short(&record.description),
            audience: audience.clone(),
        };
        draft.create(codename, new)
    }

    /// Plans a role. A role that exists here is never given to users of the source unless the
    /// operator says so: it may have power here.
    pub fn role(&mut self, record: RoleRecord) -> Planned<Role> {
        let name = record.name.as_str();
        let mut draft = Draft::new(Kind::Role, name, name, record.notes);
        if let Some(role) = self.options.roles.get(name) {
            if !self.stock.roles.contains(role) {
                self.roles.remove(name);
                let text = format!("the role {role:?} of --role does not exist here");
                return draft.skip("unknown_role", text);
            }
            if self.stock.known(Kind::Role, name) == Some(role) {
                return draft.unchanged(role);
            }
            draft.note("mapped", format!("mapped to the role {role}"));
            return draft.existing(role);
        }
        if let Some(role) = self.stock.known(Kind::Role, name).map(str::to_owned) {
            if !self.stock.roles.contains(&role) {
                return draft.skip("removed_here", "it was removed here since");
            }
            self.roles.insert(name.to_owned(), role.clone());
            return draft.unchanged(&role);
        }
        let wanted = slug::role(name);
        let taken = |one: &str| one == ADMIN_ROLE || self.stock.roles.contains(one);
        let role = slug::free(&wanted, taken);
        if role != wanted {
            let text = format!(
                "a role {wanted} exists here and may have power; to give it, use --role {name}={wanted}"
            );
            draft.note("taken", text);
        }
        if role != name {
            draft.note("renamed", format!("the name becomes {role}"));
        }
        let permissions = self.permissions_of(&record.permissions, &mut draft.notes);
        self.stock.roles.insert(role.clone());
        self.roles.insert(name.to_owned(), role.clone());
        let new = Role {
            name: role.clone(),
            description: short(&record.description),
            active: true,
            permissions,
        };
        draft.create(&role, new)
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
        let mut draft = Draft::new(Kind::Group, old, &record.name, record.notes);
        if let Some(path) = self.stock.known(Kind::Group, old).map(str::to_owned) {
            if !self.stock.groups.contains(&path) {
                return draft.skip("removed_here", "it was removed or moved here");
            }
            self.groups.insert(old.to_owned(), path.clone());
            return draft.unchanged(&path);
        }
        let parent = record.parent.as_ref().map(|parent| self.groups.get(parent));
        if parent == Some(None) {
            return draft.skip("parent", "the group above it is not imported");
        }
        let prefix = || self.options.group_prefix.clone();
        let parent = parent.flatten().cloned().or_else(prefix);
        let below = |name: &str| path_below(parent.as_deref(), name);
        let taken = |name: &str| below(name).is_some_and(|path| self.stock.groups.contains(&path));
        let wanted = slug::group(&record.name);
        let name = slug::free(&wanted, taken);
        let Some(path) = below(&name) else {
            let text = "at most 8 levels and 200 characters in a path";
            return draft.skip("too_deep", text);
        };
        if name != wanted {
            draft.note("taken", "a group of this name exists here");
        }
        if name != record.name {
            draft.note("renamed", format!("the path becomes {path}"));
        }
        let roles = self.roles_of(&record.roles, &mut draft.notes);
        self.stock.groups.insert(path.clone());
        self.groups.insert(old.to_owned(), path.clone());
        let new = NewGroup {
            path: path.clone(),
            parent,
            description: short(&record.description),
            roles,
        };
        draft.create(&path, new)
    }

    /// Plans an identity provider. It is created disabled, because its redirect URI changes.
    pub fn provider(&mut self, record: ProviderRecord) -> Planned<(String, ProviderSpec)> {
        let alias = record.alias.as_str();
        let mut draft = Draft::new(Kind::Provider, alias, alias, record.notes);
        let Some(preset) = record.preset else {
            return draft.skip("unsupported", "this kind of provider is not supported");
        };
        let named = self.options.issuers.get(alias).cloned();
        let issuer = named
            .or(record.issuer)
            .or_else(|| preset.issuer().map(str::to_owned));
        let Some(issuer) = issuer else {
            let text = "the issuer is unknown; name it with --issuer ALIAS=URL";
            return draft.skip("issuer", text);
        };
        if preset != Preset::Microsoft {
            self.issuers.add(alias, &issuer);
        }
        if let Some(id) = self.stock.known(Kind::Provider, alias) {
            return draft.unchanged(id);
        }
        let holder = self.stock.providers.iter().find(|(_, one)| **one == issuer);
        if let Some((id, _)) = holder {
            let text = format!("the provider {id} has this issuer; links use it");
            return draft.skip("exists", text);
        }
        let mut wanted = slug::slug(alias, "-");
        wanted.truncate(28);
        let id = slug::free(&wanted, |id| self.stock.providers.contains_key(id));
        if ProviderId::parse(&id).is_none() {
            return draft.skip("name", "the name cannot be a provider id");
        }
        if id != alias {
            draft.note("renamed", format!("the id becomes {id}"));
        }
        let text = format!(
            "disabled: register the redirect URI /login/callback/{id} at the provider, then enable it"
        );
        draft.note("disabled", text);
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
        draft.create(&id.clone(), (id, spec))
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

//! The first pass: everything except users, and what users refer to.

use super::extras::Extras;
use super::group::Trees;
use super::options::DjangoOptions;
use super::permission::Permission;
use super::relation::Relations;
use super::rights::Right;
use super::row::{Row, key};
use super::table::{GroupsAs, SiteTable, reference};
use super::user::old_id;
use super::{application, extras, factor, fields};
use crate::item::{Item, Kind, Note};
use crate::prelude::*;
use crate::read::found::{Findings, Unreadable, shortened};
use crate::read::{ReadError, Result, Sink};
use crate::record::{GroupRecord, PermissionRecord, ProviderRecord, Record, RoleRecord};
use crate::slug;
use crate::sync::FileContents;

/// Models that have no counterpart, with the reason.
const LEFT: [(&str, &str); 16] = [
    ("admin.logentry", "the log of Django's admin stays there"),
    ("sessions.session", "sessions end"),
    ("authtoken.token", "tokens of DRF end; use API keys"),
    (
        "token_blacklist.outstandingtoken",
        "tokens of SimpleJWT end",
    ),
    (
        "token_blacklist.blacklistedtoken",
        "tokens of SimpleJWT end",
    ),
    ("oauth2_provider.accesstoken", "tokens end"),
    ("oauth2_provider.refreshtoken", "tokens end"),
    ("oauth2_provider.idtoken", "tokens end"),
    ("oauth2_provider.grant", "codes end"),
    (
        "socialaccount.socialtoken",
        "tokens of other sites are not carried",
    ),
    (
        "otp_static.staticdevice",
        "recovery codes: users get new ones",
    ),
    (
        "otp_static.statictoken",
        "recovery codes: users get new ones",
    ),
    ("otp_email.emaildevice", "codes by e-mail need no device"),
    (
        "otp_hotp.hotpdevice",
        "counter-based devices are not supported",
    ),
    ("two_factor.phonedevice", "codes by phone are not supported"),
    (
        "two_factor_webauthn.webauthndevice",
        "passkeys hold for the old host: users add new ones",
    ),
];

/// Models without a counterpart that are second factors.
const DEVICES: [&str; 4] = [
    "otp_email.emaildevice",
    "otp_hotp.hotpdevice",
    "two_factor.phonedevice",
    "two_factor_webauthn.webauthndevice",
];

/// Fields of the user model that are read.
const READ: [&str; 12] = [
    "username",
    "email",
    "password",
    "last_login",
    "first_name",
    "last_name",
    "is_active",
    "is_staff",
    "is_superuser",
    "date_joined",
    "groups",
    "user_permissions",
];

/// The content of a dump, except users.
#[derive(Debug, Default)]
pub struct Overview {
    pub(super) options: DjangoOptions,
    users: u64,
    /// Labels of models that look like a user model.
    models: BTreeSet<String>,
    lacks_pk: bool,
    others: BTreeSet<String>,
    pub(super) groups: HashMap<String, String>,
    content_types: HashMap<String, (String, String)>,
    group_rows: Vec<Row>,
    permission_rows: Vec<Row>,
    permissions: HashMap<String, Permission>,
    /// Sets of permissions of single users.
    sets: BTreeSet<BTreeSet<String>>,
    pub(super) extras: HashMap<String, Extras>,
    /// Fields of `options.fields` that users have.
    mapped: BTreeSet<String>,
    /// Keys of the users, until the end of the first pass.
    owners: HashSet<String>,
    /// Keys in `extras` of no user, in their order.
    strays: Vec<String>,
    applications: Vec<Row>,
    social_apps: Vec<Row>,
    left: BTreeMap<&'static str, u64>,
    pub(super) relations: Relations,
    pub(super) trees: Trees,
    /// Path of a group of a tree → name of the row of `auth.group` that it extends.
    pub(super) extended: HashMap<String, String>,
    /// Names of groups in the field of the operator.
    named_groups: BTreeSet<String>,
    /// Fields of the user model.
    pub(super) columns: BTreeSet<String>,
    old_ids: HashSet<String>,
}

impl Overview {
    pub fn new(options: DjangoOptions) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// Returns the tables of the models that have no counterpart.
    pub(super) fn left_tables() -> impl Iterator<Item = (String, &'static str)> {
        LEFT.iter()
            .map(|(model, _)| (model.replace('.', "_"), *model))
    }

    /// Returns the tables that the operator has named.
    pub(super) fn site_tables(&self) -> Vec<SiteTable> {
        let options = &self.options;
        let all = options.group_trees.iter().chain(&options.second_factors);
        all.cloned().collect()
    }

    /// Counts rows of a model that has no counterpart.
    pub(super) fn leave(&mut self, model: &'static str, count: u64) {
        if count > 0 {
            *self.left.entry(model).or_default() += count;
        }
    }

    /// Takes what a comparison with the users of an earlier run needs.
    pub fn take_contents(&mut self) -> FileContents {
        FileContents {
            columns: self.decided(),
            old_ids: std::mem::take(&mut self.old_ids),
        }
    }

    pub const fn users(&self) -> u64 {
        self.users
    }

    /// Returns true for a row of the user model: the one with both `password` and `last_login`.
    pub fn is_user(&self, row: &Row) -> bool {
        match &self.options.user_model {
            // The rows of a database are named by their table.
            Some(model) => {
                model.eq_ignore_ascii_case(&row.model)
                    || model.replace('.', "_").eq_ignore_ascii_case(&row.model)
            }
            None => row.fields.contains_key("password") && row.fields.contains_key("last_login"),
        }
    }

    pub fn add(&mut self, row: &Row) {
        if self.is_user(row) {
            self.add_user(row);
            return;
        }
        if self.add_site_row(row) {
            return;
        }
        match row.model.as_str() {
            "auth.group" => {
                let name = row.fields().text("name").ok().flatten();
                let name = name.unwrap_or_default().to_owned();
                if let Some(pk) = &row.pk {
                    self.groups.insert(key(pk), name.clone());
                }
                self.groups
                    .insert(key(&Value::from(vec![name.clone()])), name);
                self.group_rows.push(row.clone());
            }
            "contenttypes.contenttype" => {
                let text = |name| row.fields().text(name).ok().flatten();
                if let (Some(pk), Some(app), Some(model)) =
                    (&row.pk, text("app_label"), text("model"))
                {
                    let model = (app.to_owned(), model.to_owned());
                    self.content_types.insert(key(pk), model);
                }
            }
            "auth.permission" => self.permission_rows.push(row.clone()),
            "socialaccount.socialapp" => self.social_apps.push(row.clone()),
            _ if application::is_application(row) => self.applications.push(row.clone()),
            model => {
                if let Some((known, _)) = LEFT.iter().find(|(name, _)| *name == model) {
                    *self.left.entry(*known).or_default() += 1;
                    self.add_device(known, row);
                } else if let Some(owner) = extras::owner(row) {
                    self.extras.entry(owner).or_default().add(row);
                } else {
                    self.relations.add(row);
                }
            }
        }
    }

    /// Takes a row of a table that the operator has named.
    fn add_site_row(&mut self, row: &Row) -> bool {
        let is_named = |table: &&SiteTable| table.has(&row.model);
        if let Some(table) = self.options.group_trees.iter().find(is_named) {
            self.trees.add(table, row);
            return true;
        }
        let Some(table) = self.options.second_factors.iter().find(is_named) else {
            return false;
        };
        if let Some((owner, factor)) = factor::read(table, row, self.is_user(row)) {
            self.extras.entry(owner).or_default().add_factor(factor);
        }
        true
    }

    /// Takes the user of a device of django-otp that has no counterpart.
    pub(super) fn add_device(&mut self, model: &'static str, row: &Row) {
        if DEVICES.contains(&model)
            && factor::is_active(row)
            && let Some(user) = reference(row, "user")
        {
            self.relations.add_factor(key(user), model);
        }
    }

    fn add_user(&mut self, row: &Row) {
        self.users += 1;
        self.models.insert(row.model.clone());
        self.lacks_pk |= row.pk.is_none();
        let keys = self.keys(row);
        self.owners.extend(keys);
        self.old_ids.insert(old_id(row));
        self.add_site_row(row);
        let named = self.options.fields.values();
        let present = named.filter(|name| {
            let column = format!("{name}_id");
            row.fields.contains_key(*name) || row.fields.contains_key(&column)
        });
        self.mapped.extend(present.cloned());
        if let Some(column) = self.options.fields.get("groups")
            && let Some(name) = reference(row, column).and_then(Value::as_str)
            && !name.is_empty()
            && self.options.group_trees.is_empty()
        {
            self.named_groups.insert(name.to_owned());
        }
        for (name, value) in &row.fields {
            if !self.columns.contains(name) {
                self.columns.insert(name.clone());
            }
            if READ.contains(&name.as_str()) || self.is_mapped(row, name) {
                continue;
            }
            if is_lost_factor(name, value) {
                let pk = row.pk.as_ref().map(key).unwrap_or_default();
                self.relations.add_factor(pk, &format!("the field {name}"));
            }
            if !self.others.contains(name) {
                self.others.insert(name.clone());
            }
        }
        let held = row.fields().list("user_permissions").ok().flatten();
        let held = held.unwrap_or_default();
        if !held.is_empty() {
            // Natural keys; primary keys are resolved after the whole file.
            self.sets.insert(held.iter().map(key).collect());
        }
    }

    /// Returns true if an option carries a field of the user model.
    fn is_mapped(&self, row: &Row, name: &str) -> bool {
        let is_field = |one: &String| one == name || name.strip_suffix("_id") == Some(one);
        let mut tables = self.options.second_factors.iter();
        let is_factor = |table: &SiteTable| {
            table.has(&row.model) && [0, 1].iter().any(|at| table.field(*at, "") == name)
        };
        self.options.fields.values().any(is_field) || tables.any(is_factor)
    }

    /// Completes the first pass.
    pub fn finish(&mut self) -> Result<()> {
        let unusable = |text: String| Err(ReadError::Unusable(text));
        if self.models.len() > 1 {
            let all: Vec<_> = self.models.iter().map(String::as_str).collect();
            return unusable(format!(
                "several models look like users; name one with --user-model: {}",
                all.join(", ")
            ));
        }
        if self.lacks_pk {
            return unusable(
                "the users have no primary key: dump again without --natural-primary".to_owned(),
            );
        }
        if self.users == 0 {
            return unusable(
                "no users found: dump the user model too, or name it with --user-model APP.MODEL. A \
                 site with several databases dumps one at a time: `manage.py dumpdata --database \
                 ALIAS --natural-foreign`, with the ALIAS in DATABASES of the one with the users"
                    .to_owned(),
            );
        }
        let mut named = self.options.fields.values();
        if let Some(absent) = named.find(|name| !self.mapped.contains(*name)) {
            return unusable(format!(
                "--field: the users have no field {absent}; write COLUMN=NAME, such as active=is_active"
            ));
        }
        self.trees.finish(&self.groups);
        for (reference, name) in &self.groups {
            if let Some(path) = self.trees.of_group(reference) {
                self.extended.insert(path.clone(), name.clone());
            }
        }
        self.relations.finish(&self.owners);
        self.find_strays()?;
        for row in std::mem::take(&mut self.permission_rows) {
            let content = row.fields.get("content_type").cloned().unwrap_or_default();
            let model = match &content {
                Value::Array(parts) => match parts.as_slice() {
                    [Value::String(app), Value::String(model)] => {
                        Some((app.clone(), model.clone()))
                    }
                    _ => None,
                },
                pk => self.content_types.get(&key(pk)).cloned(),
            };
            let codename = row.fields().text("codename").ok().flatten();
            if let (Some((app, model)), Some(pk), Some(codename)) = (model, &row.pk, codename) {
                let permission = Permission {
                    app,
                    model,
                    codename: codename.to_owned(),
                };
                self.permissions.insert(key(pk), permission);
            }
        }
        Ok(())
    }

    fn find_strays(&mut self) -> Result<()> {
        let owners = std::mem::take(&mut self.owners);
        let strays = self.extras.keys().filter(|key| !owners.contains(*key));
        self.strays = strays.cloned().collect();
        self.strays.sort();
        let is_natural = |key: &&String| key.starts_with("natural");
        let missing = self.strays.iter().filter(is_natural).count();
        if missing > 0 && missing == self.extras.keys().filter(is_natural).count() {
            return Err(ReadError::Unusable(
                "e-mail addresses, linked accounts and authenticator apps name their users by \
                 another field: name USERNAME_FIELD with --login-field"
                    .to_owned(),
            ));
        }
        Ok(())
    }

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

    fn left_behind(&self, sink: Sink<'_>) -> Result<()> {
        let mut report = |name: &str, text: String| {
            let note = Note::new("not_carried", text);
            sink(Record::Skipped(Item::rejected(Kind::Source, name, note)))
        };
        for (model, reason) in LEFT {
            if let Some(count) = self.left.get(model) {
                report(model, format!("{count} rows: {reason}"))?;
            }
        }
        for stray in &self.strays {
            let (_, name) = stray.split_once('\u{1f}').unwrap_or_default();
            let text = "no user of the dump: an e-mail address, a linked account or an \
                        authenticator app is not carried";
            report(&shortened(name), text.to_owned())?;
        }
        if !self.others.is_empty() {
            let model = self.models.first().map_or("", String::as_str);
            let all: Vec<_> = self.others.iter().map(String::as_str).collect();
            let mut text = format!("fields are not carried (see --field): {}", all.join(", "));
            let mut options = fields::proposals(all.iter().copied());
            options.extend(factor::proposal(model, &all));
            if !options.is_empty() {
                text += "; if they mean it, add ";
                text += &options.join(" ");
            }
            report(model, text)?;
        }
        for item in self.relations.items() {
            sink(Record::Skipped(item))?;
        }
        Ok(())
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

/// Returns true if a field of a user, which is not carried, shows a second factor.
fn is_lost_factor(name: &str, value: &Value) -> bool {
    let is_set = match value {
        Value::String(text) => factor::is_secret(name) && !text.is_empty(),
        Value::Bool(flag) => *flag,
        _ => false,
    };
    is_set && factor::is_sign(name)
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

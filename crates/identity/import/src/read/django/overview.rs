//! The first pass: everything except users, and what users refer to.

use super::extras::Extras;
use super::group::Trees;
use super::options::DjangoOptions;
use super::permission::Permission;
use super::relation::Relations;
use super::row::{Row, key};
use super::table::{SiteTable, reference};
use super::{application, extras, factor, usual};
use crate::item::{Item, Kind, Note};
use crate::prelude::*;
use crate::read::found::shortened;
use crate::read::{ReadError, Result, Sink};
use crate::record::Record;
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
    pub(super) group_rows: Vec<Row>,
    permission_rows: Vec<Row>,
    pub(super) permissions: HashMap<String, Permission>,
    /// Sets of permissions of single users.
    pub(super) sets: BTreeSet<BTreeSet<String>>,
    pub(super) extras: HashMap<String, Extras>,
    /// Fields of `options.fields` that users have.
    mapped: BTreeSet<String>,
    /// Keys of the users, until the end of the first pass.
    owners: HashSet<String>,
    /// Keys in `extras` of no user, in their order.
    strays: Vec<String>,
    pub(super) applications: Vec<Row>,
    pub(super) social_apps: Vec<Row>,
    left: BTreeMap<&'static str, u64>,
    pub(super) relations: Relations,
    pub(super) trees: Trees,
    /// Path of a group of a tree → name of the row of `auth.group` that it extends.
    pub(super) extended: HashMap<String, String>,
    /// Names of groups in the field of the operator.
    pub(super) named_groups: BTreeSet<String>,
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
            names_only: false,
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

    /// Returns true if the rows of a model are second factors that have no counterpart.
    pub(super) fn is_device(model: &str) -> bool {
        DEVICES.contains(&model)
    }

    /// Takes the user of a device of django-otp that has no counterpart.
    pub(super) fn add_device(&mut self, model: &'static str, row: &Row) {
        if Self::is_device(model)
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
        self.old_ids.insert(row.user_id());
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

    pub(super) fn left_behind(&self, sink: Sink<'_>) -> Result<()> {
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
            let mut options = usual::proposals(all.iter().copied());
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

/// Returns true if a field of a user, which is not carried, shows a second factor.
fn is_lost_factor(name: &str, value: &Value) -> bool {
    let is_set = match value {
        Value::String(text) => factor::is_secret(name) && !text.is_empty(),
        Value::Bool(flag) => *flag,
        _ => false,
    };
    is_set && factor::is_sign(name)
}

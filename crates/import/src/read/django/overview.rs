//! The first pass: everything except users, and what users refer to.

use super::extras::Extras;
use super::options::DjangoOptions;
use super::permission::Permission;
use super::row::{Row, key};
use super::{application, extras};
use crate::item::{Item, Kind, Note};
use crate::prelude::*;
use crate::read::found::{Findings, Unreadable, shortened};
use crate::read::{ReadError, Result, Sink};
use crate::record::{PermissionRecord, ProviderRecord, Record, RoleRecord};
use crate::slug;

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

    /// Counts rows of a model that has no counterpart.
    pub(super) fn leave(&mut self, model: &'static str, count: u64) {
        if count > 0 {
            *self.left.entry(model).or_default() += count;
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
                } else if let Some(owner) = extras::owner(row) {
                    self.extras.entry(owner).or_default().add(row);
                }
            }
        }
    }

    fn add_user(&mut self, row: &Row) {
        self.users += 1;
        self.models.insert(row.model.clone());
        self.lacks_pk |= row.pk.is_none();
        let keys = self.keys(row);
        self.owners.extend(keys);
        let named = self.options.fields.values();
        let present = named.filter(|name| row.fields.contains_key(*name));
        self.mapped.extend(present.cloned());
        let mapped: Vec<_> = self.options.fields.values().map(String::as_str).collect();
        let unread =
            |name: &&String| !READ.contains(&name.as_str()) && !mapped.contains(&name.as_str());
        let others: Vec<String> = row.fields.keys().filter(unread).cloned().collect();
        self.others.extend(others);
        let held = row.fields().list("user_permissions").ok().flatten();
        let held = held.unwrap_or_default();
        if !held.is_empty() {
            // Natural keys; primary keys are resolved after the whole file.
            self.sets.insert(held.iter().map(key).collect());
        }
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
                "no users found: dump the user model too, or name it with --user-model APP.MODEL"
                    .to_owned(),
            );
        }
        let mut named = self.options.fields.values();
        if let Some(absent) = named.find(|name| !self.mapped.contains(*name)) {
            return unusable(format!("--field: the users have no field {absent}"));
        }
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
        let mut roles = Vec::new();
        let mut permissions = BTreeMap::new();
        let mut role = |name: &str, description: &str, references: Vec<String>| {
            let mut notes = Vec::new();
            let held = self.resolved(references.into_iter(), &mut notes);
            let names = held.iter().map(Permission::name).collect();
            permissions.extend(held.into_iter().map(|one| (one.name(), one)));
            roles.push(RoleRecord {
                name: name.to_owned(),
                description: description.to_owned(),
                permissions: names,
                notes,
            });
        };
        let mut skipped = Vec::new();
        for row in &self.group_rows {
            let mut findings = Findings::default();
            let name = findings.require(row.fields().text("name"));
            let held = findings.require(row.fields().list("permissions"));
            let (name, held) = (name.unwrap_or_default(), held.unwrap_or_default());
            match findings.finish(Kind::Role, &row.old_id(), name) {
                Ok(_) => role(name, "", held.iter().map(key).collect()),
                Err(item) => skipped.push(item),
            }
        }
        if self.options.with_permissions {
            for set in &self.sets {
                let name = Self::set_role(set);
                let description = "Permissions of single users";
                role(&name, description, set.iter().cloned().collect());
            }
        }
        // Their permissions exist here even if no role has them.
        let held = self.sets.iter().flatten();
        let held = held.filter_map(|reference| self.permission(reference));
        permissions.extend(held.map(|one| (one.name(), one)));
        for item in skipped {
            sink(Record::Skipped(item))?;
        }
        for (name, permission) in permissions {
            sink(Record::Permission(PermissionRecord {
                codename: permission.here(),
                description: format!("{} ({})", permission.codename, permission.model),
                name,
            }))?;
        }
        for role in roles {
            sink(Record::Role(role))?;
        }
        for row in &self.social_apps {
            sink(Record::read(provider(row), Record::Provider))?;
        }
        for row in &self.applications {
            sink(Record::read(application::record(row), Record::Client))?;
        }
        self.left_behind(sink)
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
            let text = format!("fields are not carried (see --field): {}", all.join(", "));
            report(model, text)?;
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

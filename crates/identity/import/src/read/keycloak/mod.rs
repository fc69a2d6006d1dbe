//! Keycloak realm exports: a file with one realm or several, or a directory.

mod client;
mod provider;
mod realm;
mod user;

use self::realm::Realm;
use self::user::{HeldRoles, KeycloakUser};
use super::found::Findings;
use super::json::{self, JsonFile, Members};
use super::text::Encoding;
use super::{ReadError, Result, Sink};
use crate::prelude::*;

/// Members of a realm that are read, or only reported.
const MEMBERS: [&str; 17] = [
    "realm",
    "keycloakVersion",
    "roles",
    "groups",
    "clients",
    "identityProviders",
    "identityProviderMappers",
    "clientScopes",
    "components",
    "smtpServer",
    "authenticationFlows",
    "organizations",
    "scopeMappings",
    "clientScopeMappings",
    "passwordPolicy",
    "userFederationProviders",
    "federatedUsers",
];

#[derive(Debug)]
pub struct Export {
    realm: Realm,
    name: String,
    encoding: Option<&'static Encoding>,
    /// Files that may contain users, with the position of the realm in each.
    files: Vec<(PathBuf, usize)>,
    users: u64,
}

/// A realm after the first pass.
#[derive(Default)]
struct FoundRealm {
    members: Map<String, Value>,
    users: u64,
    /// Roles of service accounts, by client.
    accounts: BTreeMap<String, HeldRoles>,
}

impl FoundRealm {
    fn name(&self) -> &str {
        let name = self.members.get("realm").and_then(Value::as_str);
        name.unwrap_or_default()
    }
}

/// The first pass: everything except users.
#[derive(Default)]
struct Overview(Vec<FoundRealm>);

impl Members for Overview {
    fn begin(&mut self) {
        self.0.push(FoundRealm::default());
    }

    fn wants(&self, name: &str) -> bool {
        MEMBERS.contains(&name)
    }

    fn member(&mut self, name: &str, value: Value) {
        if let Some(realm) = self.0.last_mut() {
            let value = match value {
                // They are only reported, and may be many.
                Value::Array(users) if name == "federatedUsers" => Value::Bool(!users.is_empty()),
                value => value,
            };
            realm.members.insert(name.to_owned(), value);
        }
    }

    fn element(&mut self, user: Value) -> Result<()> {
        if let Some(realm) = self.0.last_mut() {
            realm.users += 1;
            if let Some(user) = KeycloakUser::new(user)
                && let Ok(Some(client)) = user.service_account()
            {
                let mut findings = Findings::default();
                let mut roles = user.roles(&mut findings);
                // Unreadable roles are reported with the client.
                roles.notes = findings.notes;
                realm.accounts.insert(client.to_owned(), roles);
            }
        }
        Ok(())
    }
}

/// The second pass: the users of one realm.
struct Users<'a> {
    begun: usize,
    wanted: usize,
    /// Number of users of the realm that were read.
    read: usize,
    each: &'a mut dyn FnMut(Value, usize) -> Result<()>,
}

impl Members for Users<'_> {
    fn begin(&mut self) {
        self.begun += 1;
    }

    fn wants(&self, _: &str) -> bool {
        false
    }

    fn member(&mut self, _: &str, _: Value) {}

    fn element(&mut self, user: Value) -> Result<()> {
        if self.begun == self.wanted + 1 {
            self.read += 1;
            (self.each)(user, self.read)
        } else {
            Ok(())
        }
    }
}

fn unusable<T>(text: impl Into<String>) -> Result<T> {
    Err(ReadError::Unusable(text.into()))
}

impl Export {
    /// Opens an export. `wanted` selects the realm of an export with several.
    ///
    /// # Errors
    /// Returns [`ReadError`] if the export cannot be read, or if several realms are in it and none
    /// is selected.
    pub fn open(
        path: &Path,
        wanted: Option<&str>,
        encoding: Option<&'static Encoding>,
    ) -> Result<Self> {
        let files = if path.is_dir() {
            realm_files(path)?
        } else {
            vec![path.to_owned()]
        };
        let mut found = Vec::new();
        for file in files {
            let mut overview = Overview::default();
            read_file(&file, encoding, &mut overview)?;
            let realms = overview.0.into_iter().enumerate();
            found.extend(realms.map(|(at, realm)| (file.clone(), at, realm)));
        }
        found.retain(|(.., realm)| !realm.name().is_empty());
        if found.is_empty() {
            return unusable("this is no realm export of Keycloak");
        }
        let names = found.iter().map(|(.., realm)| realm.name().to_owned());
        let names = names.collect::<Vec<_>>().join(", ");
        found.retain(|(.., realm)| wanted.is_none_or(|name| realm.name() == name));
        let Some((file, at, mut realm)) = found.pop() else {
            return unusable(format!("the realms of the export are: {names}"));
        };
        if !found.is_empty() {
            return unusable(format!(
                "the export contains several realms; name one with --realm: {names}"
            ));
        }
        let name = realm.name().to_owned();
        let mut files = vec![(file, at)];
        if path.is_dir() {
            let start = format!("{name}-federated-users-");
            if !files_of(path, |file| file.starts_with(&start))?.is_empty() {
                let name = "federatedUsers".to_owned();
                realm.members.insert(name, Value::Bool(true));
            }
            for file in users_files(path, &name)? {
                let mut overview = Overview::default();
                read_file(&file, encoding, &mut overview)?;
                for part in overview.0 {
                    realm.users += part.users;
                    realm.accounts.extend(part.accounts);
                }
                files.push((file, 0));
            }
        }
        Ok(Self {
            users: realm.users,
            realm: Realm::new(realm.members, realm.accounts),
            name,
            encoding,
            files,
        })
    }

    pub fn realm(&self) -> &str {
        &self.name
    }

    /// Returns the number of users, service accounts included.
    pub const fn users(&self) -> u64 {
        self.users
    }

    /// Sends all records.
    pub fn read(self, sink: Sink<'_>) -> Result<()> {
        self.realm.records(self.users, sink)?;
        for (file, wanted) in &self.files {
            let mut each = |user: Value, number: usize| match self.realm.user(user, number) {
                Some(record) => sink(record),
                None => Ok(()),
            };
            let mut users = Users {
                begun: 0,
                wanted: *wanted,
                read: 0,
                each: &mut each,
            };
            read_file(file, self.encoding, &mut users)?;
        }
        Ok(())
    }
}

/// Reads a file of the export, whose long member is the list of users.
fn read_file(
    path: &Path,
    encoding: Option<&'static Encoding>,
    members: &mut dyn Members,
) -> Result<()> {
    json::objects(JsonFile { path, encoding }, "users", members)
}

/// Returns the files of a directory whose name has this end.
fn files_of(path: &Path, fits: impl Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let failed = |error| ReadError::File {
        path: path.to_owned(),
        error,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_str().is_some_and(&fits) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn realm_files(path: &Path) -> Result<Vec<PathBuf>> {
    let files = files_of(path, |name| name.ends_with("-realm.json"))?;
    if files.is_empty() {
        return unusable(format!("{}: no file NAME-realm.json", path.display()));
    }
    Ok(files)
}

/// Returns the files with users of a realm, `NAME-users-N.json`, in the order of their numbers,
/// which begin with 0.
fn users_files(path: &Path, realm: &str) -> Result<Vec<PathBuf>> {
    let number = |name: &str| {
        let rest = name.strip_prefix(realm)?.strip_prefix("-users-")?;
        rest.strip_suffix(".json")?.parse::<u32>().ok()
    };
    let mut files = files_of(path, |name| number(name).is_some())?;
    let number_of = |file: &PathBuf| number(file.file_name()?.to_str()?);
    files.sort_by_key(number_of);
    let found: Vec<_> = files.iter().filter_map(number_of).collect();
    if let Some((missing, _)) = (0..).zip(found).find(|(at, found)| at != found) {
        let file = format!("{realm}-users-{missing}.json");
        return unusable(format!("{}: {file} is missing", path.display()));
    }
    Ok(files)
}

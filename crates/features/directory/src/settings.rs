//! The file of directories: servers, names of attributes, roles.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use doorward_accounts::password_source::DIRECTORY_ISSUER;
use doorward_admin::provisioning::UserLimit;
use doorward_rules::profile::Field;
use serde::Deserialize;
use url::Url;
use zeroize::Zeroizing;

use crate::dn;

/// Maximum number of directories, and of servers of each.
const MAX_DIRECTORIES: usize = 20;
const MAX_SERVERS: usize = 10;
/// Maximum number of groups that give roles, each of which costs a search.
const MAX_GROUPS: usize = 100;
/// Time for which a server without an answer is tried after the others.
const REST: Duration = Duration::from_secs(30);
/// Length of a name, which is part of labels in the database.
const NAME_MAX: usize = 40;

/// Names of attributes and filters that a kind of server has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schema {
    ActiveDirectory,
    #[default]
    Rfc2307,
}

/// The way to find the groups of a user.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupMode {
    /// The attribute `memberOf` of the user.
    MemberOf,
    /// The server follows nested groups (1.2.840.113556.1.4.1941).
    InChain,
    /// Searches for groups with the user, and for groups with those groups.
    Search,
}

/// A table of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    urls: Vec<String>,
    ca: Option<PathBuf>,
    bind_dn: Option<String>,
    bind_password_file: Option<PathBuf>,
    #[serde(default)]
    schema: Schema,
    base: String,
    filter: Option<String>,
    login: Option<Vec<String>>,
    timeout: Option<String>,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    email_verified: Option<bool>,
    creates_users: Option<bool>,
    groups: Option<GroupMode>,
    group_base: Option<String>,
    #[serde(default)]
    roles: BTreeMap<String, Vec<String>>,
    sync_interval: Option<String>,
    full_sync_interval: Option<String>,
    max_leavers: Option<String>,
}

/// A server of a directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Server {
    pub url: Url,
    pub host: String,
    pub port: u16,
    /// True if TLS begins by an extended operation (RFC 4511 §4.14).
    pub starts_tls: bool,
}

/// The account that searches.
pub struct Binding {
    pub dn: String,
    pub password: Zeroizing<String>,
}

/// A directory.
pub struct Directory {
    pub name: String,
    pub servers: Vec<Server>,
    /// Certificate authorities (PEM) in place of those of the operating system.
    pub authorities: Option<Vec<u8>>,
    pub binding: Option<Binding>,
    pub schema: Schema,
    pub base: String,
    /// Filter of the entries that are users.
    pub filter: String,
    /// Attributes that a login identifier is compared with.
    pub login: Vec<String>,
    pub timeout: Duration,
    pub id: String,
    pub username: String,
    pub email: String,
    pub fields: BTreeMap<Field, String>,
    pub email_verified: bool,
    pub creates_users: bool,
    pub groups: GroupMode,
    pub group_base: String,
    /// Roles by the normalized name of a group.
    pub roles: BTreeMap<String, BTreeSet<String>>,
    /// Seconds between synchronizations; 0: only by command.
    pub sync_interval: i64,
    pub full_sync_interval: i64,
    pub max_leavers: UserLimit,
    /// Servers that did not answer, with the time.
    silent: Mutex<HashMap<usize, Instant>>,
    /// The TLS settings, which hold all authorities.
    pub(crate) connector: OnceLock<native_tls::TlsConnector>,
}

impl Directory {
    /// Returns the issuer of links with entries.
    pub fn issuer(&self) -> String {
        format!("{DIRECTORY_ISSUER}{}", self.name)
    }

    /// Returns the label of the users of this source.
    pub fn source(&self) -> String {
        format!("directory:{}", self.name)
    }

    /// Returns the servers in order, those without a recent answer last.
    pub fn in_order(&self) -> Vec<(usize, &Server)> {
        let silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        let rests = |at: &usize| silent.get(at).is_some_and(|since| since.elapsed() < REST);
        let mut all: Vec<_> = self.servers.iter().enumerate().collect();
        all.sort_by_key(|(at, _)| rests(at));
        all
    }

    /// Notes whether a server has answered.
    pub fn note(&self, at: usize, answers: bool) {
        let mut silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        if answers {
            silent.remove(&at);
        } else {
            silent.insert(at, Instant::now());
        }
    }

    /// Returns the attributes that are read of a user.
    pub fn attributes(&self) -> Vec<String> {
        let state = crate::account_state::ATTRIBUTES.iter().copied();
        let own = [&self.id, &self.username, &self.email];
        let all = own.into_iter().chain(self.fields.values());
        let all = all.map(String::as_str).chain(state);
        let all: BTreeSet<&str> = all.chain(["memberOf"]).collect();
        all.into_iter().map(str::to_owned).collect()
    }
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Directory")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The directories, in the order of their names.
pub type Directories = Vec<Arc<Directory>>;

type Kept = HashMap<PathBuf, (SystemTime, Arc<Directories>)>;
static KEPT: Mutex<Option<Kept>> = Mutex::new(None);

/// Returns the directories of the file, which is read again when it has changed.
///
/// # Errors
/// Describes the problem, without a secret.
pub fn load(path: &Path) -> Result<Arc<Directories>, String> {
    let unreadable = |error: std::io::Error| format!("{}: {error}", path.display());
    let changed = std::fs::metadata(path).and_then(|data| data.modified());
    let changed = changed.map_err(unreadable)?;
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_default();
    if let Some((_, same)) = kept.get(path).filter(|(at, _)| *at == changed) {
        return Ok(Arc::clone(same));
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let read = parse(&text, folder).map_err(|problem| format!("{}: {problem}", path.display()))?;
    let read = Arc::new(read);
    kept.insert(path.to_owned(), (changed, Arc::clone(&read)));
    Ok(read)
}

/// Reads the text of a file in a folder.
///
/// # Errors
/// Describes the first problem.
pub fn parse(text: &str, folder: &Path) -> Result<Directories, String> {
    let tables: BTreeMap<String, Table> =
        toml::from_str(text).map_err(|error| error.message().to_owned())?;
    if tables.len() > MAX_DIRECTORIES {
        return Err(format!("more than {MAX_DIRECTORIES} directories"));
    }
    let read = tables.into_iter().map(|(name, table)| {
        let read = table.read(&name, folder);
        read.map(Arc::new)
            .map_err(|problem| format!("{name}: {problem}"))
    });
    read.collect()
}

impl Table {
    fn read(self, name: &str, folder: &Path) -> Result<Directory, String> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(plain) {
            return Err("use lower-case letters, digits and hyphens as the name".to_owned());
        }
        if self.urls.is_empty() || self.urls.len() > MAX_SERVERS {
            return Err(format!("urls: name 1 to {MAX_SERVERS} servers"));
        }
        let servers = self.urls.iter().map(|url| server(url));
        let servers = servers.collect::<Result<_, _>>()?;
        let authorities = self.ca.as_deref().map(|ca| read_file(folder, ca));
        let authorities = authorities.transpose()?;
        let binding = binding(self.bind_dn, self.bind_password_file.as_deref(), folder)?;
        let is_ad = self.schema == Schema::ActiveDirectory;
        let attribute = |key: &str, of_ad: &str, other: &str| {
            let chosen = self.attributes.get(key).map(String::as_str);
            attribute_name(chosen.unwrap_or(if is_ad { of_ad } else { other }))
        };
        let login = login(self.login, is_ad)?;
        let filter = filter(self.filter, is_ad)?;
        let groups = self.groups.unwrap_or(if is_ad {
            GroupMode::InChain
        } else {
            GroupMode::MemberOf
        });
        let max_leavers = self.max_leavers.as_deref().map(UserLimit::parse);
        let max_leavers = max_leavers.transpose();
        Ok(Directory {
            name: name.to_owned(),
            servers,
            authorities,
            binding,
            schema: self.schema,
            filter,
            timeout: Duration::from_secs(seconds(
                "timeout",
                self.timeout.as_deref(),
                "5s",
                (1, 30),
            )?),
            id: attribute("id", "objectGUID", "entryUUID")?,
            username: attribute("username", "sAMAccountName", "uid")?,
            email: attribute("email", "mail", "mail")?,
            fields: fields(&self.attributes)?,
            login,
            email_verified: self.email_verified.unwrap_or(true),
            creates_users: self.creates_users.unwrap_or(true),
            groups,
            roles: roles(&self.roles)?,
            group_base: self.group_base.unwrap_or_else(|| self.base.clone()),
            base: self.base,
            sync_interval: interval("sync_interval", self.sync_interval.as_deref(), "0s")?,
            full_sync_interval: interval(
                "full_sync_interval",
                self.full_sync_interval.as_deref(),
                "1d",
            )?,
            max_leavers: max_leavers
                .map_err(|problem| format!("max_leavers: {problem}"))?
                .unwrap_or(UserLimit::OF_LEAVERS),
            silent: Mutex::default(),
            connector: OnceLock::new(),
        })
    }
}

fn read_file(folder: &Path, path: &Path) -> Result<Vec<u8>, String> {
    let path = folder.join(path);
    std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
}

fn binding(
    dn: Option<String>,
    password: Option<&Path>,
    folder: &Path,
) -> Result<Option<Binding>, String> {
    let (dn, path) = match (dn, password) {
        (Some(dn), Some(path)) => (dn, path),
        (None, None) => return Ok(None),
        _ => return Err("set bind_dn and bind_password_file, or neither".to_owned()),
    };
    let bytes = Zeroizing::new(read_file(folder, path)?);
    let text = std::str::from_utf8(&bytes);
    let text = text.map_err(|_| "bind_password_file: not UTF-8")?;
    let password = text.trim_end_matches(['\r', '\n']);
    if dn.is_empty() || password.is_empty() {
        return Err("bind_dn and bind_password_file must not be empty".to_owned());
    }
    let password = Zeroizing::new(password.to_owned());
    Ok(Some(Binding { dn, password }))
}

fn login(chosen: Option<Vec<String>>, is_ad: bool) -> Result<Vec<String>, String> {
    let login = chosen.unwrap_or_else(|| {
        let all: &[&str] = if is_ad {
            &["sAMAccountName", "userPrincipalName", "mail"]
        } else {
            &["uid", "mail"]
        };
        all.iter().map(|name| (*name).to_owned()).collect()
    });
    if login.is_empty() {
        return Err("login: name at least one attribute".to_owned());
    }
    for name in &login {
        attribute_name(name)?;
    }
    Ok(login)
}

fn filter(chosen: Option<String>, is_ad: bool) -> Result<String, String> {
    let filter = chosen.unwrap_or_else(|| {
        let usual = if is_ad {
            "(&(objectCategory=person)(objectClass=user))"
        } else {
            "(objectClass=person)"
        };
        usual.to_owned()
    });
    match ldap3::parse_filter(&filter) {
        Ok(_) => Ok(filter),
        Err(()) => Err("filter: not a filter (RFC 4515)".to_owned()),
    }
}

fn server(text: &str) -> Result<Server, String> {
    let problem = || format!("urls: {text:?} is not ldaps://HOST or ldap://HOST (StartTLS)");
    let url = Url::parse(text).map_err(|_| problem())?;
    let (starts_tls, usual) = match url.scheme() {
        "ldaps" => (false, 636),
        "ldap" => (true, 389),
        _ => return Err(problem()),
    };
    let host = url.host_str().unwrap_or_default().to_owned();
    let has_more = !matches!(url.path(), "" | "/")
        || !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some();
    if host.is_empty() || has_more {
        return Err(problem());
    }
    let port = url.port().unwrap_or(usual);
    Ok(Server {
        url,
        host,
        port,
        starts_tls,
    })
}

/// Checks the name of an attribute (RFC 4512 §2.5), which becomes a part of filters.
fn attribute_name(name: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ';' | '.');
    if !name.is_empty() && name.len() <= 100 && name.chars().all(is_plain) {
        Ok(name.to_owned())
    } else {
        Err(format!("{name:?} is not the name of an attribute"))
    }
}

fn fields(attributes: &BTreeMap<String, String>) -> Result<BTreeMap<Field, String>, String> {
    let usual = [
        (Field::GivenName, "givenName"),
        (Field::FamilyName, "sn"),
        (Field::PhoneNumber, "telephoneNumber"),
    ];
    let mut all: BTreeMap<Field, String> = usual
        .into_iter()
        .map(|(field, name)| (field, name.to_owned()))
        .collect();
    for (key, name) in attributes {
        if matches!(key.as_str(), "id" | "username" | "email") {
            continue;
        }
        let field = Field::parse(key);
        let field = field.ok_or_else(|| format!("attributes: there is no field {key:?}"))?;
        if name.is_empty() {
            all.remove(&field);
        } else {
            all.insert(field, attribute_name(name)?);
        }
    }
    Ok(all)
}

fn roles(
    table: &BTreeMap<String, Vec<String>>,
) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let mut all = BTreeMap::<_, BTreeSet<String>>::new();
    for (role, groups) in table {
        for group in groups {
            all.entry(dn::normalized(group))
                .or_default()
                .insert(role.clone());
        }
    }
    if all.len() > MAX_GROUPS {
        return Err(format!("roles: more than {MAX_GROUPS} groups"));
    }
    Ok(all)
}

fn seconds(
    key: &str,
    text: Option<&str>,
    usual: &str,
    (min, max): (i64, i64),
) -> Result<u64, String> {
    let read = doorward_config::seconds(text.unwrap_or(usual));
    let read = read.filter(|read| (min..=max).contains(read));
    let problem = || format!("{key}: write a time such as {usual:?}");
    let read = read.ok_or_else(problem)?;
    u64::try_from(read).map_err(|_| problem())
}

fn interval(key: &str, text: Option<&str>, usual: &str) -> Result<i64, String> {
    let read = seconds(key, text, usual, (0, 31_536_000))?;
    if (1..60).contains(&read) {
        return Err(format!("{key}: at least 1m"));
    }
    i64::try_from(read).map_err(|_| format!("{key}: too long"))
}

#[cfg(test)]
mod tests;

//! CSV files of users.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use doorward_domain::credentials::totp::TotpSecret;
use doorward_domain::model::UserId;
use doorward_domain::rules::profile::Field;
use doorward_domain::secret::Secret;

use super::django::TimeZone;
use super::{ReadError, Sink};
use crate::item::Note;
use crate::record::{GroupRecord, PasswordRecord, Record, RoleRecord, TotpRecord, UserRecord};

/// The columns that are not profile fields.
pub const COLUMNS: [&str; 16] = [
    "id",
    "sub",
    "username",
    "email",
    "email_verified",
    "password_hash",
    "must_change_password",
    "totp_secret",
    "roles",
    "groups",
    "is_staff",
    "disabled",
    "created_at",
    "last_login",
    "picture",
    "is_superuser",
];

/// A CSV file with a header, after the first pass.
#[derive(Debug)]
pub struct CsvFile {
    path: PathBuf,
    header: Vec<String>,
    roles: BTreeSet<String>,
    groups: BTreeSet<String>,
    users: u64,
}

/// A row with the names of its columns.
struct Cells<'a> {
    header: &'a [String],
    row: &'a csv::StringRecord,
}

impl Cells<'_> {
    fn get(&self, name: &str) -> &str {
        let at = self.header.iter().position(|column| column == name);
        at.and_then(|at| self.row.get(at))
            .unwrap_or_default()
            .trim()
    }

    /// Returns the parts of a list, separated by `;`.
    fn list(&self, name: &str) -> impl Iterator<Item = String> {
        let parts = self.get(name).split(';').map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned)
    }

    /// Returns a Boolean; `None` if the cell is empty or unclear.
    fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name).to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "1" => Some(true),
            "false" | "f" | "no" | "0" => Some(false),
            _ => None,
        }
    }
}

impl CsvFile {
    /// Reads the header and the names of roles and groups.
    ///
    /// # Errors
    /// Returns [`ReadError`] for a malformed file and for unknown columns.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let mut file = Self {
            path: path.to_owned(),
            header: Vec::new(),
            roles: BTreeSet::new(),
            groups: BTreeSet::new(),
            users: 0,
        };
        let mut reader = file.reader()?;
        let header = reader.headers().map_err(|error| file.failed(&error))?;
        file.header = header
            .iter()
            .map(|name| name.trim().trim_start_matches('\u{feff}').to_lowercase())
            .collect();
        let is_known =
            |name: &String| COLUMNS.contains(&name.as_str()) || Field::parse(name).is_some();
        if let Some(unknown) = file.header.iter().find(|name| !is_known(name)) {
            let profile = Field::ALL.iter().map(|field| field.name());
            let all: Vec<_> = COLUMNS.into_iter().chain(profile).collect();
            return Err(ReadError::Unusable(format!(
                "unknown column {unknown:?}; write {}",
                all.join(", ")
            )));
        }
        if !file.header.iter().any(|name| name == "email") {
            return Err(ReadError::Unusable("there is no column email".to_owned()));
        }
        for row in reader.records() {
            let row = row.map_err(|error| file.failed(&error))?;
            let cells = Cells {
                header: &file.header,
                row: &row,
            };
            file.roles.extend(cells.list("roles"));
            let groups: Vec<_> = cells
                .list("groups")
                .flat_map(|path| ancestors(&path))
                .collect();
            file.groups.extend(groups);
            file.users += 1;
        }
        Ok(file)
    }

    fn reader(&self) -> Result<csv::Reader<File>, ReadError> {
        csv::Reader::from_path(&self.path).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &csv::Error) -> ReadError {
        let line = error.position().map_or(0, csv::Position::line);
        let problem = match error.kind() {
            csv::ErrorKind::Io(_) => "the file cannot be read",
            csv::ErrorKind::Utf8 { .. } => "the file is not UTF-8",
            csv::ErrorKind::UnequalLengths { .. } => "a row with another number of cells",
            _ => "malformed CSV",
        };
        ReadError::Syntax {
            path: self.path.clone(),
            line: usize::try_from(line).unwrap_or_default(),
            problem,
        }
    }

    /// Returns the number of users.
    pub const fn users(&self) -> u64 {
        self.users
    }

    /// Sends all records.
    ///
    /// # Errors
    /// Returns [`ReadError`] if the file has changed meanwhile, or if the receiver stops.
    pub fn read(self, sink: Sink<'_>) -> Result<(), ReadError> {
        for name in &self.roles {
            sink(Record::Role(RoleRecord {
                name: name.clone(),
                ..RoleRecord::default()
            }))?;
        }
        for path in &self.groups {
            let (parent, name) = path.rsplit_once('/').unwrap_or_default();
            sink(Record::Group(GroupRecord {
                path: path.clone(),
                parent: (!parent.is_empty()).then(|| parent.to_owned()),
                name: name.to_owned(),
                ..GroupRecord::default()
            }))?;
        }
        for row in self.reader()?.records() {
            let row = row.map_err(|error| self.failed(&error))?;
            let cells = Cells {
                header: &self.header,
                row: &row,
            };
            sink(Record::User(Box::new(user(&cells))))?;
        }
        Ok(())
    }
}

/// Returns the path of a group with those above it, each with a leading `/`.
fn ancestors(path: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut whole = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        whole.push('/');
        whole.push_str(part);
        all.push(whole.clone());
    }
    all
}

fn user(cells: &Cells<'_>) -> UserRecord {
    let mut notes = Vec::new();
    let names = ["id", "username", "email"];
    let old_id = names
        .iter()
        .map(|name| cells.get(name))
        .find(|text| !text.is_empty());
    let sub = cells.get("sub");
    if !sub.is_empty() && UserId::parse(sub).is_none() {
        let text = "the column sub is no UUID: the user gets a new one";
        notes.push(Note::new("sub_changed", text));
    }
    let username = cells.get("username");
    let email = cells.get("email");
    let profile = Field::ALL.iter().filter_map(|field| {
        let text = cells.get(field.name());
        (!text.is_empty()).then(|| (*field, text.to_owned()))
    });
    let picture = cells.get("picture");
    UserRecord {
        old_id: old_id.unwrap_or_default().to_owned(),
        sub: UserId::parse(sub),
        username: if username.is_empty() { email } else { username }.to_owned(),
        email: email.to_owned(),
        email_verified: cells.flag("email_verified") == Some(true),
        profile: profile.collect(),
        picture: picture.starts_with("https://").then(|| picture.to_owned()),
        password: password(cells.get("password_hash")),
        must_change_password: cells.flag("must_change_password") == Some(true),
        totp: totp(cells.get("totp_secret"), &mut notes),
        links: Vec::new(),
        roles: cells.list("roles").collect(),
        groups: cells
            .list("groups")
            .filter_map(|path| ancestors(&path).pop())
            .collect(),
        is_staff: cells.flag("is_staff") == Some(true),
        is_superuser: cells.flag("is_superuser") == Some(true),
        // An unclear cell disables the account.
        disabled: !cells.get("disabled").is_empty() && cells.flag("disabled") != Some(false),
        created_at: TimeZone::default().read(cells.get("created_at")),
        last_login: TimeZone::default().read(cells.get("last_login")),
        notes,
    }
}

/// Reads a hash: a form of Django, a PHC string, or bcrypt's own form.
fn password(text: &str) -> Option<PasswordRecord> {
    let of_django = if text.starts_with("$argon2") {
        format!("argon2{text}")
    } else if text.starts_with("$2") {
        format!("bcrypt${text}")
    } else {
        text.to_owned()
    };
    (!text.is_empty()).then(|| PasswordRecord::Django(Secret::new(of_django)))
}

fn totp(text: &str, notes: &mut Vec<Note>) -> Option<TotpRecord> {
    if text.is_empty() {
        return None;
    }
    let secret = TotpSecret::from_base32(text);
    if secret.is_none() {
        let text = "the secret of the authenticator app is not 20 bytes in base32";
        notes.push(Note::new("totp_form", text));
    }
    secret.map(|secret| TotpRecord {
        secret,
        last_step: 0,
    })
}

//! CSV files of users.

use std::io::{BufRead as _, Read as _};

use doorward_protocol::displayed_text::is_hidden;

use super::date::DayOrder;
use super::django::TimeZone;
use super::found::{Findings, Found, Unreadable, shortened};
use super::text::{self, Encoding, TextFile};
use super::{ReadError, Result, Sink, words};
use crate::item::Note;
use crate::prelude::*;
use crate::record::{GroupRecord, PasswordRecord, Record, RoleRecord, TotpRecord, UserRecord};
use crate::sync::FileContents;

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
/// The characters that spreadsheets and databases put between cells.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// The maximum length of the first line, in bytes.
const FIRST_LINE: u64 = 1 << 16;

const TIME: &str = "a time such as 2024-03-01T12:00:00Z";

/// A CSV file with a header, after the first pass.
#[derive(Debug, Default)]
pub struct CsvFile {
    path: PathBuf,
    encoding: Option<&'static Encoding>,
    delimiter: u8,
    /// True if the first line only names the delimiter.
    names_delimiter: bool,
    header: Vec<String>,
    created_at: DayOrder,
    last_login: DayOrder,
    roles: BTreeSet<String>,
    groups: BTreeSet<String>,
    old_ids: HashSet<String>,
    users: u64,
}

/// A row with the names of its columns.
struct Cells<'a> {
    file: &'a CsvFile,
    row: &'a csv::StringRecord,
    line: u64,
}

/// Returns the text of a cell without white space and invisible characters around it.
fn trimmed(cell: &str) -> &str {
    cell.trim_matches(|c: char| c.is_whitespace() || is_hidden(c))
}

/// Returns the name of a column, which tables write in any case, with spaces or with hyphens; other
/// text without a change.
fn column(name: &str) -> String {
    let folded = |name: &str| -> String {
        let letters = name.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let wanted = folded(name);
    let profile = Field::ALL.iter().map(|field| field.name());
    let mut known = COLUMNS.into_iter().chain(profile);
    let found = known.find(|known| folded(known) == wanted);
    found.unwrap_or(name).to_owned()
}

/// Returns the delimiter of a first line that only names it: `sep=;`, also in quotation marks or with
/// the empty cells that another program has added.
fn named_delimiter(line: &[u8]) -> Option<u8> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let (word, rest) = line.split_at_checked(4)?;
    let (named, rest) = rest.split_first()?;
    let is_delimiter = |byte: &u8| DELIMITERS.contains(byte);
    let is_empty = rest.iter().all(|byte| *byte == b'"' || is_delimiter(byte));
    let used = rest.iter().copied().find(is_delimiter).unwrap_or(*named);
    (word.eq_ignore_ascii_case(b"sep=") && is_empty).then_some(used)
}

impl<'a> Cells<'a> {
    fn text(&self, name: &str) -> Option<&'a str> {
        let mut columns = self.file.header.iter();
        let at = columns.position(|column| column == name)?;
        let text = trimmed(self.row.get(at)?);
        (!text.is_empty()).then_some(text)
    }

    fn owned(&self, name: &str) -> String {
        self.text(name).unwrap_or_default().to_owned()
    }

    /// Returns the id of the user: the cell `id`, or else the user name or the address.
    fn old_id(&self) -> String {
        let mut names = ["id", "username", "email"].into_iter();
        let found = names.find_map(|name| self.text(name));
        found.map_or_else(|| format!("line {}", self.line), str::to_owned)
    }

    /// Returns the value that `read` finds in a cell.
    fn read<T>(
        &self,
        name: &str,
        expected: &'static str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Found<T> {
        let wrong = |text| Unreadable::new(name, text, expected);
        let text = self.text(name);
        text.map(|text| read(text).ok_or_else(|| wrong(text)))
            .transpose()
    }

    /// Returns the parts of a list, separated by `;`.
    fn list(&self, name: &str) -> Found<Vec<&'a str>> {
        let is_other = |c: char| matches!(c, ',' | '|' | '[' | ']' | '{' | '}' | '"' | '\t');
        self.read(name, "names separated by `;`", |text| {
            let parts = text.split(';').map(str::trim);
            let parts = parts.filter(|part| !part.is_empty());
            (!text.contains(is_other)).then(|| parts.collect())
        })
    }

    fn flag(&self, name: &str) -> Found<bool> {
        self.read(name, "true or false", words::flag)
    }

    fn time(&self, name: &str, order: DayOrder) -> Found<UnixSeconds> {
        let zone = TimeZone::default();
        self.read(name, TIME, |text| {
            zone.read(text).or_else(|| zone.at(order.read(text)?))
        })
    }
}

impl CsvFile {
    /// Reads the header and the names of roles and groups.
    pub fn open(path: &Path, encoding: Option<&'static Encoding>) -> Result<Self> {
        let mut file = Self {
            path: path.to_owned(),
            encoding,
            delimiter: b',',
            ..Self::default()
        };
        file.find_delimiter()?;
        file.read_header()?;
        let (mut roles, mut groups) = (BTreeSet::new(), BTreeSet::new());
        let mut old_ids = HashSet::new();
        let (mut created_at, mut last_login) = (DayOrder::default(), DayOrder::default());
        let mut users = 0;
        file.each_row(&mut |cells| {
            let list = |name| cells.list(name).ok().flatten().unwrap_or_default();
            roles.extend(list("roles").into_iter().map(str::to_owned));
            groups.extend(list("groups").into_iter().flat_map(ancestors));
            created_at.see(cells.text("created_at").unwrap_or_default());
            last_login.see(cells.text("last_login").unwrap_or_default());
            old_ids.insert(cells.old_id());
            users += 1;
            Ok(())
        })?;
        Ok(Self {
            created_at,
            last_login,
            roles,
            groups,
            old_ids,
            users,
            ..file
        })
    }

    fn text(&self) -> Result<BufReader<TextFile>> {
        text::open(&self.path, self.encoding)
    }

    fn malformed(&self, line: u64, problem: &'static str) -> ReadError {
        ReadError::Syntax {
            path: self.path.clone(),
            line: usize::try_from(line).unwrap_or_default(),
            problem,
        }
    }

    /// Finds the delimiter by the first line: `sep=;` as spreadsheets write it, or the header.
    fn find_delimiter(&mut self) -> Result<()> {
        let mut text = self.text()?.take(FIRST_LINE);
        let mut first: Vec<u8> = Vec::new();
        let mut lines = 0;
        while first.iter().all(u8::is_ascii_whitespace) {
            first.clear();
            lines += 1;
            let read = text.read_until(b'\n', &mut first);
            if read.map_err(|error| text::failed(&self.path, error))? == 0 {
                break;
            }
        }
        if let Some(delimiter) = named_delimiter(&first).filter(|_| lines == 1) {
            self.delimiter = delimiter;
            self.names_delimiter = true;
            return Ok(());
        }
        let mut is_quoted = false;
        let mut counts = [0; DELIMITERS.len()];
        for byte in first {
            is_quoted ^= byte == b'"';
            if let Some(at) = DELIMITERS.iter().position(|one| *one == byte)
                && !is_quoted
            {
                counts[at] += 1;
            }
        }
        let most = counts.iter().copied().max().unwrap_or_default();
        if let Some(at) = counts.iter().position(|count| *count == most) {
            self.delimiter = DELIMITERS[at];
        }
        Ok(())
    }

    /// Calls `each` with every record and the line where it begins, the header included.
    fn each_record(
        &self,
        each: &mut dyn FnMut(&csv::StringRecord, u64) -> Result<bool>,
    ) -> Result<()> {
        let mut text = self.text()?;
        let mut before = 0;
        if self.names_delimiter {
            let skipped = text.read_until(b'\n', &mut Vec::new());
            skipped.map_err(|error| text::failed(&self.path, error))?;
            before = 1;
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader(text);
        let mut record = csv::StringRecord::new();
        loop {
            let start = before + reader.position().line();
            let read = reader.read_record(&mut record);
            // Empty lines come before the record; the reader is behind the end of its last line.
            let breaks = record.iter().flat_map(str::bytes).filter(|b| *b == b'\n');
            let after = before + reader.position().line();
            let line = start.max(after.saturating_sub(1 + breaks.count() as u64));
            match read {
                Ok(true) => {
                    if !each(&record, line)? {
                        return Ok(());
                    }
                }
                Ok(false) => return Ok(()),
                Err(error) => {
                    return Err(match error.into_kind() {
                        csv::ErrorKind::Io(error) => text::failed(&self.path, error),
                        _ => self.malformed(line, "malformed CSV"),
                    });
                }
            }
        }
    }

    fn read_header(&mut self) -> Result<()> {
        let mut header = Vec::new();
        self.each_record(&mut |record, _| {
            header = record.iter().map(|name| column(trimmed(name))).collect();
            Ok(false)
        })?;
        let is_known =
            |name: &str| name.is_empty() || COLUMNS.contains(&name) || Field::parse(name).is_some();
        if let Some(unknown) = header.iter().find(|name| !is_known(name)) {
            let profile = Field::ALL.iter().map(|field| field.name());
            let all: Vec<_> = COLUMNS.into_iter().chain(profile).collect();
            return Err(ReadError::Unusable(format!(
                "unknown column {:?}; write {}",
                shortened(unknown),
                all.join(", ")
            )));
        }
        let mut seen = BTreeSet::new();
        let mut named = header.iter().filter(|name| !name.is_empty());
        if let Some(double) = named.find(|name| !seen.insert(name.as_str())) {
            return Err(ReadError::Unusable(format!(
                "the column {double} occurs twice"
            )));
        }
        if header.is_empty() {
            return Err(ReadError::Unusable("the file is empty".to_owned()));
        }
        if !seen.contains("email") {
            return Err(ReadError::Unusable("there is no column email".to_owned()));
        }
        self.header = header;
        Ok(())
    }

    fn each_row(&self, each: &mut dyn FnMut(&Cells<'_>) -> Result<()>) -> Result<()> {
        let width = self.header.iter().rposition(|name| !name.is_empty());
        let width = width.map_or(0, |last| last + 1);
        let mut is_header = true;
        self.each_record(&mut |row, line| {
            if std::mem::take(&mut is_header) || row.iter().all(|cell| trimmed(cell).is_empty()) {
                return Ok(true);
            }
            if row.len() < width {
                let text = "a row with fewer cells than the header has columns";
                return Err(self.malformed(line, text));
            }
            for (at, cell) in row.iter().enumerate() {
                let name = self.header.get(at).map_or("", String::as_str);
                if name.is_empty() && !trimmed(cell).is_empty() {
                    let text = "a cell without a column in the header; a cell with a separator inside \
                                needs quotation marks";
                    return Err(self.malformed(line, text));
                }
                let cell = trimmed(cell);
                if cell.contains('\n') && !self.is_text_of_lines(name, cell, width) {
                    let text = "a line break inside a cell: a quotation mark is not closed, or the cell needs one line";
                    return Err(self.malformed(line, text));
                }
            }
            let cells = Cells {
                file: self,
                row,
                line,
            };
            each(&cells)?;
            Ok(true)
        })
    }

    /// Returns true for a text that may have lines, none of which is a row of the table that an open
    /// quotation mark has swallowed.
    fn is_text_of_lines(&self, name: &str, cell: &str, width: usize) -> bool {
        let delimiter = char::from(self.delimiter);
        let is_row =
            |line: &str| line.contains('@') && line.matches(delimiter).count() + 1 >= width;
        let has_lines = matches!(Field::parse(name), Some(Field::Bio | Field::StreetAddress));
        has_lines && !cell.lines().any(is_row)
    }

    pub const fn users(&self) -> u64 {
        self.users
    }

    /// Returns the names of the columns, and the ids of all rows.
    pub fn take_contents(&mut self) -> FileContents {
        let named = self.header.iter().filter(|name| !name.is_empty());
        FileContents {
            columns: named.cloned().collect(),
            old_ids: std::mem::take(&mut self.old_ids),
        }
    }

    /// Sends all records.
    pub fn read(self, sink: Sink<'_>) -> Result<()> {
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
        self.each_row(&mut |cells| sink(user(cells)))
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

fn user(cells: &Cells<'_>) -> Record {
    let mut findings = Findings::default();
    let old_id = cells.old_id();
    let file = cells.file;
    let email = cells.owned("email");
    let username = cells
        .text("username")
        .map_or_else(|| email.clone(), str::to_owned);
    let profile = Field::ALL.iter().filter_map(|field| {
        let text = cells.text(field.name())?;
        Some((*field, text.to_owned()))
    });
    let roles = findings.require(cells.list("roles")).unwrap_or_default();
    let groups = findings.require(cells.list("groups")).unwrap_or_default();
    let groups = groups.into_iter().filter_map(|path| ancestors(path).pop());
    let https = |url: &str| url.starts_with("https://").then(|| url.to_owned());
    let record = UserRecord {
        sub: sub(cells.text("sub"), &mut findings),
        email_verified: findings.require(cells.flag("email_verified")),
        must_change_password: findings.require(cells.flag("must_change_password")) == Some(true),
        disabled: findings.require(cells.flag("disabled")) == Some(true),
        // The account needs a time, and no other one is right.
        created_at: findings.require(cells.time("created_at", file.created_at)),
        last_login: findings.note(cells.time("last_login", file.last_login)),
        is_staff: findings.note(cells.flag("is_staff")) == Some(true),
        is_superuser: findings.note(cells.flag("is_superuser")) == Some(true),
        totp: totp(cells.text("totp_secret"), &mut findings.notes),
        picture: findings.note(cells.read("picture", "a URL that begins with https://", https)),
        password: password(cells.text("password_hash")),
        profile: profile.collect(),
        links: Vec::new(),
        roles: roles.into_iter().map(str::to_owned).collect(),
        groups: groups.collect(),
        notes: Vec::new(),
        old_id,
        username,
        email,
    };
    findings.user(record)
}

fn sub(text: Option<&str>, findings: &mut Findings) -> Option<UserId> {
    let text = text?;
    let sub = UserId::parse(text);
    if sub.is_none() {
        let value = shortened(text);
        let why = format!("sub: {value:?} is no UUID: the user gets a new one");
        let note = Note::new("sub_changed", why).about("sub", Some(value));
        findings.notes.push(note);
    }
    sub
}

/// Reads a hash: a form of Django, a PHC string, or bcrypt's own form.
fn password(text: Option<&str>) -> Option<PasswordRecord> {
    let text = text?;
    let of_django = if text.starts_with("$argon2") {
        format!("argon2{text}")
    } else if text.starts_with("$2") {
        format!("bcrypt${text}")
    } else {
        text.to_owned()
    };
    Some(PasswordRecord::Django(Secret::new(of_django)))
}

fn totp(text: Option<&str>, notes: &mut Vec<Note>) -> Option<TotpRecord> {
    let secret = TotpSecret::from_base32(text?);
    if secret.is_none() {
        let text = "totp_secret: the secret of the authenticator app is not 20 bytes in base32";
        notes.push(Note::new("totp_form", text).about("totp_secret", None));
    }
    secret.map(|secret| TotpRecord {
        secret,
        last_step: 0,
    })
}

//! Files of users, one a row: CSV files, and the exports of other products in CSV or JSON.

mod columns;
mod csv_rows;
mod json_rows;
mod layout;
mod names;
pub mod product;
mod user;

use self::columns::Columns;
use self::csv_rows::CsvRows;
use self::json_rows::JsonRows;
pub use self::layout::{Layout, read_maps};
pub use self::names::find as find_column;
use self::user::{Cells, ancestors, trimmed};
use super::date::DayOrder;
use super::{ReadError, Result, Sink, json};
use crate::item::{Item, Kind, Note};
use crate::prelude::*;
use crate::record::{GroupRecord, Record, RoleRecord};
use crate::sync::FileContents;

#[derive(Debug)]
enum Rows {
    Csv(CsvRows),
    Json(JsonRows),
}

impl Rows {
    fn open(path: &Path, layout: &Layout) -> Result<Self> {
        let file = json::JsonFile {
            path,
            encoding: layout.encoding,
        };
        let product = layout.product;
        let is_json = product.is_some() && matches!(json::first_byte(file)?, Some(b'{' | b'['));
        Ok(if is_json {
            let list = product.and_then(|product| product.list);
            Self::Json(JsonRows::open(path, layout.encoding, list, layout.paths())?)
        } else {
            let header = product.and_then(|product| product.header);
            Self::Csv(CsvRows::open(path, layout.encoding, header)?)
        })
    }

    fn each_record(
        &self,
        each: &mut dyn FnMut(&csv::StringRecord, u64) -> Result<bool>,
    ) -> Result<()> {
        match self {
            Self::Csv(rows) => rows.each_record(each),
            Self::Json(rows) => rows.each_record(each),
        }
    }
}

/// A file of users after the first pass.
#[derive(Debug)]
pub struct UserFile {
    path: PathBuf,
    layout: Layout,
    rows: Rows,
    header: Vec<String>,
    columns: Columns,
    created_at: DayOrder,
    last_login: DayOrder,
    roles: BTreeSet<String>,
    groups: BTreeSet<String>,
    old_ids: HashSet<String>,
    users: u64,
    passwords: u64,
    /// Number of values in each column that is not carried.
    left_out: Vec<u64>,
}

impl UserFile {
    /// Reads the header, the names of roles and groups, and what is not carried.
    pub fn open(path: &Path, layout: Layout) -> Result<Self> {
        let rows = Rows::open(path, &layout)?;
        let mut header = Vec::new();
        rows.each_record(&mut |record, _| {
            header = record.iter().map(|name| trimmed(name).to_owned()).collect();
            Ok(false)
        })?;
        let columns = Columns::find(&header, &layout)?;
        let mut file = Self {
            path: path.to_owned(),
            left_out: vec![0; columns.others.len()],
            layout,
            rows,
            header,
            columns,
            created_at: DayOrder::default(),
            last_login: DayOrder::default(),
            roles: BTreeSet::new(),
            groups: BTreeSet::new(),
            old_ids: HashSet::new(),
            users: 0,
            passwords: 0,
        };
        file.scan()?;
        if file
            .layout
            .product
            .is_some_and(|one| one.name == product::FIREBASE.name)
            && file.layout.firebase.is_none()
            && file.passwords > 0
        {
            return Err(ReadError::Unusable(format!(
                "{} users have password hashes, which need the parameters of the project: copy them from the \
                 Firebase console (Authentication, Users, the menu above the list) into a file, and name it \
                 with --hash-config FILE; --ignore passwordHash imports the users without passwords",
                file.passwords
            )));
        }
        Ok(file)
    }

    /// Reads what must be known before the users are sent.
    fn scan(&mut self) -> Result<()> {
        let (mut roles, mut groups) = (BTreeSet::new(), BTreeSet::new());
        let mut old_ids = HashSet::new();
        let (mut created_at, mut last_login) = (DayOrder::default(), DayOrder::default());
        let (mut users, mut passwords) = (0, 0);
        let mut left_out = std::mem::take(&mut self.left_out);
        self.each_row(&mut |cells| {
            let list = |name| cells.list(name).ok().flatten().unwrap_or_default();
            roles.extend(list("roles").into_iter().map(str::to_owned));
            groups.extend(list("groups").into_iter().flat_map(ancestors));
            created_at.see(cells.text("created_at").unwrap_or_default());
            last_login.see(cells.text("last_login").unwrap_or_default());
            old_ids.insert(cells.old_id());
            users += 1;
            passwords += u64::from(cells.text("password_hash").is_some());
            for (count, (_, at)) in left_out.iter_mut().zip(&self.columns.others) {
                let text = cells.row.get(*at).unwrap_or_default();
                *count += u64::from(!trimmed(text).is_empty());
            }
            Ok(())
        })?;
        self.roles = roles;
        self.groups = groups;
        self.old_ids = old_ids;
        self.created_at = created_at;
        self.last_login = last_login;
        self.users = users;
        self.passwords = passwords;
        self.left_out = left_out;
        Ok(())
    }

    fn malformed(&self, line: u64, problem: &'static str) -> ReadError {
        ReadError::Syntax {
            path: self.path.clone(),
            line: usize::try_from(line).unwrap_or_default(),
            problem,
        }
    }

    fn each_row(&self, each: &mut dyn FnMut(&Cells<'_>) -> Result<()>) -> Result<()> {
        let width = self.header.iter().rposition(|name| !name.is_empty());
        let width = width.map_or(0, |last| last + 1);
        let delimiter = match &self.rows {
            // A file without a header may be of a version with fewer columns.
            Rows::Csv(rows) => rows.header.is_none().then(|| rows.delimiter()),
            Rows::Json(_) => None,
        };
        let mut is_header = true;
        self.rows.each_record(&mut |row, line| {
            if std::mem::take(&mut is_header) || row.iter().all(|cell| trimmed(cell).is_empty()) {
                return Ok(true);
            }
            if let Some(delimiter) = delimiter {
                self.check_row(row, line, (width, delimiter))?;
            }
            let cells = Cells {
                columns: &self.columns,
                layout: &self.layout,
                created_at: self.created_at,
                last_login: self.last_login,
                row,
                line,
            };
            each(&cells)?;
            Ok(true)
        })
    }

    /// Checks that the cells of a row are those of its columns.
    fn check_row(
        &self,
        row: &csv::StringRecord,
        line: u64,
        (width, delimiter): (usize, char),
    ) -> Result<()> {
        if row.len() < width {
            let text = "a row with fewer cells than the header has columns";
            return Err(self.malformed(line, text));
        }
        for (at, cell) in row.iter().enumerate() {
            let cell = trimmed(cell);
            if self.header.get(at).is_none_or(String::is_empty) && !cell.is_empty() {
                let text = "a cell without a column in the header; a cell with a separator inside \
                            needs quotation marks";
                return Err(self.malformed(line, text));
            }
            // A table that an open quotation mark has swallowed.
            let is_row =
                |line: &str| line.contains('@') && line.matches(delimiter).count() + 1 >= width;
            let target = self.columns.target(at);
            let field = target.and_then(Field::parse);
            let has_lines = matches!(field, Some(Field::Bio | Field::StreetAddress));
            // Of a column that is not carried, only a swallowed table matters.
            let may_break = has_lines || target.is_none();
            if cell.contains('\n') && (!may_break || cell.lines().any(is_row)) {
                let text = "a line break inside a cell: a quotation mark is not closed, or the cell needs one line";
                return Err(self.malformed(line, text));
            }
        }
        Ok(())
    }

    pub const fn users(&self) -> u64 {
        self.users
    }

    /// Returns the columns about which the file decides, and the ids of all rows.
    pub fn take_contents(&mut self) -> FileContents {
        FileContents {
            columns: self.columns.decided(),
            old_ids: std::mem::take(&mut self.old_ids),
            names_only: true,
        }
    }

    /// Returns a result for each column that is not carried, and for passwords that no export has.
    fn left_out(&self) -> Vec<Item> {
        let counted = self.columns.others.iter().zip(&self.left_out);
        let counted = counted.filter(|(_, count)| **count > 0);
        let mut items: Vec<_> = counted
            .map(|((name, _), count)| {
                let values = if *count == 1 { "value is" } else { "values are" };
                let text = format!(
                    "{count} {values} not carried; --map {name}=NAME carries them, --ignore {name} leaves them \
                     out without this line"
                );
                Item::rejected(Kind::Source, name, Note::new("not_carried", text))
            })
            .collect();
        if let Some(product) = self.layout.product.filter(|product| !product.has_passwords) {
            let text = format!(
                "{} exports no password hashes: {} users need a link to set a password, or to add a passkey",
                product.title, self.users
            );
            items.push(Item::rejected(
                Kind::Source,
                "passwords",
                Note::new("no_hashes", text),
            ));
        }
        items
    }

    /// Sends all records.
    pub fn read(self, sink: Sink<'_>) -> Result<()> {
        for item in self.left_out() {
            sink(Record::Skipped(item))?;
        }
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
        self.each_row(&mut |cells| sink(user::record(cells)))
    }
}

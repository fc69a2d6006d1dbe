//! A file of `manage.py dumpdata`.

use std::path::{Path, PathBuf};

use super::options::DjangoOptions;
use super::overview::Overview;
use super::row::Row;
use crate::read::json::{self, JsonFile};
use crate::read::text::Encoding;
use crate::read::{ReadError, Result, Sink};
use crate::sync::FileContents;

/// A dump, after the first pass.
#[derive(Debug)]
pub struct Dump {
    path: PathBuf,
    encoding: Option<&'static Encoding>,
    overview: Overview,
}

fn each_row(
    path: &Path,
    encoding: Option<&'static Encoding>,
    each: &mut dyn FnMut(Row) -> Result<()>,
) -> Result<()> {
    let mut number = 0;
    json::each_element(JsonFile { path, encoding }, &mut |value| {
        number += 1;
        let row = Row::parse(value, number).map_err(|record| ReadError::Record {
            path: path.to_owned(),
            record,
            problem: "an object of another form than `model`, `pk` and `fields`",
        });
        each(row?)
    })
}

impl Dump {
    /// Reads everything except the users.
    ///
    /// # Errors
    /// Returns [`ReadError`] if the file cannot be read, has no users, or lacks primary keys.
    pub fn open(path: &Path, options: DjangoOptions) -> Result<Self> {
        let encoding = options.encoding;
        let mut overview = Overview::new(options);
        each_row(path, encoding, &mut |row| {
            overview.add(&row);
            Ok(())
        })?;
        overview.finish()?;
        Ok(Self {
            path: path.to_owned(),
            encoding,
            overview,
        })
    }

    /// Takes what a comparison with the users of an earlier run needs.
    pub fn take_contents(&mut self) -> FileContents {
        self.overview.take_contents()
    }

    pub const fn users(&self) -> u64 {
        self.overview.users()
    }

    /// Sends all records.
    pub fn read(self, sink: Sink<'_>) -> Result<()> {
        self.overview.records(sink)?;
        each_row(&self.path, self.encoding, &mut |row| {
            if self.overview.is_user(&row) {
                sink(self.overview.user(&row))?;
            }
            Ok(())
        })
    }
}

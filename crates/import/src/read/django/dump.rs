//! A file of `manage.py dumpdata`.

use std::path::{Path, PathBuf};

use super::options::DjangoOptions;
use super::overview::Overview;
use super::row::Row;
use crate::read::{ReadError, Sink, json};
use crate::record::Record;

/// A dump, after the first pass.
#[derive(Debug)]
pub struct Dump {
    path: PathBuf,
    overview: Overview,
}

impl Dump {
    /// Reads everything except the users.
    ///
    /// # Errors
    /// Returns [`ReadError`] if the file cannot be read, has no users, or lacks primary keys.
    pub fn open(path: &Path, options: DjangoOptions) -> Result<Self, ReadError> {
        let mut overview = Overview::new(options);
        json::each_element(path, &mut |row: Row| {
            overview.add(&row);
            Ok(())
        })?;
        overview.finish()?;
        Ok(Self {
            path: path.to_owned(),
            overview,
        })
    }

    /// Returns the number of users.
    pub const fn users(&self) -> u64 {
        self.overview.users()
    }

    /// Sends all records.
    ///
    /// # Errors
    /// Returns [`ReadError`] if the file has changed meanwhile, or if the receiver stops.
    pub fn read(self, sink: Sink<'_>) -> Result<(), ReadError> {
        self.overview.records(sink)?;
        json::each_element(&self.path, &mut |row: Row| {
            if self.overview.is_user(&row) {
                sink(Record::User(Box::new(self.overview.user(&row))))?;
            }
            Ok(())
        })
    }
}

//! A copy of all rows of a database to one of the other kind: from SQLite to PostgreSQL, or back
//! (decision 103).
//!
//! The tables and columns are those of the schema, so a new table is copied as well. The target gets all
//! rows in one transaction, in which it has no triggers and no foreign keys, so that the order of the
//! tables does not matter. It commits only if both databases have the same rows.

mod error;
mod relaxed;
mod rows;
mod side;
mod table;

use doorward_domain::boxed;
use sea_orm::{ConnectionTrait as _, Statement};

use crate::database::Db;
use crate::open::OpenOptions;
pub use error::MoveError;
use relaxed::Relaxed;
use rows::{Digest, PageReader};
pub use side::database_tables;
use side::{MoveSource, Side, reject_filled_target};
use table::Table;

/// A table whose rows are the same in both databases.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    pub table: String,
    pub rows: u64,
    /// Checksum of all rows, in hexadecimal.
    pub checksum: String,
}

/// A move whose source no other process can write until this value is dropped.
pub struct PendingMove {
    source: MoveSource,
    to: String,
    tables: Vec<String>,
    counts: Vec<u64>,
}

impl PendingMove {
    /// Prevents writes to these tables of a database, and counts their rows.
    ///
    /// # Errors
    /// Returns [`MoveError::InUse`] for a source that a server uses, and [`MoveError::NotEmpty`] for a
    /// target with rows.
    #[boxed]
    pub async fn begin(from: &str, to: &str, tables: Vec<String>) -> Result<Self, MoveError> {
        reject_filled_target(to, &tables).await?;
        let source = MoveSource::lock(from, &tables).await?;
        let counts = source.count(&tables).await?;
        let to = to.to_owned();
        Ok(Self {
            source,
            to,
            tables,
            counts,
        })
    }

    /// Returns the tables with their numbers of rows.
    pub fn tables(&self) -> impl Iterator<Item = (&str, u64)> {
        let names = self.tables.iter().map(String::as_str);
        names.zip(self.counts.iter().copied())
    }

    /// Marks the target, so that no server uses it before the end of the move.
    #[boxed]
    pub async fn mark_target(&self) -> Result<(), MoveError> {
        let db = Db::open(&self.to, OpenOptions::for_command()).await?;
        db.begin_move().await?;
        Ok(db.close().await?)
    }

    /// Copies all rows to the marked target, which has the same schema, and compares them there.
    /// `progress` receives a table and the number of its rows that were copied or compared since the
    /// last call.
    ///
    /// # Errors
    /// Returns [`MoveError`] if a value has no place in the target, or if the databases differ. The
    /// target then has no rows.
    #[boxed(?Send)]
    pub async fn copy(&self, progress: &mut dyn FnMut(&str, u64)) -> Result<Vec<Moved>, MoveError> {
        copy_all(&self.source, &self.to, &self.tables, progress).await
    }

    /// Removes the mark of the filled target.
    #[boxed]
    pub async fn unmark_target(&self) -> Result<(), MoveError> {
        let db = Db::open(&self.to, OpenOptions::for_command()).await?;
        db.end_move().await?;
        Ok(db.close().await?)
    }

    /// Lets servers use the source again.
    #[boxed]
    pub async fn release(self) -> Result<(), MoveError> {
        self.source.release().await
    }
}

async fn copy_all(
    source: &MoveSource,
    to: &str,
    tables: &[String],
    progress: &mut dyn FnMut(&str, u64),
) -> Result<Vec<Moved>, MoveError> {
    let from = source.side();
    let target = Side::open_target(to).await?;
    let mut described = Vec::new();
    for name in tables {
        described.push(Table::read(name, from, &target).await?);
    }
    let relaxed = Relaxed::begin(&target, &described).await?;
    let mut read = Vec::new();
    for table in &described {
        let copied = read_rows(from, table, Some(&target), progress).await;
        read.push(copied.map_err(|error| MoveError::of_table(&table.name, error))?);
        continue_counter(from, &target, table).await?;
    }
    let mut moved = Vec::new();
    for (table, read) in described.iter().zip(read) {
        let written = read_rows(&target, table, None, progress).await;
        let written = written.map_err(|error| MoveError::of_table(&table.name, error))?;
        if written != read {
            return Err(MoveError::Different {
                table: table.name.clone(),
                read: read.rows,
                written: written.rows,
            });
        }
        moved.push(Moved {
            table: table.name.clone(),
            rows: read.rows,
            checksum: read.checksum(),
        });
    }
    relaxed.end(&target).await?;
    target.commit(tables).await?;
    Ok(moved)
}

/// Reads all rows of a table, and inserts them into the target, if there is one.
async fn read_rows(
    side: &Side,
    table: &Table,
    target: Option<&Side>,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<Digest, sea_orm::DbErr> {
    let mut read = Digest::default();
    let mut pages = PageReader::new(side, table);
    while let Some(page) = pages.next(&mut read).await? {
        let count = page.len() as u64;
        if let Some(target) = target {
            target
                .tx
                .execute_raw(table.insert(target.backend(), page))
                .await?;
        }
        progress(&table.name, count);
    }
    Ok(read)
}

/// Lets the numbers that the database assigns continue after those of the source.
async fn continue_counter(from: &Side, target: &Side, table: &Table) -> Result<(), MoveError> {
    let Some(counter) = &table.counter else {
        return Ok(());
    };
    let greatest = format!(
        "SELECT CAST(max({}) AS bigint) AS found FROM {}",
        counter.column,
        table.quoted()
    );
    let greatest = from.number(&greatest, Vec::new()).await?;
    let assigned = if from.is_postgres {
        let sequence = &counter.sequence;
        let ask =
            format!("SELECT CASE WHEN is_called THEN last_value END AS found FROM {sequence}");
        from.number(&ask, Vec::new()).await?
    } else if from.has_table(SQLITE_COUNTERS).await? {
        let ask = "SELECT seq AS found FROM sqlite_sequence WHERE name = $1";
        from.number(ask, vec![table.name.as_str().into()]).await?
    } else {
        None
    };
    let Some(last) = greatest.max(assigned) else {
        return Ok(());
    };
    let statements: &[&str] = if target.is_postgres {
        &["SELECT setval($1::regclass, $2)"]
    } else if target.has_table(SQLITE_COUNTERS).await? {
        &[
            "DELETE FROM sqlite_sequence WHERE name = $1 AND $2 IS NOT NULL",
            "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)",
        ]
    } else {
        &[]
    };
    let name = if target.is_postgres {
        counter.sequence.as_str()
    } else {
        &table.name
    };
    for statement in statements {
        let values = [name.into(), last.into()];
        let statement = Statement::from_sql_and_values(target.backend(), *statement, values);
        target.tx.execute_raw(statement).await?;
    }
    Ok(())
}

/// Table of SQLite with the last numbers that it assigned.
const SQLITE_COUNTERS: &str = "sqlite_sequence";

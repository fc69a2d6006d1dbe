//! The rows of a table in pages, and their checksum.

use sea_orm::{ConnectionTrait as _, DbErr, Value};
use sha2::{Digest as _, Sha256};

use super::side::Side;
use super::table::Table;
use crate::sql::quoted;

const FIRST: usize = 16;
/// Number of bytes up to which the next page is larger, and from which it is smaller.
const SMALL: usize = 512 * 1024;
const LARGE: usize = 2 * 1024 * 1024;

/// The number of rows and their checksum, in any order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Digest {
    pub(super) rows: u64,
    sum: u128,
}

impl Digest {
    fn add(&mut self, row: &[u8]) {
        let mut start = [0; 16];
        start.copy_from_slice(&Sha256::digest(row)[..16]);
        self.rows += 1;
        self.sum = self.sum.wrapping_add(u128::from_be_bytes(start));
    }

    pub(super) fn checksum(&self) -> String {
        format!("{:032x}", self.sum)
    }
}

/// A position in the rows of a table.
pub(super) struct PageReader<'a> {
    side: &'a Side,
    table: &'a Table,
    columns: String,
    size: usize,
    /// Last row ID in SQLite.
    last: i64,
    /// True if the cursor of PostgreSQL is open.
    is_open: bool,
}

impl<'a> PageReader<'a> {
    pub(super) fn new(side: &'a Side, table: &'a Table) -> Self {
        Self {
            side,
            table,
            columns: table.selected(side.is_postgres),
            size: FIRST.min(table.most_rows()),
            last: i64::MIN,
            is_open: false,
        }
    }

    /// Returns the quoted name of the cursor. The driver remembers the columns of a statement by its
    /// text, so that each table needs another one.
    fn cursor(&self) -> String {
        quoted(&format!("move of {}", self.table.name))
    }

    /// Returns the values of the next rows, and adds them to the checksum; `None` at the end.
    pub(super) async fn next(
        &mut self,
        digest: &mut Digest,
    ) -> Result<Option<Vec<Vec<Value>>>, DbErr> {
        let rows = if self.side.is_postgres {
            self.fetch().await?
        } else {
            self.select().await?
        };
        let (mut page, mut bytes, mut total) = (Vec::with_capacity(rows.len()), Vec::new(), 0);
        for row in &rows {
            bytes.clear();
            page.push(self.table.values(row, &mut bytes)?);
            digest.add(&bytes);
            total += bytes.len();
        }
        if total < SMALL {
            self.size = (self.size * 2).min(self.table.most_rows());
        } else if total > LARGE {
            self.size = (self.size / 2).max(1);
        }
        Ok(Some(page).filter(|page| !page.is_empty()))
    }

    async fn fetch(&mut self) -> Result<Vec<sea_orm::QueryResult>, DbErr> {
        let (tx, cursor) = (&self.side.tx, self.cursor());
        if !self.is_open {
            let (columns, table) = (&self.columns, self.table.quoted());
            let declare =
                format!("DECLARE {cursor} NO SCROLL CURSOR FOR SELECT {columns} FROM {table}");
            tx.execute_unprepared(&declare).await?;
            self.is_open = true;
        }
        let fetch = format!("FETCH {} FROM {cursor}", self.size);
        let rows = self.side.rows(&fetch, Vec::new()).await?;
        if rows.is_empty() {
            tx.execute_unprepared(&format!("CLOSE {cursor}")).await?;
        }
        Ok(rows)
    }

    async fn select(&mut self) -> Result<Vec<sea_orm::QueryResult>, DbErr> {
        let select = format!(
            "SELECT {}, rowid AS \"row id\" FROM {} WHERE rowid > $1 ORDER BY rowid LIMIT {}",
            self.columns,
            self.table.quoted(),
            self.size
        );
        let rows = self.side.rows(&select, vec![self.last.into()]).await?;
        if let Some(row) = rows.last() {
            self.last = row.try_get("", "row id")?;
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_depends_on_values_and_not_on_order() {
        let of = |rows: &[&[u8]]| {
            let mut digest = Digest::default();
            for row in rows {
                digest.add(row);
            }
            (digest.rows, digest.checksum())
        };
        assert_eq!(of(&[b"a", b"b"]), of(&[b"b", b"a"]));
        assert_ne!(of(&[b"a", b"b"]), of(&[b"a", b"c"]));
        assert_ne!(of(&[b"a", b"a"]), of(&[b"b", b"b"]));
    }
}

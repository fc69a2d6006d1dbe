//! Reading and writing the columns of a row.

use doorward_domain::model::ClientId;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Alias, Expr, IntoIden, SelectStatement};
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, Iden, Iterable, QueryResult};
use serde::de::DeserializeOwned;

use super::stored::Stored;
use crate::error::{Result, StoreError};

/// A key of a row, for errors.
pub trait RowKey {
    /// Returns the text of the key, in hexadecimal if it is binary.
    fn to_text(&self) -> String;
}

macro_rules! display_keys {
    ($($key:ty),+) => {$(
        impl RowKey for $key {
            fn to_text(&self) -> String {
                ToString::to_string(self)
            }
        }
    )+};
}

display_keys!(Uuid, ClientId, String, &str, i64);

impl RowKey for Vec<u8> {
    fn to_text(&self) -> String {
        let digits = self.iter().map(|byte| format!("{byte:02x}"));
        digits.collect::<Vec<_>>().concat()
    }
}

/// A domain type whose values are rows of one table.
pub trait Record: Sized + 'static {
    type Row: ActiveModelTrait + Send + for<'a> TryFrom<&'a Self, Error = StoreError>;
}

/// A row of one table among the columns of a statement with joins.
pub trait JoinedRow: Sized {
    /// Reads the columns with this prefix; returns `None` if the key is null, because an outer join
    /// found no row.
    fn from_join(row: &QueryResult, prefix: &str) -> Result<Option<Self>, DbErr>;
}

/// The prefixed names of a row's columns, one after the other in one buffer: a new text for each costs
/// more than reading the column.
#[derive(Debug)]
pub struct ColumnNames {
    text: String,
    prefix: usize,
}

impl ColumnNames {
    pub fn new(prefix: &str) -> Self {
        let mut text = String::with_capacity(64);
        text.push_str(prefix);
        Self {
            text,
            prefix: prefix.len(),
        }
    }

    /// Returns the name of a column.
    pub fn name(&mut self, column: &str) -> &str {
        self.text.truncate(self.prefix);
        self.text.push_str(column);
        &self.text
    }
}

/// A row being read, named in the error if a column holds an invalid value.
pub struct RowReader<'a> {
    table: &'static str,
    id: &'a dyn RowKey,
}

impl<'a> RowReader<'a> {
    pub const fn new(table: &'static str, id: &'a dyn RowKey) -> Self {
        Self { table, id }
    }

    /// Returns the value, or an error that names the column if there is none.
    pub fn read<T>(&self, column: &'static str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| StoreError::Corrupt {
            table: self.table,
            column,
            id: self.id.to_text(),
        })
    }

    pub fn json<T: DeserializeOwned>(&self, column: &'static str, text: &str) -> Result<T> {
        self.read(column, serde_json::from_str(text).ok())
    }

    /// Returns the value of a column that is null in other rows only.
    pub fn needed<C, T: Stored<C>>(&self, name: &'static str, value: Option<C>) -> Result<T> {
        self.read(name, value.and_then(T::read))
    }

    pub fn column<C, T: Stored<C>>(&self, name: &'static str, value: C) -> Result<T> {
        self.read(name, T::read(value))
    }
}

/// Selects every column of `E`, each renamed with `prefix`, so that one statement can return the
/// rows of several tables. `table` is the name or alias in the query.
pub fn select_all<E: EntityTrait>(query: &mut SelectStatement, table: &str, prefix: &str) {
    for column in E::Column::iter() {
        let name = column.to_string();
        query.expr_as(
            Expr::col((Alias::new(table), Alias::new(name.as_str()))),
            Alias::new(format!("{prefix}{name}")).into_iden(),
        );
    }
}

//! Reading and writing the columns of a row.

use std::fmt;

use doorward_domain::secret::TokenHash;
use doorward_protocol::scope::Scope;
use sea_orm::sea_query::{Alias, Expr, IntoIden, SelectStatement};
use sea_orm::{EntityTrait, Iden, Iterable};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// A row being read, named in the error if a column holds an invalid value.
pub struct RowReader<'a> {
    table: &'static str,
    id: &'a dyn fmt::Display,
}

impl<'a> RowReader<'a> {
    /// Creates a reader for the row of `table` with this key.
    pub const fn new(table: &'static str, id: &'a dyn fmt::Display) -> Self {
        Self { table, id }
    }

    /// Returns the value, or an error that names the column if there is none.
    pub fn read<T>(&self, column: &'static str, value: Option<T>) -> Result<T, StoreError> {
        value.ok_or_else(|| StoreError::Corrupt {
            table: self.table,
            column,
            id: self.id.to_string(),
        })
    }

    /// Reads a JSON column.
    pub fn json<T: DeserializeOwned>(
        &self,
        column: &'static str,
        text: &str,
    ) -> Result<T, StoreError> {
        self.read(column, serde_json::from_str(text).ok())
    }

    /// Reads a column of scope names separated by spaces.
    pub fn scope(&self, column: &'static str, text: &str) -> Result<Scope, StoreError> {
        self.read(column, Scope::parse(text).ok())
    }

    /// Reads a column that holds a SHA-256 digest.
    pub fn hash(&self, column: &'static str, bytes: &[u8]) -> Result<TokenHash, StoreError> {
        self.read(column, TokenHash::from_slice(bytes))
    }
}

/// A binary key, displayed in hexadecimal.
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Serializes a value for a JSON column.
pub fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Query(error.into()))
}

/// Returns the bytes for a hash column.
pub fn to_bytes(hash: &TokenHash) -> Vec<u8> {
    hash.as_bytes().to_vec()
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

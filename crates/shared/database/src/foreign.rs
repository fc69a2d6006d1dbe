//! Databases of other programs, read-only: all rows of a table as JSON, in one snapshot.

use std::time::Duration;

use doorward_domain::boxed;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, TransactionTrait as _,
};
use serde_json::{Map, Value};

use super::hosts::usable_url;
use super::open::{connect, sqlite_options, without_host};
use super::sql::{quoted, texts};
use crate::error::{Result, StoreError};

const ACQUIRE: Duration = Duration::from_secs(10);
const PAGE: u32 = 500;

/// A database of another program, opened read-only.
#[derive(Debug)]
pub struct ForeignDb {
    connection: DatabaseConnection,
    snapshot: DatabaseTransaction,
}

/// A position in the rows of a table.
#[derive(Debug)]
pub struct Cursor {
    table: String,
    columns: Vec<String>,
    /// Row id in SQLite.
    last: i64,
    is_open: bool,
}

impl ForeignDb {
    /// Opens a database (`postgres://…` or `sqlite://…`) and begins a snapshot.
    #[boxed]
    pub async fn open(url: &str) -> Result<Self> {
        let url = usable_url(&without_host(url)).await?;
        if url.starts_with("sqlite:") {
            sqlite_options(&url)?;
        }
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(1)
            .acquire_timeout(ACQUIRE)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(|sqlite| sqlite.read_only(true).create_if_missing(false))
            .map_sqlx_postgres_opts(|postgres| {
                postgres.options([("default_transaction_read_only", "on")])
            });
        let connection = connect(options).await?;
        let snapshot = if connection.get_database_backend() == DbBackend::Postgres {
            let level = Some(IsolationLevel::RepeatableRead);
            let mode = Some(AccessMode::ReadOnly);
            connection.begin_with_config(level, mode).await?
        } else {
            connection.begin().await?
        };
        Ok(Self {
            connection,
            snapshot,
        })
    }

    fn is_postgres(&self) -> bool {
        self.connection.get_database_backend() == DbBackend::Postgres
    }

    async fn texts(&self, sql: &str, values: Vec<sea_orm::Value>) -> Result<Vec<String>, DbErr> {
        texts(&self.snapshot, sql, values).await
    }

    #[boxed]
    pub async fn tables(&self) -> Result<Vec<String>> {
        let ask = if self.is_postgres() {
            "SELECT relname::text AS found FROM pg_class WHERE relkind IN ('r', 'p') \
             AND pg_table_is_visible(oid) \
             AND relnamespace <> 'pg_catalog'::regnamespace ORDER BY 1"
        } else {
            "SELECT name AS found FROM sqlite_master WHERE type = 'table' ORDER BY 1"
        };
        Ok(self.texts(ask, Vec::new()).await?)
    }

    #[boxed]
    pub async fn columns(&self, table: &str) -> Result<Vec<String>> {
        let ask = if self.is_postgres() {
            "SELECT attname::text AS found FROM pg_attribute \
             WHERE attrelid = to_regclass(quote_ident($1)) AND attnum > 0 AND NOT attisdropped \
             ORDER BY attnum"
        } else {
            "SELECT name AS found FROM pragma_table_info($1) ORDER BY cid"
        };
        Ok(self.texts(ask, vec![table.into()]).await?)
    }

    /// Returns the foreign keys: table, column, and the table that it refers to.
    #[boxed]
    pub async fn references(&self) -> Result<Vec<[String; 3]>> {
        let ask = if self.is_postgres() {
            "SELECT own.relname || chr(31) || attname || chr(31) || other.relname AS found \
             FROM pg_constraint \
             JOIN pg_class own ON own.oid = conrelid JOIN pg_class other ON other.oid = confrelid \
             JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey) \
             WHERE contype = 'f' AND pg_table_is_visible(conrelid) ORDER BY 1"
        } else {
            "SELECT own.name || char(31) || foreign_key.\"from\" || char(31) || foreign_key.\"table\" AS found \
             FROM sqlite_master own, pragma_foreign_key_list(own.name) foreign_key \
             WHERE own.type = 'table' ORDER BY 1"
        };
        let found = self.texts(ask, Vec::new()).await?;
        let parts = found.iter().filter_map(|text| {
            let mut parts = text.split('\u{1f}').map(str::to_owned);
            Some([parts.next()?, parts.next()?, parts.next()?])
        });
        Ok(parts.collect())
    }

    #[boxed]
    pub async fn count(&self, table: &str) -> Result<u64> {
        let text = if self.is_postgres() { "text" } else { "TEXT" };
        let table = quoted(table);
        let ask = format!("SELECT CAST(count(*) AS {text}) AS found FROM {table}");
        let found = self.texts(&ask, Vec::new()).await?;
        let count = found.first().and_then(|text| text.parse().ok());
        Ok(count.unwrap_or_default())
    }

    /// Starts to read the rows of a table.
    #[boxed]
    pub async fn rows(&self, table: &str) -> Result<Cursor> {
        Ok(Cursor {
            table: table.to_owned(),
            columns: self.columns(table).await?,
            last: i64::MIN,
            is_open: false,
        })
    }

    /// Returns the next rows; none at the end.
    #[boxed]
    pub async fn next(&self, cursor: &mut Cursor) -> Result<Vec<Map<String, Value>>> {
        let table = quoted(&cursor.table);
        if self.is_postgres() {
            if !cursor.is_open {
                let declare = format!(
                    "DECLARE doorward_import NO SCROLL CURSOR FOR \
                     SELECT row_to_json(t)::text AS found FROM {table} t"
                );
                self.snapshot.execute_unprepared(&declare).await?;
                cursor.is_open = true;
            }
            let fetch = format!("FETCH {PAGE} FROM doorward_import");
            let rows = self.texts(&fetch, Vec::new()).await?;
            if rows.is_empty() {
                let close = "CLOSE doorward_import";
                self.snapshot.execute_unprepared(close).await?;
            }
            return rows.iter().map(|text| object(text)).collect();
        }
        let members: Vec<_> = cursor
            .columns
            .iter()
            .map(|name| {
                let (literal, column) = (name.replace('\'', "''"), quoted(name));
                // JSON has no bytes.
                let value = format!(
                    "CASE typeof({column}) WHEN 'blob' THEN hex({column}) ELSE {column} END"
                );
                format!("'{literal}', {value}")
            })
            .collect();
        let ask = format!(
            "SELECT json_object('\u{1f}rowid', rowid, {}) AS found FROM {table} \
             WHERE rowid > $1 ORDER BY rowid LIMIT {PAGE}",
            members.join(", ")
        );
        let rows = self.texts(&ask, vec![cursor.last.into()]).await?;
        let mut all = Vec::with_capacity(rows.len());
        for text in &rows {
            let mut row = object(text)?;
            let id = row.remove("\u{1f}rowid").and_then(|id| id.as_i64());
            cursor.last = id.unwrap_or(i64::MAX);
            all.push(row);
        }
        Ok(all)
    }

    /// Ends the snapshot and closes the connection.
    #[boxed]
    pub async fn close(self) -> Result<()> {
        self.snapshot.rollback().await?;
        Ok(self.connection.close().await?)
    }
}

fn object(text: &str) -> Result<Map<String, Value>> {
    serde_json::from_str(text).map_err(|error| StoreError::Query(error.into()))
}

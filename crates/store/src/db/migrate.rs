//! Bringing the schema up to date, safely beside other replicas that try the same.

use std::path::{Path, PathBuf};

use doorward_migrations::identity::{Migrator, MigratorTrait, TABLE};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::database::{Db, WriteTx};
use super::open::OpenOptions;
use super::snapshot::Snapshots;
use crate::error::StoreError;

/// Which migrations a database has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MigrationStatus {
    /// Applied, in order.
    pub applied: Vec<String>,
    /// Known to this program and not applied yet, in order.
    pub pending: Vec<String>,
    /// Applied by a newer release, unknown to this program.
    pub unknown: Vec<String>,
}

/// What a migration has done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Migrated {
    /// How the database is now.
    pub status: MigrationStatus,
    /// What was applied just now, in order.
    pub new: Vec<String>,
    /// The copy from before, where one was kept.
    pub snapshot: Option<PathBuf>,
}

/// Names this lock among the advisory locks of a PostgreSQL server: "doorward" in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"doorward");

/// The migrations that this program knows, in order.
pub fn known_migrations() -> Vec<String> {
    let names = Migrator::migrations();
    names.iter().map(|one| one.name().to_owned()).collect()
}

impl Db {
    /// Applies every pending migration.
    ///
    /// All happens in one transaction, which waits for any other process that does the same:
    /// under an advisory lock on PostgreSQL, under the write lock on SQLite.
    ///
    /// # Errors
    /// [`StoreError::SchemaTooNew`] when a newer release has been here,
    /// [`StoreError::Unavailable`] when the lock does not come free.
    pub async fn migrate(&self) -> Result<MigrationStatus, StoreError> {
        Ok(self.migrate_with_snapshot(None).await?.status)
    }

    /// The same, and an SQLite database that holds something is copied before. Without the copy
    /// nothing is migrated.
    ///
    /// # Errors
    /// As [`Db::migrate`]; [`StoreError::Address`] when the copy cannot be kept.
    pub async fn migrate_with_snapshot(
        &self,
        snapshots: Option<&Snapshots>,
    ) -> Result<Migrated, StoreError> {
        let before = self.check_schema().await?;
        if before.pending.is_empty() {
            return Ok(Migrated {
                status: before,
                ..Migrated::default()
            });
        }
        let snapshot = match (snapshots, before.applied.last()) {
            (Some(snapshots), Some(last)) if !self.is_postgres() => {
                Some(snapshots.make(self, last).await?)
            }
            _ => None,
        };
        let tx = self.begin_write().await?;
        lock(&tx).await?;
        let (status, new) = apply(&tx).await?;
        tx.commit().await?;
        let kept = snapshot.as_ref().map(|kept| kept.display());
        tracing::info!(
            applied = new.len(),
            snapshot = kept.map(tracing::field::display),
            "database migrated"
        );
        Ok(Migrated {
            status,
            new,
            snapshot,
        })
    }

    /// Applies every pending migration without keeping anything of it: in a transaction that is
    /// undone on PostgreSQL, on a copy in `scratch` (missing or empty) on SQLite. Says what would be
    /// applied.
    ///
    /// # Errors
    /// As [`Db::migrate`] would.
    pub async fn rehearse(&self, scratch: &Path) -> Result<Vec<String>, StoreError> {
        self.check_schema().await?;
        if self.is_postgres() {
            let tx = self.begin_write().await?;
            // Tables that are in use are locked until the end: better no answer than a standstill.
            tx.execute_unprepared("SET LOCAL lock_timeout = '5s'")
                .await?;
            lock(&tx).await?;
            let (_, new) = apply(&tx).await?;
            tx.rollback().await?;
            return Ok(new);
        }
        self.copy_to(scratch).await?;
        let url = format!("sqlite://{}", scratch.display());
        let copy = Self::open(&url, OpenOptions::default()).await?;
        let migrated = copy.migrate_with_snapshot(None).await;
        copy.close().await?;
        Ok(migrated?.new)
    }

    /// Which migrations have been applied, are pending, or are unknown. Changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked.
    pub async fn migration_status(&self) -> Result<MigrationStatus, StoreError> {
        status(&self.read).await
    }

    /// Refuses a database that this program cannot serve: one made by a newer release. For
    /// processes that do not migrate themselves.
    ///
    /// # Errors
    /// [`StoreError::SchemaTooNew`].
    pub async fn check_schema(&self) -> Result<MigrationStatus, StoreError> {
        let status = self.migration_status().await?;
        refuse_newer(&status)?;
        Ok(status)
    }
}

/// Applies what is pending in a transaction that has the lock: which is less than it was before,
/// where another process has come first.
async fn apply(tx: &WriteTx) -> Result<(MigrationStatus, Vec<String>), StoreError> {
    let before = status(tx).await?;
    refuse_newer(&before)?;
    Migrator::up(&tx.0, None).await?;
    Ok((status(tx).await?, before.pending))
}

async fn lock(tx: &WriteTx) -> Result<(), StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // Another replica's migration may take longer than an ordinary statement.
        tx.execute_unprepared("SET LOCAL statement_timeout = '300s'")
            .await?;
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})"))
            .await?;
    }
    Ok(())
}

fn refuse_newer(status: &MigrationStatus) -> Result<(), StoreError> {
    match status.unknown.first() {
        Some(version) => Err(StoreError::SchemaTooNew {
            version: version.clone(),
        }),
        None => Ok(()),
    }
}

async fn status<C: ConnectionTrait>(conn: &C) -> Result<MigrationStatus, StoreError> {
    let mut in_database = applied(conn).await?;
    let mut status = MigrationStatus::default();
    for migration in Migrator::migrations() {
        let name = migration.name();
        match in_database.iter().position(|applied| applied == name) {
            Some(at) => status.applied.push(in_database.remove(at)),
            None => status.pending.push(name.to_owned()),
        }
    }
    status.unknown = in_database;
    Ok(status)
}

async fn applied<C: ConnectionTrait>(conn: &C) -> Result<Vec<String>, StoreError> {
    let backend = conn.get_database_backend();
    let exists = match backend {
        DbBackend::Postgres => "SELECT 1 WHERE to_regclass($1) IS NOT NULL",
        _ => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
    };
    let exists = Statement::from_sql_and_values(backend, exists, [TABLE.into()]);
    if conn.query_one_raw(exists).await?.is_none() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .expr(Expr::col("version"))
        .from(TABLE)
        .take();
    let rows = conn.query_all(&query).await?;
    let mut versions = rows
        .iter()
        .map(|row| row.try_get("", "version"))
        .collect::<Result<Vec<String>, _>>()?;
    versions.sort();
    Ok(versions)
}

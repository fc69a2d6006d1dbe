//! Schema migrations, safe while other replicas run them as well.

use std::path::{Path, PathBuf};
use std::time::Duration;

use doorward_domain::boxed;
use doorward_migrations::Snapshots;
use doorward_migrations::identity::{MIGRATIONS, UNRELEASED};
use sea_orm::{ConnectionTrait as _, DbBackend};

use super::compatibility;
use super::conn::{Conn, WriteTx};
use super::database::Db;
use super::open::OpenOptions;
use crate::error::{Result, StoreError};

/// The migrations of a database by state.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MigrationStatus {
    /// Applied migrations, in order.
    pub applied: Vec<String>,
    /// Migrations of this program that are not applied yet, in order.
    pub pending: Vec<String>,
    /// Applied migrations that this program does not know: of a newer release, or from before 0.1.0.
    pub unknown: Vec<String>,
    /// Unknown migrations whose result this program cannot use.
    pub blocking: Vec<String>,
}

impl MigrationStatus {
    /// Returns a sentence about the pending migrations: `1 migration is missing`.
    pub fn missing(&self) -> String {
        match self.pending.len() {
            1 => "1 migration is missing".to_owned(),
            more => format!("{more} migrations are missing"),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Migrated {
    /// State of the database afterwards.
    pub status: MigrationStatus,
    /// Migrations applied by this call, in order.
    pub new: Vec<String>,
    /// Copy from before the migration, if one was made.
    pub snapshot: Option<PathBuf>,
}

/// Key of the migration lock among the advisory locks of PostgreSQL: "doorward" in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"doorward");

/// Attempts of a migration on PostgreSQL while its tables are in use.
const ATTEMPTS: u32 = 60;
/// Pause between two attempts, in which the requests that waited are answered.
const PAUSE: Duration = Duration::from_millis(500);

/// Returns the migrations of this program, in order.
pub fn known_migrations() -> Vec<String> {
    MIGRATIONS.names().map(str::to_owned).collect()
}

impl Db {
    /// Applies every pending migration.
    ///
    /// Each is a transaction, which waits for any other process that migrates: under an advisory
    /// lock on PostgreSQL, under the write lock on SQLite. An empty database gets all of them in one.
    ///
    /// # Errors
    /// Returns the errors of [`Db::check_schema`], and [`StoreError::Unavailable`] if the lock is not
    /// released in time, or if other programs use the tables all the time. The migrations before
    /// the failed one stay applied.
    #[boxed]
    pub async fn migrate(&self) -> Result<MigrationStatus> {
        Ok(self.migrate_with_snapshot(None).await?.status)
    }

    /// Applies every pending migration after copying a non-empty SQLite database. Without the copy
    /// nothing is migrated.
    ///
    /// # Errors
    /// Returns the errors of [`Db::migrate`], and [`StoreError::Address`] if the copy cannot be
    /// stored.
    #[boxed]
    pub async fn migrate_with_snapshot(&self, snapshots: Option<&Snapshots>) -> Result<Migrated> {
        self.reject_unfinished_move().await?;
        self.apply_pending(snapshots).await
    }

    /// Applies every pending migration to a database that a move fills.
    #[boxed]
    pub async fn migrate_for_move(&self) -> Result<()> {
        self.apply_pending(None).await.map(drop)
    }

    async fn apply_pending(&self, snapshots: Option<&Snapshots>) -> Result<Migrated> {
        let before = self.check_known().await?;
        if before.pending.is_empty() {
            return Ok(Migrated {
                status: before,
                ..Migrated::default()
            });
        }
        let snapshot = match (snapshots, before.applied.last()) {
            (Some(snapshots), Some(last)) if !self.is_postgres() => {
                Some(self.copy_before(snapshots, last).await?)
            }
            _ => None,
        };
        let mut new = Vec::new();
        loop {
            let applied = self.apply_next().await?;
            if applied.is_empty() {
                break;
            }
            new.extend(applied);
        }
        let stored = snapshot.as_ref().map(|stored| stored.display());
        tracing::info!(
            applied = new.len(),
            snapshot = stored.map(tracing::field::display),
            "database migrated"
        );
        Ok(Migrated {
            status: self.migration_status().await?,
            new,
            snapshot,
        })
    }

    async fn copy_before(&self, snapshots: &Snapshots, last: &str) -> Result<PathBuf> {
        let unusable = |error: std::io::Error| StoreError::Address(error.to_string());
        let draft = snapshots.begin(last).map_err(unusable)?;
        let copied = self.copy_to(draft.file()).await;
        draft.finish(copied).map_err(unusable)
    }

    /// Applies the next pending migration, and returns its name: one transaction for all would keep
    /// the locks on some tables while it waits for others, and could block a request that does the
    /// reverse.
    async fn apply_next(&self) -> Result<Vec<String>> {
        let mut attempt = 1;
        loop {
            let tx = self.begin_write().await?;
            lock(&tx).await?;
            match apply(&tx, Steps::Next).await {
                Ok(new) => {
                    tx.commit().await?;
                    return Ok(new);
                }
                Err(error)
                    if error.is_unavailable() && self.is_postgres() && attempt < ATTEMPTS =>
                {
                    tracing::warn!(attempt, %error, "a migration waits for tables in use");
                    tx.rollback().await?;
                }
                Err(error) => return Err(error),
            }
            tokio::time::sleep(PAUSE).await;
            attempt += 1;
        }
    }

    /// Tests every pending migration without keeping changes: in a transaction that is rolled back
    /// on PostgreSQL, on a copy in `scratch` (missing or empty) on SQLite. Returns the migrations
    /// that would be applied.
    #[boxed]
    pub async fn migrate_copy(&self, scratch: &Path) -> Result<Vec<String>> {
        self.check_schema().await?;
        if self.is_postgres() {
            let tx = self.begin_write().await?;
            lock(&tx).await?;
            let new = apply(&tx, Steps::All).await?;
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

    /// Returns the applied, pending and unknown migrations without changing anything.
    #[boxed]
    pub async fn migration_status(&self) -> Result<MigrationStatus> {
        let conn = self.read_reserved();
        // The table exists, except before the first start.
        match MIGRATIONS.recorded(conn).await {
            Ok(applied) => by_state(conn, applied).await,
            Err(_) => status(conn).await,
        }
    }

    /// Rejects a database with migrations that this program does not know and cannot work with, or with an
    /// unfinished move. For processes that do not migrate themselves.
    ///
    /// # Errors
    /// Returns [`StoreError::SchemaUnreleased`] for a database from before 0.1.0,
    /// [`StoreError::SchemaTooNew`] for one that a newer release has migrated, and
    /// [`StoreError::MoveUnfinished`] for one that a move has not filled yet.
    #[boxed]
    pub async fn check_schema(&self) -> Result<MigrationStatus> {
        self.reject_unfinished_move().await?;
        self.check_known().await
    }

    async fn check_known(&self) -> Result<MigrationStatus> {
        let status = self.migration_status().await?;
        reject_unknown(&status.blocking, UNRELEASED)?;
        Ok(status)
    }
}

/// The migrations to apply in one transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Steps {
    /// The next one; all of an empty database.
    Next,
    /// All that are pending.
    All,
}

/// Applies pending migrations in a transaction that holds the lock, and returns their names. They may
/// be fewer than before, if another process was faster.
async fn apply(tx: &WriteTx, steps: Steps) -> Result<Vec<String>> {
    let MigrationStatus {
        applied,
        pending: mut new,
        blocking,
        ..
    } = status(tx).await?;
    reject_unknown(&blocking, UNRELEASED)?;
    if new.is_empty() {
        return Ok(new);
    }
    if steps == Steps::Next && !applied.is_empty() {
        new.truncate(1);
    }
    MIGRATIONS.up(tx.transaction()?, new.len()).await?;
    compatibility::record(tx, &applied, &new).await?;
    Ok(new)
}

/// Waits for other processes that migrate, and limits the wait for a table in use: every later request
/// for it waits as well. The limit is below the second after which PostgreSQL ends one of two
/// transactions that wait for each other, so that it is never a request.
async fn lock(tx: &WriteTx) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // Another replica's migration may take longer than an ordinary statement.
        tx.execute_unprepared("SET LOCAL statement_timeout = '300s'")
            .await?;
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})"))
            .await?;
        tx.execute_unprepared("SET LOCAL lock_timeout = '500ms'")
            .await?;
    }
    Ok(())
}

/// Rejects migrations that this program does not know. `unreleased` are the first migrations of
/// development versions.
///
/// # Errors
/// Returns [`StoreError::SchemaUnreleased`] if one of them is among these, and otherwise
/// [`StoreError::SchemaTooNew`] with the first one.
pub fn reject_unknown(unknown: &[String], unreleased: [&str; 2]) -> Result<()> {
    let is_unreleased = |name: &&String| unreleased.contains(&name.as_str());
    if let Some(version) = unknown.iter().find(is_unreleased).cloned() {
        return Err(StoreError::SchemaUnreleased { version });
    }
    match unknown.first().cloned() {
        Some(version) => Err(StoreError::SchemaTooNew { version }),
        None => Ok(()),
    }
}

async fn status(conn: &Conn) -> Result<MigrationStatus> {
    by_state(conn, MIGRATIONS.applied(conn).await?).await
}

async fn by_state(conn: &Conn, mut in_database: Vec<String>) -> Result<MigrationStatus> {
    let mut status = MigrationStatus::default();
    for name in MIGRATIONS.names() {
        match in_database.iter().position(|applied| applied == name) {
            Some(at) => status.applied.push(in_database.remove(at)),
            None => status.pending.push(name.to_owned()),
        }
    }
    status.blocking = if status.pending.is_empty() {
        compatibility::find_blocking(conn, &status.applied, &in_database).await?
    } else {
        // An older migration may not fit the newer schema.
        in_database.clone()
    };
    status.unknown = in_database;
    Ok(status)
}

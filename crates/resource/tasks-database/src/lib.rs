//! The database of the tasks API: opening, migrations, copies from before them, and the secrets generated
//! at the first start. For the server, and for commands that back up, restore and move it.

mod hosts;
mod statement_deadline;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use doorward_handover::Handover;
pub use doorward_migrations::Snapshots;
pub use doorward_migrations::tasks::UNRELEASED;
use doorward_migrations::tasks::{MIGRATIONS, TABLE};
use doorward_migrations::{MOVE_MARKER, has_table};
use sea_orm::entity::prelude::*;
use sea_orm::sqlx::{Connection as _, SqliteConnection};
use sea_orm::{
    ActiveValue::Set, ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    SqlErr, Statement,
};
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use hosts::Hosts;
pub use statement_deadline::StatementDeadline;

/// Maximum wait of a statement for another writer of the same SQLite file.
const BUSY: Duration = Duration::from_secs(5);
const ACQUIRE: Duration = Duration::from_secs(5);
/// Age from which a connection to PostgreSQL is closed after its use, so that a changed address of the
/// server is followed.
const LIFETIME: Duration = Duration::from_mins(30);
/// PostgreSQL advisory lock held while migrating, so that replicas take turns.
const MIGRATION_LOCK: i64 = 0x6477_5f74_6173_6b73;
/// Number of instructions of SQLite after which a statement checks its deadline.
const INSTRUCTIONS: i32 = 200;

/// Applies the pending migrations of the tasks API. Safe if several processes run it at once.
pub async fn migrate(database_url: &str) -> Result<(), DbErr> {
    migrate_with_snapshot(database_url, None).await.map(drop)
}

/// Applies the pending migrations after copying a non-empty SQLite database, and returns the copy.
/// Without the copy nothing is migrated.
pub async fn migrate_with_snapshot(
    database_url: &str,
    snapshots: Option<&Snapshots>,
) -> Result<Option<PathBuf>, DbErr> {
    let db = connect_command(database_url).await?;
    check_usable(&db).await?;
    let snapshot = match snapshots {
        Some(snapshots) if db.get_database_backend() == DbBackend::Sqlite => {
            copy_before(&db, snapshots).await?
        }
        _ => None,
    };
    apply(db).await?;
    if let Some(file) = &snapshot {
        tracing::info!(snapshot = %file.display(), "database migrated");
    }
    Ok(snapshot)
}

/// Copies an SQLite database with pending migrations, unless it is empty.
async fn copy_before(
    db: &DatabaseConnection,
    snapshots: &Snapshots,
) -> Result<Option<PathBuf>, DbErr> {
    let mut last = None;
    let mut is_pending = false;
    for (name, is_applied) in statuses(db).await? {
        if is_applied {
            last = Some(name);
        } else {
            is_pending = true;
        }
    }
    let Some(last) = last.filter(|_| is_pending) else {
        return Ok(None);
    };
    let unusable = |error: std::io::Error| DbErr::Custom(error.to_string());
    let draft = snapshots.begin(&last).map_err(unusable)?;
    let copied = copy_to(db, draft.file()).await;
    draft.finish(copied).map(Some).map_err(unusable)
}

/// Writes the current contents of an SQLite database to an empty file.
async fn copy_to(db: &DatabaseConnection, file: &Path) -> Result<(), DbErr> {
    let name = file
        .to_str()
        .ok_or_else(|| DbErr::Custom(format!("the path {} is not valid UTF-8", file.display())))?;
    let copy = "VACUUM INTO $1";
    let copy = Statement::from_sql_and_values(DbBackend::Sqlite, copy, [name.into()]);
    db.execute_raw(copy).await.map(drop)
}

/// Applies the pending migrations to a database that a move fills.
pub async fn migrate_for_move(database_url: &str) -> Result<(), DbErr> {
    let db = connect_command(database_url).await?;
    reject_unreleased(&db).await?;
    apply(db).await
}

async fn apply(db: DatabaseConnection) -> Result<(), DbErr> {
    let result = match db.get_database_backend() {
        DbBackend::Postgres => migrate_locked(&db).await,
        _ => migrate_sqlite(&db).await,
    };
    db.close().await?;
    result
}

/// Returns the migrations of the tasks API by name; the flag is set if one is applied.
pub async fn migration_status(database_url: &str) -> Result<Vec<(String, bool)>, DbErr> {
    let db = connect_command(database_url).await?;
    check_usable(&db).await?;
    let migrations = statuses(&db).await?;
    db.close().await?;
    Ok(migrations)
}

async fn statuses(db: &DatabaseConnection) -> Result<Vec<(String, bool)>, DbErr> {
    let status = MIGRATIONS.status(db).await?.into_iter();
    let by_name = status.map(|(migration, is_applied)| (migration.name.to_owned(), is_applied));
    Ok(by_name.collect())
}

/// Returns the names of the migrations of this program, in order.
pub fn known_migrations() -> Vec<String> {
    MIGRATIONS.names().map(str::to_owned).collect()
}

/// Rejects a database that a move has not filled completely, or made by a development version before
/// release 0.1.0.
///
/// # Errors
/// Returns an error for such a database, and if the database cannot be read.
pub async fn check_usable(db: &DatabaseConnection) -> Result<(), DbErr> {
    if has_table(db, MOVE_MARKER).await? {
        return Err(DbErr::Custom(
            "a move into this database is not complete: repeat `doorward move`, or name another database"
                .to_owned(),
        ));
    }
    reject_unreleased(db).await
}

async fn reject_unreleased(db: &DatabaseConnection) -> Result<(), DbErr> {
    if !has_table(db, TABLE).await? {
        return Ok(());
    }
    let names = UNRELEASED.join("', '");
    let sql = format!("SELECT version FROM {TABLE} WHERE version IN ('{names}') LIMIT 1");
    let query = Statement::from_string(db.get_database_backend(), sql);
    let Some(row) = db.query_one_raw(query).await? else {
        return Ok(());
    };
    let version: String = row.try_get_by_index(0)?;
    Err(DbErr::Custom(format!(
        "it was made by a development version before release 0.1.0 (it has the migration {version}), \
         which no release upgrades; create a new database, or use the program that made it"
    )))
}

/// Migrates under a session lock, which requires a single connection.
async fn migrate_locked(db: &DatabaseConnection) -> Result<(), DbErr> {
    let lock = |function: &str| {
        let sql = format!("SELECT {function}({MIGRATION_LOCK})");
        Statement::from_string(DbBackend::Postgres, sql)
    };
    db.query_one_raw(lock("pg_advisory_lock")).await?;
    let result = MIGRATIONS.up(db, MIGRATIONS.list.len()).await;
    db.query_one_raw(lock("pg_advisory_unlock")).await?;
    result
}

/// Opens a pool. Creates a missing SQLite file with WAL and full synchronization, so that a
/// committed task survives a power failure.
pub async fn connect(
    url: &str,
    connections: u32,
    handover: &Handover,
) -> Result<DatabaseConnection, DbErr> {
    open(url, connections, None, handover).await
}

pub async fn connect_command(url: &str) -> Result<DatabaseConnection, DbErr> {
    connect(url, 1, &Handover::default()).await
}

/// Opens a pool of one connection, whose statements SQLite stops at this deadline.
pub async fn connect_bounded(
    url: &str,
    deadline: &Arc<StatementDeadline>,
    handover: &Handover,
) -> Result<DatabaseConnection, DbErr> {
    open(url, 1, Some(Arc::clone(deadline)), handover).await
}

async fn open(
    url: &str,
    connections: u32,
    deadline: Option<Arc<StatementDeadline>>,
    handover: &Handover,
) -> Result<DatabaseConnection, DbErr> {
    let hosts = if url.starts_with("postgres") {
        Some(Hosts::find(url).await?)
    } else {
        None
    };
    // After `//` the first part of a relative path would be a host, which has no spaces.
    let file = url.strip_prefix("sqlite://");
    let file = file.map_or_else(|| url.to_owned(), |path| format!("sqlite:{path}"));
    let url = hosts.as_ref().map_or(file.as_str(), Hosts::url);
    // The text of the driver would contain the URL with its password.
    if url::Url::parse(url).is_err() {
        let text = "the database address is not a URL".to_owned();
        return Err(DbErr::Conn(RuntimeErr::Internal(text)));
    }
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .acquire_timeout(ACQUIRE)
        // The maintenance of idle connections would start, whose loop may never end
        // (sqlx issue 3645; corrected after sqlx 0.9.0).
        .idle_timeout(None)
        .max_lifetime(None)
        .max_connections(connections);
    if let Some(hosts) = &hosts {
        configure_postgres(&mut options, hosts, handover);
    }
    let in_memory = is_memory(url);
    if in_memory {
        // Each connection would open a separate empty database.
        options.max_connections(1);
    } else {
        options.map_sqlx_sqlite_pool_opts(move |pool| {
            let pool = pool.before_acquire(|connection, _| {
                Box::pin(async move { Ok(is_at_rest(connection)) })
            });
            let Some(deadline) = deadline.clone() else {
                return pool;
            };
            pool.after_connect(move |connection, _| {
                let deadline = Arc::clone(&deadline);
                Box::pin(async move {
                    let mut handle = connection.lock_handle().await?;
                    handle.set_progress_handler(INSTRUCTIONS, move || !deadline.has_passed());
                    Ok(())
                })
            })
        });
    }
    options.map_sqlx_sqlite_opts(move |sqlite| {
        // If this fails, opening the file also fails and reports the reason.
        if !in_memory {
            let _ = create_private(sqlite.get_filename());
        }
        sqlite
            .create_if_missing(true)
            .pragma("journal_mode", "wal")
            .pragma("synchronous", "full")
            .pragma("foreign_keys", "on")
            .busy_timeout(BUSY)
    });
    #[expect(clippy::disallowed_methods, reason = "the only call of the tasks API")]
    let connecting = Database::connect(options);
    // The library traces the whole URL, including the password.
    let db = connecting.with_subscriber(NoSubscriber::default()).await?;
    if let Some(hosts) = hosts {
        hosts::reject_unusable(&db).await?;
        hosts.watch(db.get_postgres_connection_pool().clone());
    }
    Ok(db)
}

/// Sets the options of connections to PostgreSQL, and the rules by which they are used again.
fn configure_postgres(options: &mut ConnectOptions, hosts: &Hosts, handover: &Handover) {
    let [taken, released] = [handover.clone(), handover.clone()];
    let [choice, choice_after] = [hosts.choice.clone(), hosts.choice.clone()];
    let (first, requires_writable) = (hosts.first_options(), hosts.requires_writable());
    options
        .map_sqlx_postgres_opts(move |_| first.clone())
        // A query follows the check of the age: a frozen former server would not respond.
        .test_before_acquire(false)
        .map_sqlx_postgres_before_acquire(move |connection, of| {
            let is_usable = taken.admits(of.age) && choice.admits(of.age);
            let choice = choice.clone();
            Box::pin(async move { Ok(is_usable && hosts::is_usable(connection, &choice).await) })
        })
        .map_sqlx_postgres_pool_opts(move |pool| {
            let (released, choice) = (released.clone(), choice_after.clone());
            let has_choice = choice.generation().is_some();
            let new = choice.clone();
            let pool = pool.after_release(move |connection, of| {
                let is_kept = of.age < LIFETIME && released.admits(of.age) && choice.keeps(of.age);
                let choice = choice.clone();
                Box::pin(async move {
                    // Without a choice the driver's own ping is enough.
                    Ok(is_kept && (!has_choice || hosts::responds(connection, &choice).await))
                })
            });
            if !has_choice {
                return pool;
            }
            pool.after_connect(move |connection, _| {
                let choice = new.clone();
                Box::pin(
                    async move { hosts::check_new(connection, &choice, requires_writable).await },
                )
            })
        });
}

/// Returns true if the driver reports no open transaction on a connection. If SQLite rolled one
/// back on its own after a device failure, the driver would treat every later one as part of it.
fn is_at_rest(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

/// Creates the file before SQLite does, with access for its owner only; SQLite's additional files
/// get the same permissions.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut open = std::fs::OpenOptions::new();
    open.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    open.open(path).map(drop)
}

pub fn is_memory(url: &str) -> bool {
    url.starts_with("sqlite::memory:") || url.contains("mode=memory")
}

/// Applies the pending migrations to an SQLite database.
pub async fn migrate_sqlite(db: &DatabaseConnection) -> Result<(), DbErr> {
    MIGRATIONS.up(db, MIGRATIONS.list.len()).await
}

/// Returns the 32-byte secret named `name` of this deployment, and creates it on first use.
/// Replicas that start at once use the same one, because the first insert succeeds.
pub async fn secret(
    db: &DatabaseConnection,
    name: &str,
    fresh: [u8; 32],
) -> Result<[u8; 32], DbErr> {
    let find = || settings::Entity::find_by_id(name).one(db);
    if find().await?.is_none() {
        let row = settings::ActiveModel {
            key: Set(name.to_owned()),
            value: Set(fresh.to_vec()),
        };
        let insert = settings::Entity::insert(row);
        if let Err(cause) = insert.exec_without_returning(db).await
            && !matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
        {
            return Err(cause);
        }
    }
    find()
        .await?
        .and_then(|row| row.value.try_into().ok())
        .ok_or_else(|| DbErr::Custom(format!("tasks_settings.{name} is not 32 bytes")))
}

mod settings {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tasks_settings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub value: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

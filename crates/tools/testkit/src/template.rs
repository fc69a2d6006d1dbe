//! Migrated databases as templates for the stacks: migrating takes longer than most tests.

use std::path::Path;

use doorward_resource_server as resource_server;
use doorward_store::{Db, OpenOptions};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::postgres::{database_url, execute};

/// A database of a stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Identity,
    Tasks,
}

impl Part {
    /// Both databases, in their usual order.
    pub(crate) const ALL: [Self; 2] = [Self::Identity, Self::Tasks];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Tasks => "tasks",
        }
    }
}

/// Prefix of the names of template databases; the time of creation in seconds follows.
const PREFIX: &str = "doorward_template_";
/// Maximum duration of a test binary in seconds. Older templates are removed.
const MAX_AGE: i64 = 2 * 60 * 60;

/// Writes a copy of the migrated SQLite file of this part.
pub(crate) async fn copy_file(part: Part, to: &Path) {
    static MADE: OnceCell<[Vec<u8>; 2]> = OnceCell::const_new();
    let created = MADE.get_or_init(create_files).await;
    std::fs::write(to, &created[part as usize]).expect("a copy of the template");
}

async fn create_files() -> [Vec<u8>; 2] {
    let directory = TempDir::new().expect("a temporary directory");
    let files = Part::ALL.map(|part| directory.path().join(part.name()));
    let urls = files
        .each_ref()
        .map(|file| format!("sqlite://{}", file.display()));
    migrate(urls.each_ref().map(String::as_str)).await;
    files.map(|file| {
        // The last connection has merged the log into the file.
        let log = file.with_file_name(format!("{}-wal", file.display()));
        assert!(!log.exists(), "{} is left", log.display());
        std::fs::read(file).expect("the template")
    })
}

/// Returns the name of the migrated database of this part on this PostgreSQL server; the first call
/// creates it.
pub(crate) async fn database(server: &str, part: Part) -> &'static str {
    static MADE: OnceCell<[String; 2]> = OnceCell::const_new();
    let created = MADE.get_or_init(|| create_databases(server)).await;
    &created[part as usize]
}

async fn create_databases(server: &str) -> [String; 2] {
    let now = remove_former(server)
        .await
        .expect("earlier templates are removed");
    // PostgreSQL truncates names longer than 63 bytes.
    let run = &uuid::Uuid::new_v4().simple().to_string()[..8];
    let names = Part::ALL.map(|part| format!("{PREFIX}{now}_{run}_{}", part.name()));
    let create = names.iter().map(|name| format!("CREATE DATABASE {name}"));
    execute(server, create).await.expect("CREATE DATABASE");
    let urls = names.each_ref().map(|name| database_url(server, name));
    migrate(urls.each_ref().map(String::as_str)).await;
    names
}

/// Removes the templates of earlier processes, which cannot remove their own at exit. Returns the
/// server's time.
async fn remove_former(server: &str) -> Result<i64, DbErr> {
    let connection = doorward_store::db::connect(server).await?;
    let query = format!(
        "SELECT extract(epoch FROM now())::bigint, datname::text FROM \
         (SELECT NULL AS datname UNION ALL \
          SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}%') AS templates"
    );
    let query = Statement::from_string(connection.get_database_backend(), query);
    let mut now = 0;
    for row in connection.query_all_raw(query).await? {
        now = row.try_get_by_index(0)?;
        let name: Option<String> = row.try_get_by_index(1)?;
        let Some(name) = name else { continue };
        let created = name[PREFIX.len()..].split('_').next();
        let created: Option<i64> = created.and_then(|created| created.parse().ok());
        if created.is_some_and(|created| created + MAX_AGE < now) {
            let drop = format!("DROP DATABASE IF EXISTS {name}");
            connection.execute_unprepared(&drop).await?;
        }
    }
    connection.close().await?;
    Ok(now)
}

/// Migrates both databases to the current schema.
pub(crate) async fn migrate([identity, tasks]: [&str; 2]) {
    let db = Db::open(identity, OpenOptions::for_command()).await;
    let db = db.expect("the database");
    db.migrate().await.expect("migrations");
    db.close().await.expect("close");
    let migrated = resource_server::db::migrate(tasks).await;
    migrated.expect("migrations of the tasks API");
}

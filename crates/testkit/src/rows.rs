//! All rows of a database as text, for comparison and search, and direct changes of rows.

use std::collections::BTreeMap;

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// Table that records the applied migrations.
const MIGRATIONS: &str = "doorward_identity_migrations";

async fn open(options: impl Into<ConnectOptions>) -> DatabaseConnection {
    doorward_store::db::connect(options)
        .await
        .expect("the database")
}

/// Returns the rows of each table in order, as the database formats them. Bytes are in hexadecimal.
pub async fn dump(url: &str) -> BTreeMap<String, Vec<String>> {
    let db = open(url).await;
    let mut tables = BTreeMap::new();
    for table in names(&db).await {
        let rows = texts(&db, &select(&db, &table).await).await;
        tables.insert(table, rows);
    }
    db.close().await.expect("close");
    tables
}

/// Tables whose rows do not show that a request changed something: flows that a GET may start,
/// denials and attempts of any request, and the state of the cleanup, the links of the audit chain and
/// statistics, which are written after the events.
const TRACES: [&str; 8] = [
    "cleanup_steps",
    "interactions",
    "pending_sign_ins",
    "refusals",
    "attempts",
    "audit_seals",
    "audit_waiting",
    "stats",
];

/// Returns the same without the tables that may differ after requests that change nothing.
pub async fn dump_lasting(url: &str) -> BTreeMap<String, Vec<String>> {
    let mut tables = dump(url).await;
    for table in TRACES {
        tables.remove(table).expect("the table");
    }
    tables
}

/// Counts the rows of each table of a database.
#[derive(Debug)]
pub struct Counter {
    db: DatabaseConnection,
    sql: String,
}

impl Counter {
    /// Connects to the database, and lists its tables.
    pub async fn connect(url: &str) -> Self {
        let db = open(url).await;
        let counts = names(&db).await.into_iter().map(|name| {
            format!("SELECT '{name} ' || CAST(count(*) AS text) AS text FROM \"{name}\"")
        });
        let sql = counts.collect::<Vec<_>>().join(" UNION ALL ");
        Self { db, sql }
    }

    /// Returns the present number of rows of each table.
    pub async fn read(&self) -> BTreeMap<String, u64> {
        let lines = texts(&self.db, &self.sql).await;
        let pairs = lines.iter().map(|line| {
            let (name, count) = line.split_once(' ').expect("a name and a count");
            (name.to_owned(), count.parse().expect("a count"))
        });
        pairs.collect()
    }
}

/// Returns the size of a table on disk in bytes, including its indexes.
pub async fn bytes_of(url: &str, table: &str) -> u64 {
    let sqlite = url.starts_with("sqlite:");
    let sql = if sqlite {
        // Empties the WAL, so that the file contains everything.
        execute(url, "PRAGMA wal_checkpoint(PASSIVE)").await;
        format!(
            "SELECT CAST(sum(pgsize) AS text) AS text FROM dbstat WHERE name IN \
             (SELECT name FROM sqlite_master WHERE tbl_name = '{table}')"
        )
    } else {
        format!("SELECT pg_total_relation_size('\"{table}\"')::text AS text")
    };
    let found = query_text(url, &sql).await;
    found[0].parse().expect("a number of bytes")
}

async fn names(db: &DatabaseConnection) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name AS text FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        _ => {
            "SELECT table_name::text AS text FROM information_schema.tables \
             WHERE table_schema = 'public'"
        }
    };
    texts(db, sql).await
}

async fn select(db: &DatabaseConnection, table: &str) -> String {
    match db.get_database_backend() {
        DbBackend::Sqlite => {
            let sql = format!("SELECT name AS text FROM pragma_table_info('{table}')");
            let columns = texts(db, &sql).await;
            let quoted: Vec<_> = columns
                .iter()
                .map(|name| format!("quote(\"{name}\")"))
                .collect();
            let row = quoted.join(" || '|' || ");
            format!("SELECT {row} AS text FROM \"{table}\" ORDER BY 1")
        }
        _ => format!("SELECT t::text AS text FROM \"{table}\" t ORDER BY 1"),
    }
}

async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    let rows = db.query_all_raw(statement).await.expect("a query");
    let text = |row: &sea_orm::QueryResult| row.try_get::<String>("", "text").expect("text");
    rows.iter().map(text).collect()
}

/// Returns the column `text` of a query's result.
pub async fn query_text(url: &str, query: &str) -> Vec<String> {
    let db = open(url).await;
    let found = texts(&db, query).await;
    db.close().await.expect("close");
    found
}

/// Runs one statement, bypassing the program.
pub async fn execute(url: &str, statement: &str) {
    let db = open(url).await;
    db.execute_unprepared(statement)
        .await
        .expect("the statement");
    db.close().await.expect("close");
}

/// Copies the rows of every table of a database to another one with an older schema; omits columns
/// that are missing there.
pub async fn copy_into(from: &str, to: &str) {
    if let Some(path) = from.strip_prefix("sqlite://") {
        copy_file_into(path, to).await;
    } else {
        copy_database_into(from, to).await;
    }
}

async fn copy_file_into(path: &str, to: &str) {
    let mut options = ConnectOptions::new(to);
    // The settings apply to one connection.
    options.max_connections(1);
    let to = open(options).await;
    for statement in [
        // The references were valid in the source database.
        "PRAGMA foreign_keys = OFF",
        &format!("ATTACH DATABASE '{path}' AS source"),
    ] {
        to.execute_unprepared(statement).await.expect(statement);
    }
    for table in names(&to).await {
        let both = format!(
            "SELECT '\"' || name || '\"' AS text FROM pragma_table_info('{table}') WHERE name IN \
             (SELECT name FROM pragma_table_info('{table}', 'source'))"
        );
        let columns = texts(&to, &both).await.join(", ");
        if !columns.is_empty() && table != MIGRATIONS {
            let copy = format!(
                "INSERT OR IGNORE INTO \"{table}\" ({columns}) SELECT {columns} FROM source.\"{table}\""
            );
            to.execute_unprepared(&copy).await.expect("the rows");
        }
    }
    to.close().await.expect("close");
}

async fn copy_database_into(from: &str, to: &str) {
    let from = open(from).await;
    let mut options = ConnectOptions::new(to);
    // The setting applies to one connection.
    options.max_connections(1);
    let to = open(options).await;
    // The references were valid in the source database.
    let free = "SET session_replication_role = replica";
    to.execute_unprepared(free).await.expect("a superuser");
    let known = names(&from).await;
    let tables = names(&to).await.into_iter();
    for table in tables.filter(|table| known.contains(table) && table != MIGRATIONS) {
        let rows = format!("SELECT row_to_json(t)::text AS text FROM \"{table}\" t");
        let insert = format!(
            "INSERT INTO \"{table}\" SELECT * FROM json_populate_record(NULL::\"{table}\", $1::json) \
             ON CONFLICT DO NOTHING"
        );
        for row in texts(&from, &rows).await {
            let values = [row.into()];
            let statement = Statement::from_sql_and_values(DbBackend::Postgres, &insert, values);
            to.execute_raw(statement).await.expect("a row");
        }
    }
    // The only number that the database assigns; the copied rows have theirs.
    let after = "SELECT setval(pg_get_serial_sequence('audit_waiting', 'number'), 1000000)";
    to.execute_unprepared(after).await.expect("a sequence");
    to.close().await.expect("close");
    from.close().await.expect("close");
}

/// An exclusive lock on a table of a PostgreSQL database, which also blocks readers.
#[derive(Debug)]
pub struct Locked(DatabaseConnection);

impl Locked {
    /// Locks the table.
    pub async fn table(url: &str, table: &str) -> Self {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1);
        let db = open(options).await;
        for statement in ["BEGIN", &format!("LOCK TABLE {table}")] {
            db.execute_unprepared(statement).await.expect(statement);
        }
        Self(db)
    }

    /// Releases the lock.
    pub async fn end(self) {
        self.0
            .execute_unprepared("ROLLBACK")
            .await
            .expect("ROLLBACK");
        self.0.close().await.expect("close");
    }
}

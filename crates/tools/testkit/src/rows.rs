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
    let mut selects = Vec::new();
    for (table, columns) in columns_of_tables(&db).await {
        let row = match db.get_database_backend() {
            DbBackend::Sqlite => columns.join(" || '|' || "),
            _ => "t::text".to_owned(),
        };
        selects.push(format!(
            "SELECT '{table} ' || {row} AS text FROM \"{table}\" t"
        ));
        tables.insert(table, Vec::new());
    }
    // One statement: tests dump the database after each request. Without tables there is none.
    let sql = format!("{} ORDER BY 1", selects.join(" UNION ALL "));
    let lines = if selects.is_empty() {
        Vec::new()
    } else {
        texts(&db, &sql).await
    };
    for line in lines {
        let (table, row) = line.split_once(' ').expect("a table and a row");
        let rows = tables.get_mut(table).expect("a table");
        rows.push(row.to_owned());
    }
    db.close().await.expect("close");
    tables
}

/// Returns the tables, and on SQLite their columns as texts of SQL.
async fn columns_of_tables(db: &DatabaseConnection) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::<_, Vec<_>>::new();
    if db.get_database_backend() == DbBackend::Postgres {
        let names = names(db).await.into_iter();
        return names.map(|name| (name, Vec::new())).collect();
    }
    let sql = "SELECT m.name || ' ' || c.name AS text FROM sqlite_master m, pragma_table_info(m.name) c \
               WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid";
    for line in texts(db, sql).await {
        let (table, column) = line.split_once(' ').expect("a table and a column");
        let columns = tables.entry(table.to_owned()).or_default();
        columns.push(format!("quote(\"{column}\")"));
    }
    tables
}

/// Tables whose rows do not show that a request changed something: flows that a GET may start,
/// denials and attempts of any request, and the state of the cleanup and of other background tasks, the
/// links of the audit chain, statistics and reports, which are written after the events.
const TRACES: [&str; 10] = [
    "cleanup_steps",
    "interactions",
    "leases",
    "monthly_reports",
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

/// A column of a table.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "properties of one column")]
pub struct Column {
    pub name: String,
    /// True if the column may be NULL.
    pub is_nullable: bool,
    /// True for IDs.
    pub is_uuid: bool,
    /// True for bytes that are not an ID.
    pub is_blob: bool,
    /// True for whole numbers.
    pub is_integer: bool,
    /// True for truth values.
    pub is_boolean: bool,
}

pub async fn tables(url: &str) -> Vec<String> {
    let db = open(url).await;
    let tables = names(&db).await;
    db.close().await.expect("close");
    tables
}

pub async fn columns(url: &str, table: &str) -> Vec<Column> {
    let sql = if url.starts_with("postgres") {
        format!(
            "SELECT column_name || ' ' || is_nullable || ' ' || data_type AS text \
             FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}' \
             AND is_generated = 'NEVER' ORDER BY ordinal_position"
        )
    } else {
        format!(
            "SELECT name || CASE WHEN \"notnull\" = 1 THEN ' NO ' ELSE ' YES ' END || lower(type) AS text \
             FROM pragma_table_info('{table}')"
        )
    };
    let parse = |line: &String| {
        let mut words = line.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_default();
        let (name, nullable, kind) = (word().to_owned(), word(), word());
        Column {
            name,
            is_nullable: nullable == "YES",
            is_uuid: kind.starts_with("uuid"),
            is_blob: kind == "blob" || kind == "bytea",
            is_integer: kind == "integer" || kind == "bigint" || kind == "smallint",
            is_boolean: kind == "boolean",
        }
    };
    query_text(url, &sql).await.iter().map(parse).collect()
}

/// Returns the columns of a table that refer to another table, with its name.
pub async fn references(url: &str, table: &str) -> Vec<(String, String)> {
    let sql = if url.starts_with("postgres") {
        format!(
            "SELECT a.attname || ' ' || c.confrelid::regclass::text AS text FROM pg_constraint c \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) \
             WHERE c.contype = 'f' AND c.conrelid = '\"{table}\"'::regclass"
        )
    } else {
        format!(
            "SELECT \"from\" || ' ' || \"table\" AS text FROM pragma_foreign_key_list('{table}')"
        )
    };
    let lines = query_text(url, &sql).await;
    let pair = |line: &String| {
        let (column, to) = line.split_once(' ').expect("a column and a table");
        (column.to_owned(), to.trim_matches('"').to_owned())
    };
    lines.iter().map(pair).collect()
}

/// Returns the columns of the primary key and of unique indexes of a table.
pub async fn unique_columns(url: &str, table: &str) -> Vec<String> {
    let sql = if url.starts_with("postgres") {
        format!(
            "SELECT DISTINCT a.attname::text AS text FROM pg_index i JOIN pg_attribute a \
             ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) \
             WHERE i.indisunique AND i.indrelid = '\"{table}\"'::regclass"
        )
    } else {
        format!(
            "SELECT DISTINCT c.name AS text FROM pragma_index_list('{table}') i, \
             pragma_index_info(i.name) c WHERE i.\"unique\" = 1 AND c.name IS NOT NULL \
             UNION SELECT name FROM pragma_table_info('{table}') WHERE pk > 0"
        )
    };
    query_text(url, &sql).await
}

/// Returns the statements that drop the secondary indexes and triggers of a table, and those that
/// create them again. On PostgreSQL triggers do not run with `session_replication_role = replica`.
pub async fn secondary(url: &str, table: &str) -> (Vec<String>, Vec<String>) {
    let (drops, creates) = if url.starts_with("postgres") {
        let filter = format!(
            "FROM pg_indexes WHERE schemaname = 'public' AND tablename = '{table}' AND indexname \
             NOT IN (SELECT conname FROM pg_constraint) ORDER BY indexname"
        );
        (
            format!("SELECT 'DROP INDEX \"' || indexname || '\"' AS text {filter}"),
            format!("SELECT indexdef AS text {filter}"),
        )
    } else {
        let filter = format!(
            "FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL \
             AND type IN ('index', 'trigger') ORDER BY name"
        );
        (
            format!("SELECT 'DROP ' || type || ' \"' || name || '\"' AS text {filter}"),
            format!("SELECT sql AS text {filter}"),
        )
    };
    (
        query_text(url, &drops).await,
        query_text(url, &creates).await,
    )
}

/// An exclusive lock on a table of a PostgreSQL database, which also blocks readers.
#[derive(Debug)]
pub struct Locked(DatabaseConnection);

impl Locked {
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

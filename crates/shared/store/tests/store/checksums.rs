//! Migrations never change after their release, because databases have already applied them.

use std::fmt::Write as _;

use doorward_domain::secret::TokenHash;
use doorward_migrations::identity::MIGRATIONS;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, Statement};

/// A line for each migration: its name, and the checksum of the schema after it.
const KNOWN: &str = include_str!("checksums.txt");

/// Returns the statements of the schema in a fixed order.
async fn schema(connection: &DatabaseConnection) -> String {
    let query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL \
                 AND tbl_name <> 'doorward_identity_migrations' ORDER BY type, name";
    let query = Statement::from_string(connection.get_database_backend(), query);
    let rows = connection.query_all_raw(query).await.unwrap();
    let statements = rows.iter().map(|row| row.try_get_by_index::<String>(0));
    statements
        .map(Result::unwrap)
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn released_migrations_are_unchanged() {
    let mut options = ConnectOptions::new("sqlite::memory:");
    // Each in-memory connection is a separate database.
    options.max_connections(1);
    let connection = doorward_store::db::connect(options).await.unwrap();
    let mut lines = String::new();
    for name in MIGRATIONS.names() {
        MIGRATIONS.up(&connection, 1).await.unwrap();
        let hash = TokenHash::digest(&schema(&connection).await);
        write!(lines, "{name} ").unwrap();
        for byte in &hash.as_bytes()[..8] {
            write!(lines, "{byte:02x}").unwrap();
        }
        lines.push('\n');
    }
    assert!(
        lines == KNOWN,
        "an old migration does something else now, or a new one is missing in checksums.txt:\n{lines}"
    );
}

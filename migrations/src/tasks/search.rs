//! Words of objects that are not indexed yet: those of an upgrade, and those that a former release
//! created or changed during one.

use sea_orm_migration::sea_orm::{
    ConnectionTrait as _, DbBackend, DbErr, Statement, TransactionSession as _, TransactionTrait,
};

use super::words::index_text;

/// Tables with indexed texts: kind, table, and their one or two columns.
pub(super) const INDEXED: [(&str, &str, &[&str]); 3] = [
    ("task", "tasks", &["title", "description"]),
    ("project", "projects", &["name"]),
    ("article", "articles", &["title"]),
];

/// Indexes at most `limit` objects of each kind in one transaction. Returns their number.
///
/// # Errors
/// Returns the errors of the database.
pub async fn index_pending<C: TransactionTrait>(db: &C, limit: u32) -> Result<u64, DbErr> {
    let tx = db.begin().await?;
    let backend = tx.get_database_backend();
    let is_postgres = backend == DbBackend::Postgres;
    if !is_postgres {
        // A transaction that begins with a read could not write after another writer.
        tx.execute_unprepared("UPDATE tasks_search SET words = NULL WHERE number = -1")
            .await?;
    }
    let mut indexed = 0;
    for (kind, table, columns) in INDEXED {
        let texts = columns.iter().map(|column| format!(", t.{column}"));
        let texts: String = texts.collect();
        // A concurrent change of the object waits, and its trigger marks the row again.
        let lock = if is_postgres {
            " FOR UPDATE OF s SKIP LOCKED"
        } else {
            ""
        };
        let query = format!(
            "SELECT s.number, t.org{texts} FROM tasks_search s \
             JOIN {table} t ON t.id = s.object_id \
             WHERE s.words IS NULL AND s.kind = '{kind}' ORDER BY s.number LIMIT {limit}{lock}"
        );
        for row in tx
            .query_all_raw(Statement::from_string(backend, query))
            .await?
        {
            let number: i64 = row.try_get_by_index(0)?;
            let org: String = row.try_get_by_index(1)?;
            let texts: Vec<String> = (0..columns.len())
                .map(|at| row.try_get_by_index(at + 2))
                .collect::<Result<_, _>>()?;
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let words = index_text(kind, &org, &texts);
            let update = Statement::from_sql_and_values(
                backend,
                "UPDATE tasks_search SET words = $1 WHERE number = $2 AND words IS NULL",
                [words.into(), number.into()],
            );
            indexed += tx.execute_raw(update).await?.rows_affected();
        }
    }
    tx.commit().await?;
    Ok(indexed)
}

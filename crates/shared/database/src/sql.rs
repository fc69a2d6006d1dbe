//! Statements as text.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement, Value};

/// Returns the name of a table or column in quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Returns the texts in the column `found`.
pub(super) async fn texts(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<String>, DbErr> {
    let ask = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let rows = conn.query_all_raw(ask).await?;
    rows.iter().map(|row| row.try_get("", "found")).collect()
}

pub(super) async fn has_column(
    conn: &impl ConnectionTrait,
    table: &str,
    column: &str,
) -> Result<bool, DbErr> {
    let backend = conn.get_database_backend();
    let ask = match backend {
        DbBackend::Postgres => {
            "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(quote_ident($1)) \
             AND attname = $2 AND NOT attisdropped"
        }
        _ => "SELECT 1 FROM pragma_table_info($1) WHERE name = $2",
    };
    let ask = Statement::from_sql_and_values(backend, ask, [table.into(), column.into()]);
    Ok(conn.query_one_raw(ask).await?.is_some())
}

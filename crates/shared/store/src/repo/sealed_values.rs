//! Values that are encrypted under keys derived from the secret key, for a change of that key.

use doorward_domain::boxed;
use doorward_domain::sealed_columns::{RowKey, SealedColumn};

use super::prelude::*;

const KEY: &str = "row_key";
const SEALED: &str = "sealed_value";

/// Returns up to `limit` encrypted values after this row, in the order of the primary key. An empty value
/// is one that was removed, such as the payload of a job that is done.
#[boxed]
pub async fn list(
    conn: &Conn,
    column: SealedColumn,
    after: Option<&RowKey>,
    limit: u64,
) -> Result<Vec<(RowKey, Vec<u8>)>> {
    let (table, sealed) = column.place();
    let key = || Expr::col((table, column.key()));
    let mut rows = Query::select();
    rows.expr_as(key(), KEY)
        .expr_as(Expr::col((table, sealed)), SEALED)
        .from(table)
        .and_where(Expr::col((table, sealed)).is_not_null())
        .and_where(Expr::col((table, sealed)).ne(Vec::<u8>::new()))
        .and_where_option(after.map(|after| key().gt(value(after))))
        .order_by_expr(key(), Order::Asc)
        .limit(Ord::min(limit, PAGE_MAX));
    let read = |row: &QueryResult| Ok((row_key(column, row)?, row.try_get("", SEALED)?));
    read_all(conn, &rows, read).await
}

/// Replaces an encrypted value. Returns false if it was changed or deleted in the meantime.
#[boxed]
pub async fn replace(
    tx: &WriteTx,
    column: SealedColumn,
    row: &RowKey,
    before: Vec<u8>,
    after: Vec<u8>,
) -> Result<bool> {
    let (table, sealed) = column.place();
    let update = Query::update()
        .table(table)
        .value(sealed, after)
        .and_where(Expr::col(column.key()).eq(value(row)))
        .and_where(Expr::col(sealed).eq(before))
        .take();
    Ok(tx.execute(&update).await?.rows_affected() == 1)
}

fn value(key: &RowKey) -> Expr {
    match key {
        RowKey::Text(text) => Expr::value(text.clone()),
        RowKey::Uuid(id) => Expr::value(*id),
        RowKey::Bytes(bytes) => Expr::value(bytes.clone()),
    }
}

fn row_key(column: SealedColumn, row: &QueryResult) -> Result<RowKey> {
    Ok(match column {
        SealedColumn::TotpFactor | SealedColumn::Job => RowKey::Uuid(row.try_get("", KEY)?),
        SealedColumn::StoredResponse => RowKey::Bytes(row.try_get("", KEY)?),
        SealedColumn::KeptKey
        | SealedColumn::SigningKey
        | SealedColumn::Provider
        | SealedColumn::SignalStream
        | SealedColumn::Ping
        | SealedColumn::ScimTarget => RowKey::Text(row.try_get("", KEY)?),
    })
}

//! Indexes by which the console shows the newest clients and organizations first. Their IDs have no order in
//! time; a list is in the order of a text, so that the time is one that falls as it grows.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use super::table::BYTES;
use crate::migration::execute;

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let bytes = match tx.get_database_backend() {
        DbBackend::Postgres => BYTES,
        _ => "",
    };
    let indexes = [("clients", "id"), ("organizations", "slug")].map(|(table, id)| {
        format!(
            "CREATE INDEX search_{table}_newest ON {table} \
             ((CAST(9999999999 - created_at AS text)){bytes}, {id})"
        )
    });
    execute(tx, indexes).await
}

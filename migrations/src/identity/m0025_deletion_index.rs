//! The index of due deletions without the users who stay: nearly all of them were in it, and SQLite read
//! them by it for "no deletion is due", and sorted them.

use sea_orm::{DatabaseTransaction, DbErr};

use crate::migration::execute;

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let statements = [
        "DROP INDEX ix_users__deletion_due_at",
        "CREATE INDEX ix_users__deletion_due_at ON users (deletion_due_at) \
         WHERE deletion_due_at IS NOT NULL",
    ];
    execute(tx, statements).await
}

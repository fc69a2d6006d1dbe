//! Bulk changes of the domain of e-mail addresses, and bulk changes without mails.

use sea_orm::{DatabaseTransaction, DbErr};

use crate::migration::execute;

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let statements = [
        "ALTER TABLE bulk_changes ADD COLUMN email_domains text",
        // The former release writes rows without it.
        "ALTER TABLE bulk_changes ADD COLUMN notify boolean NOT NULL DEFAULT TRUE",
    ];
    execute(tx, statements).await
}

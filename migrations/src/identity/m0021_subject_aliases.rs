//! Merged users: the former user whose subject a client knows, and the user handle of moved passkeys.

use sea_orm::sea_query::Table;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{text, uuid, uuid_null};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, [subject_aliases()]).await?;
    for (table, column) in [("grants", "subject_id"), ("passkeys", "handle")] {
        let change = Table::alter()
            .table(table)
            .add_column(uuid_null(column))
            .take();
        tx.execute(&change).await?;
    }
    Ok(())
}

// No foreign key to the former user, who may be deleted.
fn subject_aliases() -> NewTable {
    table("subject_aliases")
        .col(text("client_id"))
        .col(uuid("user_id"))
        .col(uuid("former_id"))
        .key(&["client_id", "user_id"])
        .belongs_to("client_id", "clients", "id")
        .belongs_to("user_id", "users", "id")
        .index("user_id")
        .index("client_id, former_id")
}

//! Pings to clients whose authentication request was answered (CIBA Core §10.2).

use sea_orm::sea_query::Table;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbErr};

use crate::columns::{bytes_null, text_null};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    for (table, column) in [
        (
            "clients",
            text_null("backchannel_client_notification_endpoint"),
        ),
        ("device_requests", bytes_null("ping_sealed")),
    ] {
        let change = Table::alter().table(table).add_column(column).take();
        tx.execute(&change).await?;
    }
    Ok(())
}

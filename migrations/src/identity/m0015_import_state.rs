//! The memory of what an import has given to a user: a later import changes no more than that.

use sea_orm::sea_query::Table;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbErr};

use crate::columns::text_null;

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let change = Table::alter()
        .table("imported_records")
        .add_column(text_null("applied"))
        .take();
    tx.execute(&change).await.map(drop)
}

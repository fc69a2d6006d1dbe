//! An index of the name by which the console shows a user: the full name, or else the user name or the
//! e-mail address.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use super::table::BYTES;
use crate::migration::execute;

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let bytes = match tx.get_database_backend() {
        DbBackend::Postgres => BYTES,
        _ => "",
    };
    let index = format!(
        "CREATE INDEX search_users_shown_name ON users \
         ((COALESCE(display_key, username_key, email_key)){bytes})"
    );
    execute(tx, [index]).await
}

//! Passwords that do not sign in any more, bulk changes that require new ones, and access reviews of the
//! members of an organization or a group.

use sea_orm::{DatabaseTransaction, DbErr};

use crate::migration::execute;

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let statements = [
        "ALTER TABLE users ADD COLUMN password_withdrawn_at bigint",
        // The former release writes rows without it.
        "ALTER TABLE bulk_changes ADD COLUMN keep_access boolean NOT NULL DEFAULT FALSE",
        "ALTER TABLE access_reviews ADD COLUMN members_of text",
    ];
    execute(tx, statements).await
}

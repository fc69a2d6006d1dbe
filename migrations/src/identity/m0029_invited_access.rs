//! Invitations with roles, groups and an end of the membership, one by one or from a file.

use sea_orm::sea_query::Table;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbErr};

use crate::columns::uuid_null;
use crate::migration::execute;

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    for column in ["accepted_by", "batch"] {
        let change = Table::alter()
            .table("invitations")
            .add_column(uuid_null(column))
            .take();
        tx.execute(&change).await?;
    }
    let statements = [
        "ALTER TABLE invitations ADD COLUMN access text",
        "ALTER TABLE invitations ADD COLUMN queued_at bigint",
        "ALTER TABLE organization_members ADD COLUMN expires_at bigint",
        "CREATE INDEX ix_invitations__accepted_by ON invitations (accepted_by) \
         WHERE accepted_by IS NOT NULL",
        "CREATE INDEX ix_invitations__batch ON invitations (batch) WHERE batch IS NOT NULL",
        "CREATE INDEX ix_invitations__queued_at__id ON invitations (queued_at, id) \
         WHERE queued_at IS NOT NULL",
        "CREATE INDEX ix_organization_members__expires_at ON organization_members (expires_at) \
         WHERE expires_at IS NOT NULL",
    ];
    execute(tx, statements).await
}

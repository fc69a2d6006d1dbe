//! Clients: whether ID tokens contain the claims of the scopes (OIDC Core §5.4).

use sea_orm_migration::prelude::*;

use super::columns::flag;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Existing clients get them too: most read them there.
        let column = flag("claims_in_id_token").default(true).take();
        let change = Table::alter().table("clients").add_column(column).take();
        manager.alter_table(change).await
    }
}

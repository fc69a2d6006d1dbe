//! The form of a client's name in which names that look alike are equal. A starting server fills it
//! in for existing clients.

use sea_orm_migration::prelude::*;

use super::columns::{index, text_null};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let change = Table::alter()
            .table("clients")
            .add_column(text_null("name_look"))
            .take();
        manager.alter_table(change).await?;
        index(manager, "clients", &["name_look"]).await
    }
}

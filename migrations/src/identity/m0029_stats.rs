//! Statistics by client, hour and kind.

use sea_orm_migration::prelude::*;

use super::columns::{text, time};
use super::table::{NewTable, create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, [stats()]).await
    }
}

// No foreign key: the client of the numbers of the whole deployment is empty. Only new tables are
// created, so that this migration can follow the one that must be the last.
fn stats() -> NewTable {
    table("stats")
        .col(text("client_id"))
        .col(time("hour"))
        .col(text("kind"))
        .col(ColumnDef::new("n").big_integer().not_null())
        .key(&["client_id", "hour", "kind"])
        .index(&["hour"])
}

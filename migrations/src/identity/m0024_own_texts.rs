//! Own texts of pages and e-mail messages, of the deployment, of clients and of organizations.

use sea_orm_migration::prelude::*;

use super::columns::{text, text_null, time};
use super::table::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let texts = table("own_texts")
            .col(text("owner"))
            .col(text("language"))
            .col(text("key"))
            .col(text_null("client_id"))
            .col(text_null("org"))
            .col(text("text"))
            .col(time("updated_at"))
            .key(&["owner", "language", "key"])
            .belongs_to("client_id", "clients", "id")
            .belongs_to("org", "organizations", "slug")
            .index("client_id")
            .index("org");
        create(manager, [texts]).await
    }
}

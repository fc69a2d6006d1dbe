//! Own brands of clients and organizations, and their logos.

use sea_orm_migration::prelude::*;

use super::columns::{bytes, text, text_key, text_null, time};
use super::table::{create, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let brands = table("brands")
            .col(text_key("id"))
            .col(text_null("client_id"))
            .col(text_null("org"))
            .col(text("settings"))
            .col(time("updated_at"))
            .belongs_to("client_id", "clients", "id")
            .belongs_to("org", "organizations", "slug")
            .unique("client_id")
            .unique("org");
        // A separate table, so that pages read no pictures with the settings.
        let pictures = table("brand_pictures")
            .col(text_key("id"))
            .col(text("brand"))
            .col(bytes("png"))
            .col(time("created_at"))
            .belongs_to("brand", "brands", "id")
            .index("brand");
        create(manager, [brands, pictures]).await
    }
}

//! Invitations to organizations, by the hash of their links.

use sea_orm_migration::prelude::*;

use super::columns::{
    belongs_to, bytes, index, text, text_null, time, time_null, unique, uuid_key,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut organization = belongs_to("invitations", "org", "organizations", "slug");
        let table = Table::create()
            .table("invitations")
            .col(uuid_key("id"))
            .col(bytes("hash"))
            .col(text("org"))
            .col(text("email"))
            .col(text("email_key"))
            .col(text_null("inviter_kind"))
            .col(text_null("inviter"))
            .col(time("created_at"))
            .col(time("expires_at"))
            .col(time_null("ended_at"))
            .foreign_key(&mut organization)
            .take();
        manager.create_table(table).await?;
        unique(manager, "invitations", &["hash"]).await?;
        index(manager, "invitations", &["org", "email_key"]).await?;
        index(manager, "invitations", &["inviter", "created_at"]).await?;
        index(manager, "invitations", &["expires_at"]).await
    }
}

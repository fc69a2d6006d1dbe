//! Articles and their categories.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, pk_uuid, string, string_len, string_null, text,
};

use super::table::create;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const INDEXES: [&str; 8] = [
    "articles_org_created (org, created_at, id)",
    "articles_org_author (org, author_subject, created_at, id)",
    "articles_org_level (org, confidentiality, created_at, id)",
    "articles_org_category (org, category)",
    "articles_org_updated (org, updated_at, id)",
    "articles_org_title (org, title_key, id)",
    "articles_org_author_updated (org, author_subject, updated_at, id)",
    "articles_org_author_title (org, author_subject, title_key, id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, "article_categories", &mut categories(), &[]).await?;
        create(manager, "articles", &mut articles(), &INDEXES).await
    }
}

fn categories() -> TableCreateStatement {
    Table::create()
        .col(string("org"))
        .col(string_len("code", 64))
        .col(text("name"))
        .col(text("editors"))
        .col(big_integer("version"))
        .primary_key(Index::create().col("org").col("code"))
        .take()
}

fn articles() -> TableCreateStatement {
    Table::create()
        .col(pk_uuid("id"))
        .col(string("org"))
        .col(string("author_subject"))
        .col(text("title"))
        .col(text("title_key"))
        .col(text("body"))
        .col(string_null("category"))
        .col(string_null("department"))
        .col(string_null("manager"))
        .col(string_len("confidentiality", 16))
        .col(string_null("plan"))
        .col(big_integer_null("published_at"))
        .col(big_integer("version"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .foreign_key(
            ForeignKey::create()
                .from_tbl("articles")
                .from_col("org")
                .from_col("category")
                .to_tbl("article_categories")
                .to_col("org")
                .to_col("code"),
        )
        .take()
}

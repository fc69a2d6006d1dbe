//! Articles and their categories.

use sea_orm::sea_query::{ForeignKey, Index, Table, TableCreateStatement};
use sea_orm::{DatabaseTransaction, DbErr};

use super::table::create;
use crate::columns::{number, number_null, string, string_len, string_null, text, uuid_key};

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

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(tx, "article_categories", &mut categories(), &[]).await?;
    create(tx, "articles", &mut articles(), &INDEXES).await
}

fn categories() -> TableCreateStatement {
    Table::create()
        .col(string("org"))
        .col(string_len("code", 64))
        .col(text("name"))
        .col(text("editors"))
        .col(number("version"))
        .primary_key(Index::create().col("org").col("code"))
        .take()
}

fn articles() -> TableCreateStatement {
    Table::create()
        .col(uuid_key("id"))
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
        .col(number_null("published_at"))
        .col(number("version"))
        .col(number("created_at"))
        .col(number("updated_at"))
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

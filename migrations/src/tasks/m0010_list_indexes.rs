//! Indexes for lists of a whole organization and of one owner by each sort key: each page is one
//! range of one index.

use sea_orm_migration::prelude::*;

use super::table::create_indexes;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const TASKS: [(&str, &[&str]); 5] = [
    ("tasks_org_updated", &["org", "updated_at", "id"]),
    ("tasks_org_due", &["org", "due_day", "id"]),
    ("tasks_org_priority", &["org", "priority", "id"]),
    ("tasks_org_title", &["org", "title_key", "id"]),
    (
        "tasks_org_owner_title",
        &["org", "owner_subject", "title_key", "id"],
    ),
];

const PROJECTS: [(&str, &[&str]); 5] = [
    ("projects_org_updated", &["org", "updated_at", "id"]),
    ("projects_org_name", &["org", "name_key", "id"]),
    (
        "projects_org_owner_created",
        &["org", "owner_subject", "created_at", "id"],
    ),
    (
        "projects_org_owner_updated",
        &["org", "owner_subject", "updated_at", "id"],
    ),
    (
        "projects_org_owner_name",
        &["org", "owner_subject", "name_key", "id"],
    ),
];

const ARTICLES: [(&str, &[&str]); 4] = [
    ("articles_org_updated", &["org", "updated_at", "id"]),
    ("articles_org_title", &["org", "title_key", "id"]),
    (
        "articles_org_author_updated",
        &["org", "author_subject", "updated_at", "id"],
    ),
    (
        "articles_org_author_title",
        &["org", "author_subject", "title_key", "id"],
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_indexes(manager, "projects", &PROJECTS).await?;
        create_indexes(manager, "articles", &ARTICLES).await?;
        // The longest builds last.
        create_indexes(manager, "tasks", &TASKS).await
    }
}

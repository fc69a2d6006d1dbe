//! Registration of users: a user name must not be confusable with another one (UTS 39 §4), and an
//! account without a verified e-mail address expires.

use sea_orm_migration::prelude::*;
use unicode_security::skeleton;

use super::columns::{index, text_null, time_null, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [text_null("username_skeleton"), time_null("unproved_since")] {
            let table = Table::alter().table("users").add_column(column).take();
            manager.alter_table(table).await?;
        }
        fill(manager).await?;
        unique(manager, "users", &["username_skeleton"]).await?;
        index(manager, "users", &["unproved_since"]).await
    }
}

/// Fills in the skeletons of existing names. Confusable names that already exist remain: the oldest
/// one keeps the skeleton, so that no third one can be registered. A release without this column
/// leaves it empty, as for these names.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let people = Query::select()
        .column("username_key")
        .from("users")
        .order_by("created_at", Order::Asc)
        .order_by("username_key", Order::Asc)
        .take();
    let mut held = std::collections::HashSet::new();
    for person in connection.query_all(&people).await? {
        let name: String = person.try_get("", "username_key")?;
        let look: String = skeleton(&name).collect();
        if !held.insert(look.clone()) {
            continue;
        }
        let update = Query::update()
            .table("users")
            .value("username_skeleton", look)
            .and_where(Expr::col("username_key").eq(name))
            .take();
        connection.execute(&update).await?;
    }
    Ok(())
}

//! Former names of roles, permissions and scopes, which tokens and requests may use until their date.

use sea_orm::{DatabaseTransaction, DbErr};

use super::m0013_registry_versions::count_changes;
use super::table::{create, table};
use crate::columns::{text, time};

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let names = table("former_names")
        .col(text("kind"))
        .col(text("former"))
        .col(text("name"))
        .col(time("expires_at"))
        .key(&["kind", "former"])
        .index("kind, name")
        .index("expires_at");
    create(tx, [names]).await?;
    count_changes(tx, "registries", "former_names", "").await
}

//! Indexes by which the active sessions and grants of a user are counted and ended in portions, however
//! many ended ones there are, and by which the cleanup finds completed jobs.

use sea_orm_migration::prelude::*;

use super::columns::{index, partial_index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_user = ["user_id", "revoked_at", "client_id", "id"];
        index(manager, "grants", &of_user).await?;
        index(manager, "sessions", &["user_id", "ended_at", "id"]).await?;
        index(manager, "stats", &["hour", "client_id"]).await?;
        // The new indexes begin with the same column.
        for former in [
            "ix_grants__user_id",
            "ix_sessions__user_id",
            "ix_stats__hour",
        ] {
            let drop = format!("DROP INDEX {former}");
            manager.get_connection().execute_unprepared(&drop).await?;
        }
        // Without it, the deletion of a grant reads all device requests.
        index(manager, "device_requests", &["grant_id"]).await?;
        partial_index(manager, "jobs", "done_at", "done_at IS NOT NULL").await
    }
}

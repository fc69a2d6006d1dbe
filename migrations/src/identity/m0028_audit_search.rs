//! Indexes of the audit log for its filters, each in the order of time.
//!
//! The last of its release, because it takes longest. A later release removes the indexes of actor and
//! subject alone, which the new ones replace.

use sea_orm_migration::prelude::*;

use super::columns::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "audit_events";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["actor", "subject", "client_id"] {
            index(manager, TABLE, &[column, "at"]).await?;
        }
        let connection = manager.get_connection();
        for statement in [
            // An index of an expression serves only the queries with this expression. SQLite has no
            // statistics, and might otherwise find a user's sign-in among all of their kind.
            "CREATE INDEX ix_audit_events__lower_kind__at ON audit_events (LOWER(kind), at)",
            "CREATE INDEX ix_audit_events__lower_ip__at ON audit_events (LOWER(ip), at)",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

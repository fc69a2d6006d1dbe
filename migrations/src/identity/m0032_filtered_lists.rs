//! Indexes for lists with two filters: waiting jobs, failed attempts of a client, and audit events of
//! one kind that name a user, a client or an address.
//!
//! The last of its release for the same reason as `m0028`: the indexes of the audit log take longest.

use sea_orm_migration::prelude::*;

use super::columns::partial_index;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Statements with an own name or an expression. SQLite has no statistics: only queries of
/// `LOWER(kind)` select the indexes of a kind.
const STATEMENTS: [&str; 5] = [
    "CREATE INDEX ix_attempts__client_id__failed_at ON attempts (client_id, at) \
     WHERE outcome IN ('failed', 'rejected')",
    "CREATE INDEX ix_audit_events__actor__lower_kind__at ON audit_events (actor, LOWER(kind), at)",
    "CREATE INDEX ix_audit_events__subject__lower_kind__at \
     ON audit_events (subject, LOWER(kind), at)",
    "CREATE INDEX ix_audit_events__client_id__lower_kind__at \
     ON audit_events (client_id, LOWER(kind), at)",
    "CREATE INDEX ix_audit_events__lower_ip__lower_kind__at \
     ON audit_events (LOWER(ip), LOWER(kind), at)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let waiting = "done_at IS NULL AND failed_at IS NULL";
        partial_index(manager, "jobs", "run_at, id", waiting).await?;
        let connection = manager.get_connection();
        for statement in STATEMENTS {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

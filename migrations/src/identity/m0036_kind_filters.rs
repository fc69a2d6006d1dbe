//! Indexes of the audit log for events of one kind that name a user, a client or an address.
//!
//! The last of its release, and of one table only, for the reasons that `m0028` states.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Names and first columns of the indexes. SQLite has no statistics: only queries of `LOWER(kind)`
/// select them.
const INDEXES: [(&str, &str); 4] = [
    ("actor", "actor"),
    ("subject", "subject"),
    ("client_id", "client_id"),
    ("lower_ip", "LOWER(ip)"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        for (name, column) in INDEXES {
            let statement = format!(
                "CREATE INDEX ix_audit_events__{name}__lower_kind__at \
                 ON audit_events ({column}, LOWER(kind), at)"
            );
            connection.execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

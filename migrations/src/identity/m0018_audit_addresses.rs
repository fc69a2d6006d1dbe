//! Addresses of audit events that can be erased: a link covers a salted hash, which stays. The database
//! still rejects every other change of the log.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use super::m0017_audit_archives::conditions;
use crate::migration::execute;

const MESSAGE: &str = "the audit log is append-only";

/// Columns of an event that never change.
const EVENT: [&str; 10] = [
    "id",
    "at",
    "kind",
    "actor",
    "subject",
    "client_id",
    "user_agent",
    "success",
    "detail",
    "request_id",
];
/// Columns of a link that never change.
const LINK: [&str; 4] = ["seq", "day", "event_id", "hash"];

/// Condition for the erasure of the address of an event.
const EVENT_ERASED: &str = "NEW.ip IS NULL";
/// Condition for a link whose salt is replaced by the hash.
const LINK_ERASED: &str = "OLD.address_salt IS NOT NULL AND NEW.address_salt IS NULL \
                           AND NEW.address_hash IS NOT NULL";

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let (is_postgres, bytes) = match tx.get_database_backend() {
        DbBackend::Postgres => (true, "bytea"),
        _ => (false, "blob"),
    };
    let mut statements = vec![
        format!("ALTER TABLE audit_seals ADD COLUMN address_salt {bytes}"),
        format!("ALTER TABLE audit_seals ADD COLUMN address_hash {bytes}"),
        "CREATE INDEX ix_audit_seals__address ON audit_seals (seq) WHERE address_salt IS NOT NULL"
            .to_owned(),
    ];
    for (table, deleted) in conditions() {
        let (columns, erased) = match table {
            "audit_events" => (&EVENT[..], EVENT_ERASED),
            _ => (&LINK[..], LINK_ERASED),
        };
        let same = if is_postgres {
            "IS NOT DISTINCT FROM"
        } else {
            "IS"
        };
        let same: Vec<String> = columns
            .iter()
            .map(|column| format!("NEW.{column} {same} OLD.{column}"))
            .collect();
        let erased = format!("{erased} AND {}", same.join(" AND "));
        statements.extend(if is_postgres {
            vec![on_postgres(table, &deleted, &erased)]
        } else {
            on_sqlite(table, &erased)
        });
    }
    execute(tx, statements).await
}

fn on_sqlite(table: &str, erased: &str) -> Vec<String> {
    vec![
        format!("DROP TRIGGER {table}_no_update"),
        format!(
            "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({erased}) \
             BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        ),
    ]
}

/// Returns the function that allows a deletion or an update on these conditions.
fn on_postgres(table: &str, deleted: &str, erased: &str) -> String {
    format!(
        "CREATE OR REPLACE FUNCTION doorward_{table}_archived() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN IF TG_OP = 'DELETE' THEN IF {deleted} THEN RETURN OLD; END IF; \
         ELSIF {erased} THEN RETURN NEW; END IF; \
         RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
}

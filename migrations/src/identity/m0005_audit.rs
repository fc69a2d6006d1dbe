//! The audit log, its hash chain with the triggers that reject changes of either, and recent
//! denials.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use super::table::{NewTable, create, table};
use crate::columns::{bytes, flag, number, text, text_null, time, uuid, uuid_key, uuid_null};
use crate::migration::execute;

/// The append-only tables.
const APPEND_ONLY: [(&str, &str); 2] = [("audit_events", "id"), ("audit_seals", "seq")];

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    create(
        tx,
        [audit_events(), audit_seals(), audit_waiting(), refusals()],
    )
    .await?;
    append_only(tx).await
}

// No foreign keys: the log outlives the records it refers to.
fn audit_events() -> NewTable {
    table("audit_events")
        .col(uuid_key("id"))
        .col(time("at"))
        .col(text("kind"))
        .col(text_null("actor"))
        .col(text_null("subject"))
        .col(text_null("client_id"))
        .col(text_null("ip"))
        .col(text_null("user_agent"))
        .col(flag("success"))
        .col(text("detail"))
        .col(text_null("request_id"))
        .index("at")
        .index("actor, at")
        .index("subject, at")
        .index("client_id, at")
        // An index of an expression serves only the queries with this expression. SQLite has no
        // statistics, and might otherwise find a user's sign-in among all of their kind.
        .index_by("lower_kind__at", "(LOWER(kind), at)")
        .index_by("lower_ip__at", "(LOWER(ip), at)")
}

// No foreign keys here either: the link of a removed event must remain.
fn audit_seals() -> NewTable {
    table("audit_seals")
        .col(number("seq").primary_key())
        .col(time("day"))
        .col(uuid_null("event_id").unique_key())
        .col(bytes("hash"))
}

/// Returns the events without a link, in the order of writing.
fn audit_waiting() -> NewTable {
    table("audit_waiting")
        .col(number("number").auto_increment().primary_key())
        .col(uuid("event_id").unique_key())
}

fn refusals() -> NewTable {
    table("refusals")
        .col(uuid_key("id"))
        .col(time("at"))
        .col(text("rule"))
        .col(text_null("actor"))
        .col(text_null("client_id"))
        .col(text("detail"))
        .index("at")
}

async fn append_only(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let function = "CREATE FUNCTION doorward_append_only() RETURNS trigger LANGUAGE plpgsql AS \
                        $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$";
        execute(tx, [function]).await?;
    }
    for (table, key) in APPEND_ONLY {
        let statements = match tx.get_database_backend() {
            DbBackend::Postgres => vec![
                format!(
                    "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} \
                     FOR EACH ROW EXECUTE FUNCTION doorward_append_only()"
                ),
                format!(
                    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} \
                     FOR EACH STATEMENT EXECUTE FUNCTION doorward_append_only()"
                ),
            ],
            _ => vec![
                refusal(table, "no_update", "UPDATE", ""),
                refusal(table, "no_delete", "DELETE", ""),
                // INSERT OR REPLACE deletes without firing the trigger above.
                refusal(
                    table,
                    "no_replace",
                    "INSERT",
                    &format!("WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"),
                ),
            ],
        };
        execute(tx, statements).await?;
    }
    Ok(())
}

fn refusal(table: &str, name: &str, change: &str, when: &str) -> String {
    format!(
        "CREATE TRIGGER {table}_{name} BEFORE {change} ON {table} {when} \
         BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    )
}

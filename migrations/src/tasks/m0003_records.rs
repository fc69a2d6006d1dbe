//! Denial records for later explanation, and the append-only audit log: denials, changes of
//! sensitive data and reads of restricted data. The database rejects the deletion of an event of the last
//! week; the program deletes events that are at least a month old.

use sea_orm::sea_query::{Table, TableCreateStatement};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use super::table::create;
use crate::columns::{integer, number, string, string_len, string_null, text, uuid_key, uuid_null};
use crate::migration::execute;

const AUDIT_INDEXES: [&str; 2] = [
    "tasks_audit_created (created_at)",
    "tasks_audit_org_created (org, created_at, id)",
];

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let created = "decisions_created (created_at)";
    create(tx, "decisions", &mut decisions(), &[created]).await?;
    create(tx, "tasks_audit", &mut audit(), &AUDIT_INDEXES).await?;
    match tx.get_database_backend() {
        DbBackend::Postgres => execute(tx, POSTGRES).await,
        _ => execute(tx, SQLITE).await,
    }
}

fn decisions() -> TableCreateStatement {
    Table::create()
        .col(uuid_key("id"))
        .col(number("created_at"))
        .col(string("org"))
        .col(string_null("subject"))
        .col(string_null("client_id"))
        .col(string_len("method", 16))
        .col(text("path"))
        .col(string_len("action", 64))
        .col(integer("status"))
        .col(string_null("resource"))
        .col(text("record"))
        .col(string_null("ip"))
        .col(string_null("user_agent"))
        .take()
}

fn audit() -> TableCreateStatement {
    Table::create()
        .col(uuid_key("id"))
        .col(number("created_at"))
        .col(string_len("kind", 32))
        .col(string("org"))
        .col(string_null("subject"))
        .col(string_null("client_id"))
        .col(string_len("action", 64))
        .col(string_null("resource"))
        .col(uuid_null("decision_id"))
        .col(text("detail").default("{}"))
        .col(string_null("ip"))
        .col(string_null("user_agent"))
        .take()
}

/// A separate function, because the identity server's may be in the same database.
const POSTGRES: [&str; 3] = [
    "CREATE FUNCTION doorward_tasks_append_only() RETURNS trigger LANGUAGE plpgsql AS \
     $$ BEGIN \
     IF TG_OP = 'DELETE' THEN \
     IF OLD.created_at < extract(epoch FROM now()) - 604800 THEN RETURN OLD; END IF; \
     END IF; \
     RAISE EXCEPTION 'the audit log is append-only'; END $$",
    "CREATE TRIGGER tasks_audit_append_only BEFORE UPDATE OR DELETE ON tasks_audit \
     FOR EACH ROW EXECUTE FUNCTION doorward_tasks_append_only()",
    "CREATE TRIGGER tasks_audit_no_truncate BEFORE TRUNCATE ON tasks_audit \
     FOR EACH STATEMENT EXECUTE FUNCTION doorward_tasks_append_only()",
];

const SQLITE: [&str; 3] = [
    "CREATE TRIGGER tasks_audit_no_update BEFORE UPDATE ON tasks_audit \
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER tasks_audit_no_delete BEFORE DELETE ON tasks_audit \
     WHEN OLD.created_at >= unixepoch() - 604800 \
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    // INSERT OR REPLACE deletes without firing the trigger above.
    "CREATE TRIGGER tasks_audit_no_replace BEFORE INSERT ON tasks_audit \
     WHEN EXISTS (SELECT 1 FROM tasks_audit WHERE id = NEW.id) \
     BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
];

//! Archived parts of the audit log. The database still rejects each deletion from the log, except of
//! what an archive contains.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use super::table::{create, table};
use crate::columns::{bytes, number, text, time, time_null};
use crate::migration::execute;

/// The last position of the archive that may contain a position.
const LAST: &str = "(SELECT last_seq FROM audit_archives WHERE first_seq <= {seq} \
                    ORDER BY first_seq DESC LIMIT 1)";
const MESSAGE: &str = "the audit log is append-only";

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let archives = table("audit_archives")
        .col(number("first_seq").primary_key())
        .col(number("last_seq"))
        .col(time("day"))
        .col(bytes("before_hash"))
        .col(bytes("last_hash"))
        .col(number("events"))
        .col(text("file"))
        .col(bytes("sha256"))
        .col(bytes("signature"))
        .col(time("archived_at"))
        .col(time_null("deleted_at"));
    create(tx, [archives]).await?;
    let statements = match tx.get_database_backend() {
        DbBackend::Postgres => on_postgres(),
        _ => on_sqlite(),
    };
    execute(tx, statements).await
}

/// Returns the condition for the deletion of a link, and for that of an event, each with its table.
pub(super) fn conditions() -> [(&'static str, String); 2] {
    let link = format!("OLD.seq <= {}", LAST.replace("{seq}", "OLD.seq"));
    let event = format!(
        "EXISTS (SELECT 1 FROM audit_seals s WHERE s.event_id = OLD.id AND s.seq <= {})",
        LAST.replace("{seq}", "s.seq")
    );
    [("audit_seals", link), ("audit_events", event)]
}

fn on_sqlite() -> Vec<String> {
    let mut statements = Vec::new();
    for (table, condition) in conditions() {
        statements.push(format!("DROP TRIGGER {table}_no_delete"));
        statements.push(format!(
            "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} \
             WHEN COALESCE({condition}, 0) = 0 BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        ));
    }
    statements.push(format!(
        "CREATE TRIGGER audit_archives_no_delete BEFORE DELETE ON audit_archives \
         BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    ));
    statements.push(format!(
        "CREATE TRIGGER audit_archives_no_update BEFORE UPDATE OF first_seq, last_seq, day, before_hash, \
         last_hash, events, file, sha256, signature, archived_at ON audit_archives \
         BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    ));
    statements
}

fn on_postgres() -> Vec<String> {
    let mut statements = Vec::new();
    for (table, condition) in conditions() {
        statements.push(format!(
            "CREATE FUNCTION doorward_{table}_archived() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN IF TG_OP = 'DELETE' THEN IF {condition} THEN RETURN OLD; END IF; END IF; \
             RAISE EXCEPTION '{MESSAGE}'; END $$"
        ));
        statements.push(format!("DROP TRIGGER {table}_append_only ON {table}"));
        statements.push(format!(
            "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION doorward_{table}_archived()"
        ));
    }
    statements.push(
        "CREATE TRIGGER audit_archives_no_delete BEFORE DELETE ON audit_archives \
         FOR EACH ROW EXECUTE FUNCTION doorward_append_only()"
            .to_owned(),
    );
    statements.push(
        "CREATE TRIGGER audit_archives_no_update BEFORE UPDATE OF first_seq, last_seq, day, before_hash, \
         last_hash, events, file, sha256, signature, archived_at ON audit_archives \
         FOR EACH ROW EXECUTE FUNCTION doorward_append_only()"
            .to_owned(),
    );
    statements
}

//! Monthly reports, and an index of the audit events of each organization.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use super::table::{create, table};
use crate::columns::{text, time};
use crate::migration::execute;

/// The organization of an event, as queries state it. A row that was tampered with has none: an index must
/// not reject it.
const ON_POSTGRES: &str = r#"(CASE WHEN kind = 'organization.changed' THEN subject
 ELSE substring(detail from '"org":"([^"\\]+)"') END)"#;
const ON_SQLITE: &str = r"(CASE WHEN kind = 'organization.changed' THEN subject
 WHEN json_valid(detail) THEN COALESCE(json_extract(detail, '$.org'), json_extract(detail, '$.inputs.org')) END)";

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let reports = table("monthly_reports")
        .col(time("month").primary_key())
        .col(time("counted_at"))
        .col(text("figures"))
        .col(text("apps"));
    create(tx, [reports]).await?;
    let organization = match tx.get_database_backend() {
        DbBackend::Postgres => ON_POSTGRES,
        _ => ON_SQLITE,
    };
    let index = format!(
        "CREATE INDEX ix_audit_events__organization__at ON audit_events ({organization}, at) \
         WHERE {organization} IS NOT NULL"
    );
    execute(tx, [index]).await
}

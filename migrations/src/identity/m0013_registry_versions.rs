//! Versions of the registries that each replica keeps in memory. Triggers count every change, also
//! those of other programs, so that a replica reads one row instead of the registry.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use super::table::{create, table};
use crate::columns::{number, text_key};
use crate::migration::execute;

/// Names of the registries, tables, and the columns of which a change counts.
const COUNTED: [(&str, &str, &str); 4] = [
    ("registries", "scopes", ""),
    ("registries", "resources", ""),
    ("registries", "custom_claims", ""),
    ("domains", "organizations", " OF domain, deleted_at"),
];

const COUNT: &str = "INSERT INTO registry_versions (name, version) VALUES ({name}, 1) \
     ON CONFLICT (name) DO UPDATE SET version = registry_versions.version + 1";

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let versions = table("registry_versions")
        .col(text_key("name"))
        .col(number("version"));
    create(tx, [versions]).await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        let count = COUNT.replace("{name}", "TG_ARGV[0]");
        let function = format!(
            "CREATE FUNCTION doorward_registry_changed() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN {count}; RETURN NULL; END $$"
        );
        execute(tx, [function]).await?;
    }
    for (name, table, columns) in COUNTED {
        count_changes(tx, name, table, columns).await?;
    }
    Ok(())
}

/// Creates the triggers that count the changes of a table, or of these columns of it.
pub(super) async fn count_changes(
    tx: &DatabaseTransaction,
    name: &str,
    table: &str,
    columns: &str,
) -> Result<(), DbErr> {
    for change in ["INSERT", "UPDATE", "DELETE"] {
        let of = if change == "UPDATE" { columns } else { "" };
        let trigger = format!(
            "CREATE TRIGGER {table}_counts_{} AFTER {change}{of} ON {table}",
            change.to_lowercase()
        );
        let statement = if tx.get_database_backend() == DbBackend::Postgres {
            format!(
                "{trigger} FOR EACH STATEMENT \
                 EXECUTE FUNCTION doorward_registry_changed('{name}')"
            )
        } else {
            let count = COUNT.replace("{name}", &format!("'{name}'"));
            format!("{trigger} BEGIN {count}; END")
        };
        execute(tx, [statement]).await?;
    }
    Ok(())
}

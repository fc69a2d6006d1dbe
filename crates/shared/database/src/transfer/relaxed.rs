//! The triggers and foreign keys of the target, absent while its rows are copied.

use sea_orm::{ConnectionTrait as _, DbErr};

use super::error::MoveError;
use super::side::Side;
use super::table::Table;
use crate::copy::DANGLING_REFERENCE;
use crate::error::StoreError;
use crate::sql::quoted;

/// The statements that give an emptied database its triggers and foreign keys back.
pub(super) struct Relaxed {
    restore: Vec<String>,
}

impl Relaxed {
    /// Empties the tables, and removes their triggers and foreign keys for this transaction. An earlier
    /// move may have left rows.
    pub(super) async fn begin(target: &Side, tables: &[Table]) -> Result<Self, DbErr> {
        let mut restore = Vec::new();
        if target.is_postgres {
            let keys = "SELECT quote_ident(conname) || ' ' || pg_get_constraintdef(oid) AS found, \
                        quote_ident(conname) AS name FROM pg_constraint \
                        WHERE contype = 'f' AND conrelid = to_regclass(quote_ident($1))";
            for table in tables {
                let name = table.quoted();
                for key in target.rows(keys, vec![table.name.as_str().into()]).await? {
                    let key_name: String = key.try_get("", "name")?;
                    let definition: String = key.try_get("", "found")?;
                    let drop = format!("ALTER TABLE {name} DROP CONSTRAINT {key_name}");
                    target.tx.execute_unprepared(&drop).await?;
                    restore.push(format!("ALTER TABLE {name} ADD CONSTRAINT {definition}"));
                }
                let disable = format!("ALTER TABLE {name} DISABLE TRIGGER USER");
                target.tx.execute_unprepared(&disable).await?;
                restore.push(format!("ALTER TABLE {name} ENABLE TRIGGER USER"));
            }
            let names: Vec<_> = tables.iter().map(Table::quoted).collect();
            let empty = format!("TRUNCATE {}", names.join(", "));
            target.tx.execute_unprepared(&empty).await?;
            return Ok(Self { restore });
        }
        // The connection does not enforce foreign keys.
        let triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'";
        for trigger in target.rows(triggers, Vec::new()).await? {
            let name: String = trigger.try_get("", "name")?;
            restore.push(trigger.try_get("", "sql")?);
            let drop = format!("DROP TRIGGER {}", quoted(&name));
            target.tx.execute_unprepared(&drop).await?;
        }
        let indexes = "SELECT name AS found FROM sqlite_master \
                       WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'";
        for index in target.texts(indexes, Vec::new()).await? {
            let index = quoted(&index);
            // A trigger maintained the full-text index.
            restore.push(format!("INSERT INTO {index} ({index}) VALUES ('rebuild')"));
        }
        for table in tables {
            let empty = format!("DELETE FROM {}", table.quoted());
            target.tx.execute_unprepared(&empty).await?;
        }
        Ok(Self { restore })
    }

    /// Restores the triggers and foreign keys, and checks all references.
    pub(super) async fn end(self, target: &Side) -> Result<(), MoveError> {
        for statement in self.restore {
            let done = target.tx.execute_unprepared(&statement).await;
            done.map_err(|error| match StoreError::from(error) {
                // The statement names the table and the column.
                StoreError::MissingReference => {
                    MoveError::Dangling(format!("a row refers to a missing one: {statement}"))
                }
                other => other.into(),
            })?;
        }
        if target.is_postgres {
            return Ok(());
        }
        match target.texts(DANGLING_REFERENCE, Vec::new()).await?.pop() {
            Some(found) => Err(MoveError::Dangling(found)),
            None => Ok(()),
        }
    }
}

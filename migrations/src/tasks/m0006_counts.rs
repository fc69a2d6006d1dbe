//! Numbers of tasks, projects and articles of each owner and organization, maintained by the
//! database, so that a quota costs one row and not a count.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use crate::migration::execute;

/// Kind, table, and the column of the owner.
const COUNTED: [(&str, &str, &str); 3] = [
    ("task", "tasks", "owner_subject"),
    ("project", "projects", "owner_subject"),
    ("article", "articles", "author_subject"),
];

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    // `owner` is empty in the row of the organization.
    let table = "CREATE TABLE tasks_counts (kind varchar(16) NOT NULL, \
                 org varchar(255) NOT NULL, owner varchar(255) NOT NULL, total bigint NOT NULL, \
                 PRIMARY KEY (kind, org, owner))";
    execute(tx, [table]).await?;
    match tx.get_database_backend() {
        DbBackend::Postgres => execute(tx, postgres()).await,
        _ => execute(tx, sqlite()).await,
    }
}

fn sqlite() -> Vec<String> {
    let mut all = Vec::new();
    for (kind, table, column) in COUNTED {
        let added = |owner: &str| {
            format!(
                "INSERT INTO tasks_counts (kind, org, owner, total) \
                 VALUES ('{kind}', NEW.org, {owner}, 1) \
                 ON CONFLICT (kind, org, owner) DO UPDATE SET total = total + 1;"
            )
        };
        let removed = |owner: &str| {
            format!(
                "UPDATE tasks_counts SET total = total - 1 \
                 WHERE kind = '{kind}' AND org = OLD.org AND owner = {owner};"
            )
        };
        all.push(format!(
            "CREATE TRIGGER {table}_counts_insert AFTER INSERT ON {table} \
             BEGIN {} {} END",
            added("''"),
            added(&format!("NEW.{column}"))
        ));
        all.push(format!(
            "CREATE TRIGGER {table}_counts_delete AFTER DELETE ON {table} \
             BEGIN {} {} \
             DELETE FROM tasks_counts WHERE kind = '{kind}' AND org = OLD.org \
             AND owner = OLD.{column} AND total <= 0; END",
            removed("''"),
            removed(&format!("OLD.{column}"))
        ));
    }
    all
}

fn postgres() -> Vec<String> {
    let mut all = Vec::new();
    for (kind, table, column) in COUNTED {
        // The row of the organization first: all transactions lock the two in this order.
        all.push(format!(
            "CREATE FUNCTION doorward_{table}_counts() RETURNS trigger \
             LANGUAGE plpgsql AS $$ BEGIN \
             IF TG_OP = 'INSERT' THEN \
             INSERT INTO tasks_counts AS c (kind, org, owner, total) \
             VALUES ('{kind}', NEW.org, '', 1) \
             ON CONFLICT (kind, org, owner) DO UPDATE SET total = c.total + 1; \
             INSERT INTO tasks_counts AS c (kind, org, owner, total) \
             VALUES ('{kind}', NEW.org, NEW.{column}, 1) \
             ON CONFLICT (kind, org, owner) DO UPDATE SET total = c.total + 1; \
             ELSE \
             UPDATE tasks_counts SET total = total - 1 \
             WHERE kind = '{kind}' AND org = OLD.org AND owner = ''; \
             UPDATE tasks_counts SET total = total - 1 \
             WHERE kind = '{kind}' AND org = OLD.org AND owner = OLD.{column}; \
             DELETE FROM tasks_counts WHERE kind = '{kind}' AND org = OLD.org \
             AND owner = OLD.{column} AND total <= 0; \
             END IF; RETURN NULL; END $$"
        ));
        all.push(format!(
            "CREATE TRIGGER {table}_counts AFTER INSERT OR DELETE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION doorward_{table}_counts()"
        ));
    }
    all
}

//! Search index of tasks, projects and articles: a row for each object with its words, which the full-text
//! index of the database finds (FTS5 on SQLite, GIN on PostgreSQL).
//!
//! A new or changed object is marked by a trigger (`words IS NULL`) and indexed in the same
//! transaction; objects of a former release are indexed here and by the cleanup job.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use super::search::{INDEXED, index_pending};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// Number of objects of each kind that one transaction indexes.
const BATCH: u32 = 500;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let statements = match manager.get_database_backend() {
            DbBackend::Postgres => postgres(),
            _ => sqlite(),
        };
        for statement in statements {
            db.execute_unprepared(&statement).await?;
        }
        while index_pending(db, BATCH).await? > 0 {}
        Ok(())
    }

    /// A transaction around all rows would block writers of tasks. Every statement can be repeated.
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

/// Returns the statement that marks the existing objects of a table.
fn mark(kind: &str, table: &str) -> String {
    format!(
        "INSERT INTO tasks_search (object_id, kind) SELECT id, '{kind}' FROM {table} \
         WHERE true ON CONFLICT DO NOTHING"
    )
}

fn sqlite() -> Vec<String> {
    let mut all: Vec<String> = [
        "CREATE TABLE IF NOT EXISTS tasks_search (number INTEGER PRIMARY KEY, \
         object_id BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, words TEXT)",
        "CREATE INDEX IF NOT EXISTS tasks_search_pending ON tasks_search (kind, number) \
         WHERE words IS NULL",
        // The words are alphanumeric: the tokenizer separates them at the spaces.
        "CREATE VIRTUAL TABLE IF NOT EXISTS tasks_search_index USING fts5(words, \
         content = 'tasks_search', content_rowid = 'number', tokenize = 'ascii', detail = none, \
         columnsize = 0)",
        "CREATE TRIGGER IF NOT EXISTS tasks_search_index_insert AFTER INSERT ON tasks_search BEGIN \
         INSERT INTO tasks_search_index (rowid, words) VALUES (NEW.number, NEW.words); END",
        "CREATE TRIGGER IF NOT EXISTS tasks_search_index_delete AFTER DELETE ON tasks_search BEGIN \
         INSERT INTO tasks_search_index (tasks_search_index, rowid, words) \
         VALUES ('delete', OLD.number, OLD.words); END",
        "CREATE TRIGGER IF NOT EXISTS tasks_search_index_update AFTER UPDATE ON tasks_search BEGIN \
         INSERT INTO tasks_search_index (tasks_search_index, rowid, words) \
         VALUES ('delete', OLD.number, OLD.words); \
         INSERT INTO tasks_search_index (rowid, words) VALUES (NEW.number, NEW.words); END",
    ]
    .map(str::to_owned)
    .to_vec();
    for (kind, table, columns) in INDEXED {
        let columns = columns.join(", ");
        all.push(format!(
            "CREATE TRIGGER IF NOT EXISTS {table}_search_insert AFTER INSERT ON {table} BEGIN \
             INSERT INTO tasks_search (object_id, kind) VALUES (NEW.id, '{kind}'); END"
        ));
        all.push(format!(
            "CREATE TRIGGER IF NOT EXISTS {table}_search_update AFTER UPDATE OF {columns} \
             ON {table} BEGIN UPDATE tasks_search SET words = NULL WHERE object_id = NEW.id; END"
        ));
        all.push(format!(
            "CREATE TRIGGER IF NOT EXISTS {table}_search_delete AFTER DELETE ON {table} BEGIN \
             DELETE FROM tasks_search WHERE object_id = OLD.id; END"
        ));
        all.push(mark(kind, table));
    }
    all
}

fn postgres() -> Vec<String> {
    let mut all: Vec<String> = [
        "CREATE TABLE IF NOT EXISTS tasks_search (\
         number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
         object_id uuid NOT NULL UNIQUE, kind varchar(16) NOT NULL, words text)",
        "CREATE INDEX IF NOT EXISTS tasks_search_pending ON tasks_search (kind, number) \
         WHERE words IS NULL",
        "CREATE OR REPLACE FUNCTION doorward_tasks_search() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN \
         IF TG_OP = 'INSERT' THEN \
         INSERT INTO tasks_search (object_id, kind) VALUES (NEW.id, TG_ARGV[0]); \
         ELSIF TG_OP = 'UPDATE' THEN \
         UPDATE tasks_search SET words = NULL WHERE object_id = NEW.id; \
         ELSE DELETE FROM tasks_search WHERE object_id = OLD.id; END IF; \
         RETURN NULL; END $$",
    ]
    .map(str::to_owned)
    .to_vec();
    for (kind, table, columns) in INDEXED {
        let columns = columns.join(", ");
        all.push(format!(
            "CREATE OR REPLACE TRIGGER {table}_search \
             AFTER INSERT OR DELETE OR UPDATE OF {columns} ON {table} \
             FOR EACH ROW EXECUTE FUNCTION doorward_tasks_search('{kind}')"
        ));
        all.push(mark(kind, table));
    }
    // No parser of PostgreSQL: it would split e-mail addresses and file names in other places.
    all.push(
        "CREATE INDEX IF NOT EXISTS tasks_search_words ON tasks_search \
         USING gin (array_to_tsvector(string_to_array(words, ' ')))"
            .to_owned(),
    );
    all
}

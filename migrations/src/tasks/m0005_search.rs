//! Search index of tasks, projects and articles: a row for each object with its words, which the full-text
//! index of the database finds (FTS5 on SQLite, GIN on PostgreSQL).
//!
//! A new or changed object is marked by a trigger (`words IS NULL`) and indexed in the same
//! transaction.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use crate::migration::execute;

/// Tables with indexed texts: kind, table, and their columns.
const INDEXED: [(&str, &str, &str); 3] = [
    ("task", "tasks", "title, description"),
    ("project", "projects", "name"),
    ("article", "articles", "title"),
];

pub(super) async fn up(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    match tx.get_database_backend() {
        DbBackend::Postgres => execute(tx, postgres()).await,
        _ => execute(tx, sqlite()).await,
    }
}

fn sqlite() -> Vec<String> {
    let mut all: Vec<String> = [
        "CREATE TABLE tasks_search (number INTEGER PRIMARY KEY, \
         object_id BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, words TEXT)",
        // The words are alphanumeric: the tokenizer separates them at the spaces.
        "CREATE VIRTUAL TABLE tasks_search_index USING fts5(words, \
         content = 'tasks_search', content_rowid = 'number', tokenize = 'ascii', detail = none, \
         columnsize = 0)",
        "CREATE TRIGGER tasks_search_index_insert AFTER INSERT ON tasks_search BEGIN \
         INSERT INTO tasks_search_index (rowid, words) VALUES (NEW.number, NEW.words); END",
        "CREATE TRIGGER tasks_search_index_delete AFTER DELETE ON tasks_search BEGIN \
         INSERT INTO tasks_search_index (tasks_search_index, rowid, words) \
         VALUES ('delete', OLD.number, OLD.words); END",
        "CREATE TRIGGER tasks_search_index_update AFTER UPDATE ON tasks_search BEGIN \
         INSERT INTO tasks_search_index (tasks_search_index, rowid, words) \
         VALUES ('delete', OLD.number, OLD.words); \
         INSERT INTO tasks_search_index (rowid, words) VALUES (NEW.number, NEW.words); END",
    ]
    .map(str::to_owned)
    .to_vec();
    for (kind, table, columns) in INDEXED {
        all.push(format!(
            "CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN \
             INSERT INTO tasks_search (object_id, kind) VALUES (NEW.id, '{kind}'); END"
        ));
        all.push(format!(
            "CREATE TRIGGER {table}_search_update AFTER UPDATE OF {columns} \
             ON {table} BEGIN UPDATE tasks_search SET words = NULL WHERE object_id = NEW.id; END"
        ));
        all.push(format!(
            "CREATE TRIGGER {table}_search_delete AFTER DELETE ON {table} BEGIN \
             DELETE FROM tasks_search WHERE object_id = OLD.id; END"
        ));
    }
    all
}

fn postgres() -> Vec<String> {
    let mut all: Vec<String> = [
        "CREATE TABLE tasks_search (\
         number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
         object_id uuid NOT NULL UNIQUE, kind varchar(16) NOT NULL, words text)",
        "CREATE FUNCTION doorward_tasks_search() RETURNS trigger LANGUAGE plpgsql AS \
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
        all.push(format!(
            "CREATE TRIGGER {table}_search \
             AFTER INSERT OR DELETE OR UPDATE OF {columns} ON {table} \
             FOR EACH ROW EXECUTE FUNCTION doorward_tasks_search('{kind}')"
        ));
    }
    // No parser of PostgreSQL: it would split e-mail addresses and file names in other places.
    all.push(
        "CREATE INDEX tasks_search_words ON tasks_search \
         USING gin (array_to_tsvector(string_to_array(words, ' ')))"
            .to_owned(),
    );
    all
}

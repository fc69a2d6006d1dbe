//! Search for words in tasks, projects and articles, by the full-text index of the database. All
//! words must match, each also as the beginning of a longer word, without case and accents.

use std::collections::BTreeSet;

use doorward_migrations::tasks::words::{Term, index_text, terms};
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, ConnectionTrait, DbBackend, DbErr, Statement};
use uuid::Uuid;

/// Returns the condition of the organization and the words of a text in objects with this
/// name. A text without words matches nothing.
pub(crate) fn matching(backend: DbBackend, name: &str, org: &str, text: &str) -> Condition {
    let table = format!("{name}s");
    let terms = terms(name, org, text);
    if terms.is_empty() {
        return Condition::all().add(Expr::value(false));
    }
    let (condition, query) = match backend {
        // Materialized, because PostgreSQL might guess that most rows match, and read them in order.
        DbBackend::Postgres => (
            format!(
                "\"{table}\".\"org\" = $1 AND \"{table}\".\"id\" IN (WITH found AS MATERIALIZED \
                 (SELECT object_id FROM tasks_search \
                 WHERE array_to_tsvector(string_to_array(words, ' ')) @@ CAST($2 AS tsquery)) \
                 SELECT object_id FROM found)"
            ),
            query_of(&terms, '\'', ":*", " & "),
        ),
        // SQLite guesses that an organization has fewer rows than the index finds. The `+` excludes the
        // indexes that begin with the organization, so that it reads only the rows found.
        _ => (
            format!(
                "+\"{table}\".\"org\" = ? AND \"{table}\".\"id\" IN (SELECT s.object_id \
                 FROM tasks_search_index \
                 CROSS JOIN tasks_search s ON s.number = tasks_search_index.rowid \
                 WHERE tasks_search_index MATCH ?)"
            ),
            query_of(&terms, '"', "*", " AND "),
        ),
    };
    Condition::all().add(Expr::cust_with_values(condition, [org.to_owned(), query]))
}

/// Returns the query for all terms. Words contain no characters that must be escaped.
fn query_of(terms: &BTreeSet<Term>, quote: char, prefix_mark: &str, and: &str) -> String {
    let terms = terms.iter().map(|term| {
        let mark = if term.is_prefix { prefix_mark } else { "" };
        format!("{quote}{}{quote}{mark}", term.word)
    });
    terms.collect::<Vec<_>>().join(and)
}

/// Indexes the texts of an object, in the transaction that creates or changes them.
pub(crate) async fn index<C: ConnectionTrait>(
    db: &C,
    name: &str,
    org: &str,
    id: Uuid,
    texts: &[&str],
) -> Result<(), DbErr> {
    let words = index_text(name, org, texts);
    let update = Statement::from_sql_and_values(
        db.get_database_backend(),
        "UPDATE tasks_search SET words = $1 WHERE object_id = $2",
        [words.into(), id.into()],
    );
    db.execute_raw(update).await.map(drop)
}

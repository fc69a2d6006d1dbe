//! An empty database for the tests of statements, and their plans on it.

use sea_orm::{ConnectionTrait as _, Statement};

use crate::{Db, OpenOptions};

pub(super) async fn migrated() -> Db {
    let db = Db::open("sqlite::memory:", OpenOptions::default()).await;
    let db = db.unwrap();
    db.migrate().await.unwrap();
    db
}

/// Returns the lines of the plan of a statement.
pub(super) async fn explain(db: &Db, mut statement: Statement) -> Vec<String> {
    statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
    let rows = db.read().query_all_raw(statement).await.unwrap();
    let lines = rows.iter().map(|row| row.try_get_by_index::<String>(3));
    lines.map(Result::unwrap).collect()
}

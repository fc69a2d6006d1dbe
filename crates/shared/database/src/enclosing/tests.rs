use sea_orm::ConnectionTrait as _;

use crate::{Conn, Db, OpenOptions, Parts};

async fn db() -> Db {
    let db = Db::open("sqlite::memory:", OpenOptions::default());
    let db = db.await.unwrap();
    let tx = db.begin_write().await.unwrap();
    tx.execute_unprepared("CREATE TABLE words (word TEXT)")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    db
}

async fn write(db: &Db, word: &str, commits: bool) {
    let tx = db.begin_write().await.unwrap();
    let insert = format!("INSERT INTO words VALUES ('{word}')");
    tx.execute_unprepared(&insert).await.unwrap();
    if commits {
        tx.commit().await.unwrap();
    }
}

async fn words(conn: &Conn) -> Vec<String> {
    let backend = conn.get_database_backend();
    let select = "SELECT word FROM words ORDER BY word";
    let rows = conn.query_all_raw(sea_orm::Statement::from_string(backend, select));
    let rows = rows.await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

#[tokio::test]
async fn commit_keeps_committed_parts() {
    let db = db().await;
    let tx = db.begin_enclosing("test", Parts::Savepoints).await.unwrap();
    write(tx.db(), "kept", true).await;
    write(tx.db(), "dropped", false).await;
    write(tx.db(), "last", true).await;
    let single = tx.db().begin_single_write().unwrap();
    let insert = "INSERT INTO words VALUES ('single')";
    single.execute_unprepared(insert).await.unwrap();
    single.commit().await.unwrap();
    assert_eq!(words(tx.db().read()).await, ["kept", "last", "single"]);
    let writes = db.visible_writes();
    tx.commit().await.unwrap();
    assert_ne!(db.visible_writes(), writes);
    assert_eq!(words(db.read()).await, ["kept", "last", "single"]);
}

#[tokio::test]
async fn rollback_and_drop_keep_nothing() {
    let db = db().await;
    let tx = db.begin_enclosing("test", Parts::Savepoints).await.unwrap();
    write(tx.db(), "a", true).await;
    tx.rollback().await.unwrap();
    let tx = db.begin_enclosing("test", Parts::Savepoints).await.unwrap();
    write(tx.db(), "b", true).await;
    drop(tx);
    write(&db, "c", true).await;
    assert_eq!(words(db.read()).await, ["c"]);
}

#[tokio::test]
async fn copy_in_use_prevents_commit() {
    let db = db().await;
    let tx = db.begin_enclosing("test", Parts::Savepoints).await.unwrap();
    write(tx.db(), "a", true).await;
    let copy = tx.db().clone();
    assert!(tx.commit().await.is_err());
    drop(copy);
    write(&db, "b", true).await;
    assert_eq!(words(db.read()).await, ["b"]);
}

#[tokio::test]
async fn joined_parts_are_kept_together_or_not_at_all() {
    for (word, commits) in [("kept", true), ("lost", false)] {
        let db = db().await;
        let tx = db.begin_enclosing("test", Parts::Joined).await.unwrap();
        write(tx.db(), "first", true).await;
        write(tx.db(), word, commits).await;
        write(tx.db(), "last", true).await;
        assert_eq!(tx.has_lost_part(), !commits);
        assert_eq!(tx.commit().await.is_ok(), commits);
        let kept: &[&str] = if commits {
            &["first", "kept", "last"]
        } else {
            &[]
        };
        assert_eq!(words(db.read()).await, kept);
    }
}

#[tokio::test]
async fn rollback_of_joined_part_loses_all() {
    let db = db().await;
    let tx = db.begin_enclosing("test", Parts::Joined).await.unwrap();
    let part = tx.db().begin_write().await.unwrap();
    part.rollback().await.unwrap();
    assert!(tx.has_lost_part());
    tx.rollback().await.unwrap();
    assert_eq!(words(db.read()).await, [""; 0]);
}

//! A transaction that encloses others: what functions write that begin and commit a transaction each becomes
//! visible together, or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use doorward_domain::boxed;
use sea_orm::{DatabaseTransaction, DbErr};

use super::conn::{Conn, Enclosing, End, Pool, Session, SingleWrites, WriteTx};
use super::database::Db;
use super::group_commit::GroupCommit;
use super::pool_queue::Turn;
use super::visible_writes::VisibleWrites;
use crate::error::{Result, StoreError};

/// The transactions within one that encloses them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parts {
    /// Each is a savepoint, which can be rolled back alone.
    Savepoints,
    /// Each runs in the whole. If one is rolled back or fails, nothing can be committed.
    Joined,
}

/// A write transaction with its own database, whose transactions are parts of it. Dropping it
/// without [`EnclosingTx::commit`] rolls all of them back.
#[derive(Debug)]
pub struct EnclosingTx {
    db: Db,
    tx: Arc<DatabaseTransaction>,
    /// True if a joined part was rolled back.
    has_lost: Arc<AtomicBool>,
    pool: Pool,
    end: End,
    turn: Turn,
}

impl Db {
    /// Begins a transaction like [`Db::begin_exclusive_write`], which encloses those of its
    /// [`EnclosingTx::db`].
    #[boxed]
    pub async fn begin_enclosing(&self, name: &str, parts: Parts) -> Result<EnclosingTx> {
        let WriteTx(conn, end, turn) = self.begin_exclusive_write(name).await?;
        let (session, pool) = conn.into_parts();
        let Session::Transaction(tx) = session else {
            return Err(StoreError::from(DbErr::Custom(
                "a single write cannot enclose others".to_owned(),
            )));
        };
        let tx = Arc::new(tx);
        let session = Session::Enclosed(Arc::clone(&tx));
        let conn = Arc::new(Conn::new(pool.clone(), session));
        let has_lost = Arc::default();
        // Its commits are neither durable nor visible to others before that of the whole.
        let visible = VisibleWrites::default();
        let db = Self {
            read: Arc::clone(&conn),
            reserved: Arc::clone(&conn),
            before_write: conn,
            write: pool.clone(),
            durable: GroupCommit::default(),
            visible: visible.clone(),
            single_writes: SingleWrites::Alone(visible),
            maintenance: None,
            probe: self.probe.clone(),
            enclosing: Some(Enclosing {
                tx: Arc::clone(&tx),
                lock: name.to_owned(),
                joins: (parts == Parts::Joined).then(|| Arc::clone(&has_lost)),
            }),
        };
        Ok(EnclosingTx {
            db,
            tx,
            has_lost,
            pool,
            end,
            turn,
        })
    }
}

impl EnclosingTx {
    /// Returns the database that reads and writes in this transaction, one statement at a time.
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// Returns true if a joined part was rolled back, so that a commit would keep half of it.
    pub fn has_lost_part(&self) -> bool {
        self.has_lost.load(Ordering::Relaxed)
    }

    /// Commits all that was written.
    ///
    /// # Errors
    /// Returns [`StoreError`] like [`WriteTx::commit`], if a copy of the database is still in use, and if a joined
    /// part was rolled back.
    #[boxed]
    pub async fn commit(self) -> Result<()> {
        if self.has_lost_part() {
            let words = "a part of the transaction was rolled back";
            return Err(StoreError::from(DbErr::Custom(words.to_owned())));
        }
        self.into_write()?.commit().await
    }

    /// Rolls all of it back immediately.
    #[boxed]
    pub async fn rollback(self) -> Result<()> {
        self.into_write()?.rollback().await
    }

    fn into_write(self) -> Result<WriteTx> {
        let Self {
            db,
            tx,
            pool,
            end,
            turn,
            ..
        } = self;
        drop(db);
        let tx = Arc::into_inner(tx).ok_or_else(|| {
            StoreError::from(DbErr::Custom(
                "a copy of the database of the transaction is in use".to_owned(),
            ))
        })?;
        Ok(WriteTx(
            Conn::new(pool, Session::Transaction(tx)),
            end,
            turn,
        ))
    }
}

#[cfg(test)]
mod tests;

//! A transaction that encloses others: what functions write that begin and commit a transaction each becomes
//! visible together, or not at all.

use std::sync::Arc;

use doorward_domain::boxed;
use sea_orm::{DatabaseTransaction, DbErr};

use super::conn::{Conn, Enclosing, End, Pool, Session, SingleWrites, WriteTx};
use super::database::Db;
use super::group_commit::GroupCommit;
use super::pool_queue::Turn;
use super::visible_writes::VisibleWrites;
use crate::error::{Result, StoreError};

/// A write transaction with its own database, on which each transaction is a savepoint. Dropping it
/// without [`EnclosingTx::commit`] rolls all of them back.
#[derive(Debug)]
pub struct EnclosingTx {
    db: Db,
    tx: Arc<DatabaseTransaction>,
    pool: Pool,
    end: End,
    turn: Turn,
}

impl Db {
    /// Begins a transaction like [`Db::begin_exclusive_write`], which encloses those of its
    /// [`EnclosingTx::db`].
    #[boxed]
    pub async fn begin_enclosing(&self, name: &str) -> Result<EnclosingTx> {
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
            }),
        };
        Ok(EnclosingTx {
            db,
            tx,
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

    /// Commits all that was written.
    ///
    /// # Errors
    /// Returns [`StoreError`] like [`WriteTx::commit`], and if a copy of the database is still in use.
    #[boxed]
    pub async fn commit(self) -> Result<()> {
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

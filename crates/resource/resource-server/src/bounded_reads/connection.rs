//! Connections of bounded reads, and how the database stops their statements: SQLite by a progress handler,
//! PostgreSQL by `statement_timeout` and `pg_cancel_backend`.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use doorward_handover::Handover;
use doorward_tasks_database::{self as db, StatementDeadline};
use doorward_telemetry::request_metrics::RequestMetrics;
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseExecutor, DbBackend, DbErr, Statement,
    TransactionTrait as _,
};
use tokio::sync::OwnedSemaphorePermit;

use crate::statement_metrics::observe;

/// A pool of one connection, which has the deadline of its statements.
struct Connection {
    db: DatabaseConnection,
    deadline: Arc<StatementDeadline>,
}

pub(super) struct Connections {
    free: Mutex<Vec<Connection>>,
    number: usize,
    /// Other connections, on which PostgreSQL is asked to cancel a statement.
    main: DatabaseConnection,
}

impl Connections {
    pub(super) async fn open(
        url: &str,
        main: &DatabaseConnection,
        number: u32,
        handover: &Handover,
        metrics: &Arc<RequestMetrics>,
    ) -> Result<Self, DbErr> {
        let number = if db::is_memory(url) { 1 } else { number };
        let mut free = Vec::new();
        for _ in 0..number {
            let deadline = Arc::new(StatementDeadline::default());
            let db = if db::is_memory(url) {
                main.clone()
            } else {
                observe(
                    db::connect_bounded(url, &deadline, handover).await?,
                    metrics,
                )
            };
            free.push(Connection { db, deadline });
        }
        Ok(Self {
            number: free.len(),
            free: Mutex::new(free),
            main: main.clone(),
        })
    }

    pub(super) const fn len(&self) -> usize {
        self.number
    }

    fn take(&self) -> Option<Connection> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.pop()
    }

    fn put(&self, connection: Connection) {
        connection.deadline.clear();
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(connection);
    }
}

/// The permits that a read holds: the turn of its user, and a connection.
type Permits = (OwnedSemaphorePermit, OwnedSemaphorePermit);

/// A read that runs. If it is dropped before it finished, its statement is stopped, and the permits
/// are returned when the connection is free again.
pub(super) struct Running {
    connections: Arc<Connections>,
    held: Option<(Connection, Permits)>,
    time: Duration,
    /// Process of PostgreSQL that runs the statement; 0 for none.
    process: AtomicI32,
}

impl Running {
    pub(super) fn start(
        connections: &Arc<Connections>,
        time: Duration,
        permits: Permits,
    ) -> Result<Self, DbErr> {
        let missing = || DbErr::Custom("no connection in spite of a permit".to_owned());
        let connection = connections.take().ok_or_else(missing)?;
        connection.deadline.start(time);
        Ok(Self {
            connections: Arc::clone(connections),
            held: Some((connection, permits)),
            time,
            process: AtomicI32::new(0),
        })
    }

    pub(super) async fn run<T>(
        &self,
        read: impl AsyncFnOnce(&DatabaseExecutor<'_>) -> Result<T, DbErr>,
    ) -> Result<T, DbErr> {
        let Some((connection, _)) = &self.held else {
            return Err(DbErr::Custom("the read has finished".to_owned()));
        };
        if connection.db.get_database_backend() != DbBackend::Postgres {
            return read(&DatabaseExecutor::Connection(&connection.db)).await;
        }
        let tx = connection.db.begin().await?;
        // The value of `set_config` ends with the transaction, as that of `SET LOCAL`.
        let limit = Statement::from_sql_and_values(
            DbBackend::Postgres,
            "SELECT pg_backend_pid(), set_config('statement_timeout', $1, true)",
            [self.time.as_millis().to_string().into()],
        );
        if let Some(row) = tx.query_one_raw(limit).await? {
            self.process
                .store(row.try_get_by_index(0)?, Ordering::Relaxed);
        }
        let result = read(&DatabaseExecutor::Transaction(&tx)).await;
        self.process.store(0, Ordering::Relaxed);
        match result {
            Ok(rows) => tx.commit().await.map(|()| rows),
            Err(cause) => {
                tx.rollback().await?;
                Err(cause)
            }
        }
    }

    /// Returns the connection and the permits: no statement runs.
    pub(super) fn finish(mut self) {
        if let Some((connection, permits)) = self.held.take() {
            self.connections.put(connection);
            drop(permits);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some((connection, permits)) = self.held.take() else {
            return;
        };
        connection.deadline.stop();
        let (connections, process) = (Arc::clone(&self.connections), *self.process.get_mut());
        let recovery = async move {
            if process != 0 {
                cancel(&connections.main, process).await;
            }
            // Waits until the driver has read the end of the stopped statement.
            if let Err(cause) = connection.db.ping().await {
                tracing::warn!(%cause, "connection of a stopped list not yet free");
            }
            connections.put(connection);
            drop(permits);
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(recovery);
        }
    }
}

/// Asks PostgreSQL to cancel the statement of this process. If it cannot, `statement_timeout` does.
async fn cancel(db: &DatabaseConnection, process: i32) {
    let cancel = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT pg_cancel_backend($1)",
        [process.into()],
    );
    if let Err(cause) = db.query_one_raw(cancel).await {
        tracing::warn!(%cause, "statement of a stopped list not cancelled");
    }
}

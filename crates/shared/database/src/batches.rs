//! Single writes to SQLite that run together, and the reads before them (decision 126).
//!
//! The driver changes threads for each call. What waits for the connection runs by one call: equal reads one
//! after the other, and equal writes in one transaction, with one commit. A write that waits alone commits
//! alone. A write may have several statements. If SQLite rejects one of them, the transaction is rolled back,
//! and each of its writes runs alone.

use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use doorward_domain::mutant::{self, Safeguard};
use futures_util::TryStreamExt as _;
use sea_orm::error::ConnAcquireErr;
use sea_orm::metric::Info;
use sea_orm::sea_query::Values;
use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::sqlite::{SqliteQueryResult, SqliteRow};
use sea_orm::sqlx::{self, Either, Executor as _, Sqlite, SqliteConnection, SqlitePool};
use sea_orm::{DbBackend, DbErr, RuntimeErr, SqlxError, Statement};
use sea_query_sqlx::SqlxValues;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::visible_writes::VisibleWrites;

/// Number of statements that may wait, far more than a server has requests. Further ones are rejected.
const WAITING: usize = 4096;

/// Maximum number of equal statements in a call. The driver keeps each number of them compiled.
const TOGETHER: usize = 8;

/// A function that is called after every statement.
pub(super) type Report = Arc<dyn Fn(&Info<'_>) + Send + Sync>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Purpose {
    /// A read whose result is then written.
    Read,
    Write,
}

/// The result of a statement.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub rows: Vec<SqliteRow>,
    pub result: SqliteQueryResult,
}

#[derive(Debug)]
struct Job {
    purpose: Purpose,
    /// The statement, or several in one text.
    statement: Arc<Statement>,
    /// Number of statements in the text.
    count: usize,
    answer: oneshot::Sender<Result<Done, DbErr>>,
    /// The runtime of the caller.
    runtime: Handle,
}

/// The statements that wait for the connection that writes.
#[derive(Clone)]
pub(super) struct Batches {
    queue: Arc<Queue>,
    report: Option<Report>,
}

struct Queue {
    pool: SqlitePool,
    visible: VisibleWrites,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    jobs: Vec<Job>,
    /// True if a task runs jobs; it starts the one for the next.
    is_served: bool,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Batches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Batches")
    }
}

impl Batches {
    /// Creates the queue of a pool with one connection.
    pub(super) fn new(pool: SqlitePool, visible: VisibleWrites) -> Self {
        let queue = Queue {
            pool,
            visible,
            waiting: Mutex::default(),
        };
        Self {
            queue: Arc::new(queue),
            report: None,
        }
    }

    /// Calls `report` after every statement.
    pub(super) fn observed(mut self, report: Report) -> Self {
        self.report = Some(report);
        self
    }

    /// Runs a statement. A write is visible to readers when this returns, and not yet synced.
    ///
    /// # Errors
    /// [`DbErr::ConnectionAcquire`] if the connection is not free in time; then it never runs.
    pub(super) async fn run(&self, purpose: Purpose, statement: Statement) -> Result<Done, DbErr> {
        self.run_text(purpose, statement, 1).await
    }

    /// Runs writes in one transaction.
    pub(super) async fn write_all(&self, statements: Vec<Statement>) -> Result<(), DbErr> {
        let texts: Vec<&str> = statements.iter().map(|it| it.sql.as_str()).collect();
        if statements.len() > 1 && texts.iter().any(|text| has_numbers(text)) {
            let words = "a write of several statements cannot number its parameters";
            return Err(DbErr::Custom(words.to_owned()));
        }
        let (text, count) = (texts.join(";"), texts.len());
        let values = statements.into_iter().filter_map(|it| it.values);
        let values = values.flat_map(|values| values.0).collect();
        let all = Statement {
            sql: text,
            values: Some(Values(values)),
            db_backend: DbBackend::Sqlite,
        };
        if count > 0 {
            self.run_text(Purpose::Write, all, count).await?;
        }
        Ok(())
    }

    async fn run_text(
        &self,
        purpose: Purpose,
        statement: Statement,
        count: usize,
    ) -> Result<Done, DbErr> {
        let began = Instant::now();
        let statement = Arc::new(statement);
        let (answer, answered) = oneshot::channel();
        let is_first = {
            let mut waiting = self.queue.waiting();
            if waiting.jobs.len() >= WAITING {
                return Err(of_pool(SqlxError::PoolTimedOut.into()));
            }
            waiting.jobs.push(Job {
                purpose,
                statement: Arc::clone(&statement),
                count,
                answer,
                runtime: Handle::current(),
            });
            !mem::replace(&mut waiting.is_served, true)
        };
        if is_first {
            self.serve_waiting();
        }
        let ended = |_| Err(of_pool(SqlxError::PoolClosed.into()));
        let outcome = answered.await.unwrap_or_else(ended);
        // Here, because statements are counted for the request of their caller.
        if let Some(report) = &self.report {
            report(&Info {
                elapsed: began.elapsed(),
                statement: &statement,
                failed: outcome.is_err(),
            });
        }
        outcome
    }

    /// Starts a task for what waits: a caller that gives up must not stop the statements of others. Its
    /// runtime is that of a caller that waits for it, because the runtime of a worker of the server ends when
    /// the worker has no requests.
    fn serve_waiting(&self) {
        let mut waiting = self.queue.waiting();
        let next = waiting.jobs.iter().find(|job| !job.answer.is_closed());
        let Some(runtime) = next.map(|job| job.runtime.clone()) else {
            *waiting = Waiting::default();
            return;
        };
        drop(waiting);
        runtime.spawn(Server(Some(self.clone())).serve());
    }

    /// Runs everything that waits, reads first.
    async fn run_waiting(&self) {
        let connection = self.queue.pool.acquire().await;
        let mut jobs = mem::take(&mut self.queue.waiting().jobs);
        // A caller that has given up counts on nothing.
        jobs.retain(|job| !job.answer.is_closed());
        let mut connection = match connection {
            Ok(connection) => Held(Some(connection)),
            Err(error) => {
                let error = of_pool(error.into());
                for job in jobs {
                    let _ = job.answer.send(Err(error.clone()));
                }
                return;
            }
        };
        let Some(open) = &mut connection.0 else {
            return;
        };
        jobs.sort_by(|one, other| {
            let key = |job: &Job| (job.purpose, job.statement.sql.len());
            let order = key(one).cmp(&key(other));
            order.then_with(|| one.statement.sql.cmp(&other.statement.sql))
        });
        let mut jobs = jobs.into_iter().peekable();
        while let Some(first) = jobs.next() {
            let mut equal = vec![first];
            let is_equal = |job: &Job| {
                let first = &equal[0];
                job.purpose == first.purpose
                    && job.statement.sql == first.statement.sql
                    && !has_numbers(&first.statement.sql)
            };
            let mut others = Vec::new();
            while others.len() + 1 < TOGETHER
                && let Some(next) = jobs.next_if(is_equal)
            {
                others.push(next);
            }
            equal.append(&mut others);
            if !self.run_together(open, equal).await {
                tracing::warn!("a transaction of SQLite did not end; its connection is reopened");
                return;
            }
        }
        connection.release();
    }

    /// Runs equal statements by one call, and sends each caller its result. Returns false if a transaction
    /// may still be open, of which later writes would be a part.
    async fn run_together(&self, connection: &mut SqliteConnection, jobs: Vec<Job>) -> bool {
        let writes = jobs[0].purpose == Purpose::Write;
        let _visible = writes.then(|| self.queue.visible.begin());
        let (is_alone, count) = (jobs.len() == 1, jobs[0].count);
        let is_transaction = writes && (!is_alone || count > 1);
        let (mut done, failure) = Self::call(connection, &jobs, is_transaction).await;
        let Some(failure) = failure else {
            let results = done.into_iter().skip(is_transaction.into());
            let results = results.step_by(count);
            for (job, result) in jobs.into_iter().zip(results) {
                let _ = job.answer.send(Ok(result));
            }
            return true;
        };
        // SQLite may have rolled back on its own, at a full disk for example. Then this fails.
        let is_at_rest = !is_transaction || connection.execute("ROLLBACK").await.is_ok();
        // The results are those of `BEGIN` and of all jobs if the commit failed.
        let is_of_all = is_transaction && (done.is_empty() || done.len() > jobs.len() * count);
        if is_alone || is_of_all || !is_at_rest {
            for job in jobs {
                let _ = job.answer.send(Err(failure.clone()));
            }
            return is_at_rest;
        }
        let is_kept = mutant::is_disabled(Safeguard::BatchNeighbours);
        for (index, job) in jobs.into_iter().enumerate() {
            if is_kept && is_transaction && (index + 1) * count < done.len() {
                let _ = job.answer.send(Ok(mem::take(&mut done[index * count + 1])));
                continue;
            }
            let alone = [job];
            let (results, failure) = Self::call(connection, &alone, count > 1).await;
            let is_at_rest =
                failure.is_none() || count == 1 || connection.execute("ROLLBACK").await.is_ok();
            let mut results = results.into_iter().skip((count > 1).into());
            let result = failure.map_or_else(|| Ok(results.next()), Err);
            let [job] = alone;
            let _ = job.answer.send(result.map(Option::unwrap_or_default));
            if !is_at_rest {
                return false;
            }
        }
        true
    }

    /// Runs statements until one fails, and returns the results before it and its error.
    async fn call(
        connection: &mut SqliteConnection,
        jobs: &[Job],
        is_transaction: bool,
    ) -> (Vec<Done>, Option<DbErr>) {
        let equal = jobs.iter().map(|job| job.statement.sql.as_str());
        let (begin, commit) = ("BEGIN IMMEDIATE", "COMMIT");
        let begin = is_transaction.then_some(begin).into_iter();
        let texts: Vec<&str> = begin
            .chain(equal)
            .chain(is_transaction.then_some(commit))
            .collect();
        let values = jobs.iter().filter_map(|job| job.statement.values.as_ref());
        let values = values.flat_map(|values| values.0.iter().cloned()).collect();
        let text = sqlx::AssertSqlSafe(texts.join(";"));
        let query = sqlx::query_with(text, SqlxValues(Values(values)));
        let mut done = Vec::with_capacity(texts.len());
        let mut rows = Vec::new();
        let mut steps = connection.fetch_many(query);
        let failure = loop {
            match steps.try_next().await {
                Ok(Some(Either::Right(row))) => rows.push(row),
                Ok(Some(Either::Left(result))) => {
                    let rows = mem::take(&mut rows);
                    done.push(Done { rows, result });
                }
                Ok(None) => break None,
                Err(error) => {
                    break Some(DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))));
                }
            }
        };
        (done, failure)
    }
}

/// Returns true if parameters have numbers, which would be those of the first of several statements.
fn has_numbers(sql: &str) -> bool {
    sql.contains("$1") || sql.contains("?1")
}

/// The task that runs what waits; `None` when it has.
struct Server(Option<Batches>);

impl Server {
    async fn serve(mut self) {
        if let Some(batches) = &self.0 {
            Box::pin(batches.run_waiting()).await;
        }
        if let Some(batches) = self.0.take() {
            batches.serve_waiting();
        }
    }
}

impl Drop for Server {
    /// Fails what waits if the task ended before: its runtime did.
    fn drop(&mut self) {
        if let Some(batches) = self.0.take() {
            *batches.queue.waiting() = Waiting::default();
        }
    }
}

/// The connection during a call. If the call is given up, its transaction may be open: the connection is
/// closed, which rolls back.
struct Held(Option<PoolConnection<Sqlite>>);

impl Held {
    /// Returns the connection to the pool.
    fn release(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}

/// Returns the error of a statement that has not run.
fn of_pool(error: Arc<SqlxError>) -> DbErr {
    match *error {
        SqlxError::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        SqlxError::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        _ => DbErr::Conn(RuntimeErr::SqlxError(error)),
    }
}

#[cfg(test)]
mod tests;

//! Reads whose cost the caller determines: searches and filtered lists. Each has a deadline at which
//! the database stops, a user runs one at a time, and all together have few connections of their
//! own, so that other requests keep theirs (docs/decisions/0099).

mod connection;
mod turns;

use std::sync::Arc;
use std::time::{Duration, Instant};

use doorward_handover::Handover;
use doorward_telemetry::request_metrics::RequestMetrics;
use sea_orm::{DatabaseConnection, DatabaseExecutor, DbErr};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::{Problem, Result};
use connection::{Connections, Running};
use turns::Turns;

const CONNECTIONS: u32 = 4;
const WAIT: Duration = Duration::from_secs(5);

pub(crate) struct BoundedReads {
    connections: Arc<Connections>,
    free: Arc<Semaphore>,
    turns: Turns,
    deadline: Duration,
}

impl BoundedReads {
    /// Opens the connections. `main` serves an in-memory database, which has a single connection.
    pub(crate) async fn open(
        url: &str,
        main: &DatabaseConnection,
        number: u32,
        (deadline, handover): (Duration, &Handover),
        metrics: &Arc<RequestMetrics>,
    ) -> Result<Self, DbErr> {
        let connections = Connections::open(url, main, number, handover, metrics).await?;
        Ok(Self {
            free: Arc::new(Semaphore::new(connections.len())),
            connections: Arc::new(connections),
            turns: Turns::default(),
            deadline,
        })
    }

    /// Runs `read` when it is the turn of this user. The work in the database ends with it, also if
    /// the caller is gone.
    pub(crate) async fn run<T>(
        &self,
        subject: &str,
        read: impl AsyncFnOnce(&DatabaseExecutor<'_>) -> Result<T, DbErr>,
    ) -> Result<T> {
        let turn = self.turns.take(subject).await.ok_or_else(|| {
            tracing::info!(subject, "list rejected: others of this user are running");
            Problem::one_at_a_time()
        })?;
        let free = self.connection().await?;
        let began = Instant::now();
        let running = Running::start(&self.connections, self.deadline, (turn, free))?;
        match tokio::time::timeout(self.deadline, running.run(read)).await {
            Ok(Ok(rows)) => {
                running.finish();
                Ok(rows)
            }
            Ok(Err(cause)) if began.elapsed() < self.deadline => {
                running.finish();
                Err(cause.into())
            }
            // The statement was stopped, or it is now, when `running` is dropped.
            Ok(Err(_)) | Err(_) => {
                tracing::warn!(
                    subject,
                    deadline_ms = self.deadline.as_millis(),
                    "list stopped at its deadline: the filters select too many rows"
                );
                Err(Problem::too_expensive(self.deadline))
            }
        }
    }

    async fn connection(&self) -> Result<OwnedSemaphorePermit> {
        let free = Arc::clone(&self.free).acquire_owned();
        match tokio::time::timeout(WAIT, free).await {
            Ok(Ok(free)) => Ok(free),
            _ => Err(Problem::unavailable(
                &"all connections for searches and filtered lists are in use",
            )),
        }
    }
}

/// Returns the numbers of connections for bounded reads and for all other statements, of all that
/// the deployment permits.
pub(crate) fn shares(connections: u32) -> (u32, u32) {
    let bounded = (connections / 4).clamp(1, CONNECTIONS);
    (bounded, connections.saturating_sub(bounded).max(1))
}

#[cfg(test)]
mod tests;

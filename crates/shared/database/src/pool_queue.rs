//! A fair queue for the connections of a PostgreSQL pool, with detection of a stalled pool.
//!
//! A busy pool makes progress: a hundred callers that wait for eight connections get them quickly.
//! If every connection of a pool waits for a lock or a heavy statement, the pool stalls, and its
//! callers must get an error within a second. A deadline alone cannot distinguish the two. Each
//! turn is therefore taken here before a connection is requested from the pool, and callers stop
//! waiting if no turn has ended for [`STALL_TIMEOUT`] (decision 67).

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use doorward_handover::{FormerUse, Handover};
use sea_orm::DbErr;
use sea_orm::error::ConnAcquireErr;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Time without progress after which callers get an error. A request may have waited for an earlier
/// turn already and must still get its response within a second.
const STALL_TIMEOUT: Duration = Duration::from_millis(500);

/// The queue of one pool; inactive for SQLite, whose writers wait for one connection that is never
/// occupied for long.
#[derive(Clone, Debug, Default)]
pub(super) struct PoolQueue(Option<Arc<Queue>>);

#[derive(Debug)]
struct Queue {
    free: Arc<Semaphore>,
    /// Maximum wait, even if the pool makes progress.
    max: Duration,
    /// Time when the last turn ended.
    moved: Mutex<Instant>,
    handover: Handover,
}

impl Queue {
    fn moved(&self) -> MutexGuard<'_, Instant> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to take a connection from the pool, until it is dropped.
#[derive(Debug, Default)]
#[must_use]
pub(super) struct Turn {
    _taken: Option<PoolSlot>,
}

#[derive(Debug)]
struct PoolSlot {
    queue: Arc<Queue>,
    since: Instant,
    _former: Option<FormerUse>,
    _free: OwnedSemaphorePermit,
}

impl Drop for PoolSlot {
    fn drop(&mut self) {
        // A turn longer than the maximum wait is not progress: statements that wait for a lock in
        // vain end like this, and the next one waits for the same lock.
        if self.since.elapsed() < self.queue.max {
            *self.queue.moved() = Instant::now();
        }
    }
}

impl PoolQueue {
    /// Creates the queue of a pool with this many connections.
    pub(super) fn on(connections: u32, max: Duration, handover: Handover) -> Self {
        let free = usize::try_from(connections).unwrap_or(Semaphore::MAX_PERMITS);
        Self(Some(Arc::new(Queue {
            free: Arc::new(Semaphore::new(free.min(Semaphore::MAX_PERMITS))),
            max,
            moved: Mutex::new(Instant::now()),
            handover,
        })))
    }

    /// Waits for a turn, first come, first served.
    ///
    /// # Errors
    /// Returns [`DbErr::ConnectionAcquire`] if the pool is stalled, or the wait exceeds its
    /// maximum.
    pub(super) async fn take(&self) -> Result<Turn, DbErr> {
        let Some(queue) = &self.0 else {
            return Ok(Turn { _taken: None });
        };
        let began = Instant::now();
        let mut free = pin!(Arc::clone(&queue.free).acquire_owned());
        loop {
            let moved = *queue.moved();
            let until = (moved.max(began) + STALL_TIMEOUT).min(began + queue.max);
            let Some(time_limit) = until.checked_duration_since(Instant::now()) else {
                return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
            };
            tokio::select! {
                biased;
                free = &mut free => {
                    let closed = |_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed);
                    let taken = PoolSlot {
                        queue: Arc::clone(queue),
                        since: Instant::now(),
                        _former: queue.handover.begin_use(),
                        _free: free.map_err(closed)?,
                    };
                    return Ok(Turn {
                        _taken: Some(taken),
                    });
                }
                () = tokio::time::sleep(time_limit) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;

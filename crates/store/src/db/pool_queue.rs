//! Whose turn it is on the connections of a PostgreSQL pool, and when it is of no use to wait for one.
//!
//! A busy pool moves: a hundred who wait for eight connections have theirs in a moment, and deserve it. A pool
//! whose every connection waits for a lock, or for a heavy statement, stands still, and whoever wants one
//! has to be told so within a second (SECURITY §3.1). A deadline alone cannot tell the two apart. So each
//! turn is taken here, before the pool is asked, and nobody goes on waiting where no turn has
//! ended for a while (decision 67).

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::DbErr;
use sea_orm::error::ConnAcquireErr;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// For how long a pool may stand still before those who wait are told. A request may have had to wait for a
/// turn before this one, and is to be answered within a second all the same.
const STILL: Duration = Duration::from_millis(500);

/// The turns on one pool; on SQLite, whose writers stand in line for one connection, there is nothing to
/// wait for that others hold for long.
#[derive(Clone, Debug, Default)]
pub(super) struct PoolQueue(Option<Arc<Queue>>);

#[derive(Debug)]
struct Queue {
    free: Arc<Semaphore>,
    /// How long anybody waits, even where it moves.
    most: Duration,
    /// When a turn ended last.
    moved: Mutex<Instant>,
}

impl Queue {
    fn moved(&self) -> MutexGuard<'_, Instant> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that may be taken from the pool, until it is dropped.
#[derive(Debug)]
#[must_use]
pub(super) struct Turn {
    _taken: Option<Taken>,
}

#[derive(Debug)]
struct Taken {
    queue: Arc<Queue>,
    since: Instant,
    _free: OwnedSemaphorePermit,
}

impl Drop for Taken {
    fn drop(&mut self) {
        // Whoever had it for longer than anybody waits gives no hope to the others: so end statements that
        // wait for a lock in vain, and the next one waits for it as well.
        if self.since.elapsed() < self.queue.most {
            *self.queue.moved() = Instant::now();
        }
    }
}

impl PoolQueue {
    /// On a pool of so many connections.
    pub(super) fn on(connections: u32, most: Duration) -> Self {
        let free = usize::try_from(connections).unwrap_or(Semaphore::MAX_PERMITS);
        Self(Some(Arc::new(Queue {
            free: Arc::new(Semaphore::new(free.min(Semaphore::MAX_PERMITS))),
            most,
            moved: Mutex::new(Instant::now()),
        })))
    }

    /// Waits for a turn, in order.
    ///
    /// # Errors
    /// [`DbErr::ConnectionAcquire`] when the pool stands still, or others are served for too long.
    pub(super) async fn take(&self) -> Result<Turn, DbErr> {
        let Some(queue) = &self.0 else {
            return Ok(Turn { _taken: None });
        };
        let began = Instant::now();
        let mut free = pin!(Arc::clone(&queue.free).acquire_owned());
        loop {
            let moved = *queue.moved();
            let until = (moved.max(began) + STILL).min(began + queue.most);
            let Some(patience) = until.checked_duration_since(Instant::now()) else {
                return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
            };
            tokio::select! {
                biased;
                free = &mut free => {
                    let closed = |_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed);
                    let taken = Taken {
                        queue: Arc::clone(queue),
                        since: Instant::now(),
                        _free: free.map_err(closed)?,
                    };
                    return Ok(Turn {
                        _taken: Some(taken),
                    });
                }
                () = tokio::time::sleep(patience) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! Whether PostgreSQL is there at all, asked when an answer takes long.
//!
//! A server that is frozen, or behind a network that swallows everything, refuses nothing: a call would wait
//! until the kernel gives up, many minutes later. A call that takes long may also be a lock or a heavy
//! statement, and those deserve their time (`statement_timeout` bounds them). So nobody is cut off by a
//! clock alone: after a while a connection of its own asks for a sign of life, and only where there is
//! none the call ends (decision 67).

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::{DatabaseConnection, DbErr, RuntimeErr};
use tokio::sync::Mutex;

/// After an answer that did not come nobody asks again for so long, so that an outage costs one request in
/// a while its patience, not each of them.
const PAUSE: Duration = Duration::from_millis(500);

/// Watches over the calls to one PostgreSQL; over those to SQLite there is nothing to watch.
#[derive(Clone, Debug, Default)]
pub(super) struct LivenessWatch(Option<Arc<Probe>>);

#[derive(Debug)]
struct Probe {
    /// Connects when it is first used.
    pool: DatabaseConnection,
    /// How long a call may take before somebody asks, and how long the sign of life may take.
    patience: Duration,
    last: Mutex<Option<Seen>>,
}

/// What the last question came to.
#[derive(Clone, Copy, Debug)]
struct Seen {
    at: Instant,
    alive: bool,
}

impl Seen {
    /// Whether it says, of a moment ago, that nobody is there.
    fn is_dead(self, now: Instant) -> bool {
        !self.alive && now.saturating_duration_since(self.at) < PAUSE
    }
}

impl LivenessWatch {
    /// With [`OpenOptions::patience`](super::OpenOptions::patience).
    pub(super) fn over(pool: DatabaseConnection, patience: Duration) -> Self {
        Self(Some(Arc::new(Probe {
            pool,
            patience,
            last: Mutex::new(None),
        })))
    }

    /// Does something with the database.
    ///
    /// # Errors
    /// What the call says, or [`DbErr::Conn`] where it takes long and nobody is there. It may have happened
    /// all the same, as with every connection that is lost.
    pub(super) async fn call<T>(
        &self,
        work: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        let Some(probe) = &self.0 else {
            return work.await;
        };
        if probe.was_dead() {
            return Err(gone());
        }
        let mut work = pin!(work);
        loop {
            tokio::select! {
                // What is done counts, whatever the other one says.
                biased;
                outcome = &mut work => return outcome,
                alive = probe.is_there_after_a_while() => if !alive {
                    return Err(gone());
                }
            }
        }
    }

    /// Closes the connection of its own.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        match &self.0 {
            Some(probe) => probe.pool.close_by_ref().await,
            None => Ok(()),
        }
    }
}

impl Probe {
    /// Whether nobody answered a moment ago. While somebody asks, the call may try.
    fn was_dead(&self) -> bool {
        let last = self.last.try_lock().ok().and_then(|last| *last);
        last.is_some_and(|seen| seen.is_dead(Instant::now()))
    }

    async fn is_there_after_a_while(&self) -> bool {
        tokio::time::sleep(self.patience).await;
        // Whoever waits for the one who asks takes their answer.
        let mut last = self.last.lock().await;
        if let Some(seen) = last.filter(|seen| seen.at.elapsed() < self.patience) {
            return seen.alive;
        }
        let answer = tokio::time::timeout(self.patience, self.pool.ping()).await;
        let alive = matches!(answer, Ok(Ok(())));
        *last = Some(Seen {
            at: Instant::now(),
            alive,
        });
        alive
    }
}

fn gone() -> DbErr {
    let words = "PostgreSQL gives no sign of life";
    DbErr::Conn(RuntimeErr::Internal(words.to_owned()))
}

#[cfg(test)]
mod tests;

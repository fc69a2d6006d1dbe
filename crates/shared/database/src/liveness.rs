//! Liveness checks of PostgreSQL during slow calls.
//!
//! A frozen server, or one behind a network that drops all packets, reports no error: a call would
//! wait until the kernel gives up many minutes later. A slow call may also wait for a lock or run a
//! heavy statement, and must be allowed to finish (`statement_timeout` limits it). Elapsed time
//! alone therefore never ends a call: after a delay, a separate connection pings the server, and
//! the call ends only if there is no response, neither to the ping nor to another call (decision 67).

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as SyncMutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use doorward_handover::session::ends_session;
use doorward_handover::{Handover, HostChoice, Outage};
use sea_orm::{DatabaseConnection, DbErr, RuntimeErr};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::hosts::{outage, sqlstate};

/// Pause between pings after a failed one, so that an outage delays one request per pause by the
/// timeout, not every request; and between two ends of all sessions.
const PAUSE: Duration = Duration::from_millis(500);

/// A liveness check for the calls to one PostgreSQL; inactive for SQLite.
#[derive(Clone, Debug, Default)]
pub(super) struct LivenessWatch(Option<Arc<Probe>>);

/// The last events after which the connections that were open then are not used again.
#[derive(Clone, Debug, Default)]
pub(super) struct LastLoss(Arc<SyncMutex<Losses>>);

#[derive(Debug, Default)]
struct Losses {
    /// Time of the last call that got no response. Its connection may be within a transaction that the
    /// driver does not know, so that it does not return to its pool.
    unanswered: Option<Instant>,
    /// Time of the last error that may be a state of its session. The driver does not say which of the
    /// connections it was.
    ended: Option<Instant>,
}

impl LastLoss {
    fn losses(&self) -> MutexGuard<'_, Losses> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_unanswered(&self) {
        self.losses().unanswered = Some(Instant::now());
    }

    /// Ends the sessions that are open, at most once in a short time: while a database can only be read,
    /// each write fails, and the reads must not need a new connection for each.
    fn end_sessions(&self) {
        let mut losses = self.losses();
        if losses.ended.is_none_or(|at| at.elapsed() >= PAUSE) {
            losses.ended = Some(Instant::now());
        }
    }

    /// Returns true if a connection of this age may be used.
    pub(super) fn admits(&self, age: Duration) -> bool {
        is_opened_after(self.losses().ended, age)
    }

    /// Returns true if a connection of this age may return to its pool.
    pub(super) fn keeps(&self, age: Duration) -> bool {
        is_opened_after(self.losses().unanswered, age) && self.admits(age)
    }
}

fn is_opened_after(event: Option<Instant>, age: Duration) -> bool {
    event.is_none_or(|at| age < at.elapsed())
}

#[derive(Debug)]
struct Probe {
    /// Connects on first use.
    pool: DatabaseConnection,
    /// Duration of a call before the ping, and timeout of the ping.
    time_limit: Duration,
    last: Mutex<Option<LastPing>>,
    /// Number of successful calls.
    responses: AtomicU64,
    handover: Handover,
    choice: HostChoice,
    loss: LastLoss,
}

#[derive(Clone, Copy, Debug)]
struct LastPing {
    at: Instant,
    alive: bool,
}

impl LastPing {
    fn is_marked_down(self, now: Instant) -> bool {
        !self.alive && now.saturating_duration_since(self.at) < PAUSE
    }
}

impl LivenessWatch {
    /// Creates the check with [`OpenOptions::time_limit`](super::OpenOptions::time_limit).
    pub(super) fn new(
        pool: DatabaseConnection,
        time_limit: Duration,
        handover: Handover,
        choice: HostChoice,
        loss: LastLoss,
    ) -> Self {
        Self(Some(Arc::new(Probe {
            pool,
            time_limit,
            last: Mutex::new(None),
            responses: AtomicU64::new(0),
            handover,
            choice,
            loss,
        })))
    }

    /// Runs a database call under the liveness check.
    ///
    /// # Errors
    /// Returns the error of the call, or [`DbErr::Conn`] if it is slow and the server does not
    /// respond. The call may have succeeded nevertheless, as with every lost connection.
    pub(super) async fn call<T>(
        &self,
        work: impl Future<Output = Result<T, DbErr>>,
    ) -> Result<T, DbErr> {
        let Some(probe) = &self.0 else {
            return work.await;
        };
        probe.handover.run(probe.watch(work)).await
    }

    /// Opens all further connections on this runtime; see [`Handover`].
    pub(super) async fn hand_over(&self, runtime: Handle) {
        if let Some(probe) = &self.0 {
            probe.handover.complete(runtime).await;
        }
    }

    /// Returns the host that is used, of several.
    pub(super) fn host(&self) -> Option<String> {
        self.0.as_ref()?.choice.present()
    }

    /// Closes the connection for pings.
    pub(super) async fn close(&self) -> Result<(), DbErr> {
        match &self.0 {
            Some(probe) => probe.pool.close_by_ref().await,
            None => Ok(()),
        }
    }
}

impl Probe {
    async fn watch<T>(&self, work: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let mut work = pin!(work);
        if self.was_down() {
            return Err(connection_lost());
        }
        loop {
            tokio::select! {
                // A finished call takes precedence over the ping.
                biased;
                outcome = &mut work => {
                    match &outcome {
                        Ok(_) => {
                            self.responses.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(error) => self.report(error),
                    }
                    return outcome;
                }
                alive = self.is_there_after_a_while() => if !alive {
                    // Before the call drops its connection, which must not return to the pool.
                    self.loss.set_unanswered();
                    self.choice.report(Outage::Lost);
                    return Err(connection_lost());
                }
            }
        }
    }

    /// Reports an error that another host may cure, or another session.
    fn report(&self, error: &DbErr) {
        if let Some(outage) = outage(error) {
            self.choice.report(outage);
        }
        if sqlstate(error).is_some_and(|code| ends_session(&code)) {
            self.loss.end_sessions();
        }
    }

    /// Returns true if a recent ping failed. During a ping, calls may proceed.
    fn was_down(&self) -> bool {
        let last = self.last.try_lock().ok().and_then(|last| *last);
        last.is_some_and(|seen| seen.is_marked_down(Instant::now()))
    }

    async fn is_there_after_a_while(&self) -> bool {
        tokio::time::sleep(self.time_limit).await;
        // A caller that waited for another caller's ping uses its result.
        let mut last = self.last.lock().await;
        if let Some(seen) = last.filter(|seen| seen.at.elapsed() < self.time_limit) {
            return seen.alive;
        }
        let before = self.responses.load(Ordering::Relaxed);
        // Boxed, because it is rare and some nine kilobytes large, and this future is part of every
        // statement.
        let ping = Box::pin(self.pool.ping());
        let answer = tokio::time::timeout(self.time_limit, ping).await;
        // A busy server may take longer to accept a connection, or have none left, while it executes
        // statements.
        let alive =
            matches!(answer, Ok(Ok(()))) || self.responses.load(Ordering::Relaxed) != before;
        *last = Some(LastPing {
            at: Instant::now(),
            alive,
        });
        alive
    }
}

fn connection_lost() -> DbErr {
    let words = "PostgreSQL gives no sign of life";
    DbErr::Conn(RuntimeErr::Internal(words.to_owned()))
}

#[cfg(test)]
mod tests;

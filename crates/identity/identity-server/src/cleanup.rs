//! Removes expired rows, so that tables contain only live rows. The replica that has the lease does
//! it, in small transactions. A step that fails does not stop the others. Each replica also writes the
//! uses of client secrets that it has recorded.

mod steps;

use doorward_rules::cleanup::BatchSize;
use doorward_store::WriteTx;
use tokio::time::MissedTickBehavior;

use doorward_telemetry::metrics::Metrics;

use crate::lease;
use crate::prelude::*;

/// Interval between two turns.
pub const EVERY: Duration = Duration::from_mins(1);
/// Lease to end expired sessions, delete accounts whose deletion is due, record abandoned sign-ins, and
/// do the work of features.
const ENDS: Lease = Lease("ends", 60 - EARLY);
/// Lease to remove all other expired rows.
const CLEANUP_LEASE: Lease = Lease("sweep", 10 * 60 - EARLY);
/// Seconds by which a lease is shorter than its interval. The previous holder can then renew it
/// after one interval, although the clock counts whole seconds.
const EARLY: i64 = 5;

/// A task for one replica, and the seconds until it may run again.
struct Lease(&'static str, i64);

impl Lease {
    async fn has_lease(&self, core: &Core) -> Result<bool> {
        let Self(name, seconds) = *self;
        Ok(lease::acquire(core, name, seconds).await?.is_some())
    }
}

/// Runs the cleanup until the server stops. A failure is logged; the next lease repeats the work.
#[boxed(?Send)]
pub async fn run(context: Arc<Context>, metrics: Arc<Metrics>) {
    turn_by_turn(&context, &metrics, EVERY).await;
}

async fn turn_by_turn(context: &Context, metrics: &Metrics, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = take(context, metrics).await {
            tracing::warn!(fault = %error, "cleanup failed");
        }
    }
}

/// Runs one turn: ends sessions, deletes accounts and removes expired rows, each if its lease is
/// free. Returns the number of changed rows. The metrics are updated after a failed turn as well.
pub async fn take(context: &Context, metrics: &Metrics) -> Result<u64> {
    let core = &context.core;
    let ended = run_ends(context).await;
    let removed = run_removals(core).await;
    measure(context, metrics).await?;
    Ok(ended? + removed?)
}

async fn run_ends(context: &Context) -> Result<u64> {
    if !ENDS.has_lease(&context.core).await? {
        return Ok(0);
    }
    let mut turn = Turn::new(&context.core);
    Box::pin(steps::run_each_minute(&mut turn, context)).await;
    turn.finish().await
}

async fn run_removals(core: &Core) -> Result<u64> {
    if !CLEANUP_LEASE.has_lease(core).await? {
        return Ok(0);
    }
    run_once(core).await
}

/// Updates the metrics of the deployment: first the one that shows failures of the cleanup.
async fn measure(context: &Context, metrics: &Metrics) -> Result<()> {
    let core = &context.core;
    let overdue = repo::cleanup_steps::list_overdue(core.db.read(), core.now()).await?;
    metrics.cleanup_overdue(overdue.len());
    let undelivered = repo::jobs::undelivered_mail(core.db.read(), core.now()).await?;
    context.delivery.jobs.note_mail(undelivered.is_some());
    metrics.mail_failing(undelivered.is_some());
    let queue = repo::jobs::mail_queue(core.db.read(), core.now()).await?;
    metrics.mail_waiting(
        [
            ("awaited", queue.requested),
            ("notification", queue.notifications),
        ],
        queue.seconds_until_empty(),
    );
    let active = repo::sessions::count_live(core.db.read(), core.now()).await?;
    metrics.sessions(active);
    metrics.redis_up(core.ephemeral_answers().await);
    Ok(())
}

/// Removes expired rows once. Returns their number.
pub async fn run_once(core: &Core) -> Result<u64> {
    let mut turn = Turn::new(core);
    Box::pin(steps::run_each_ten_minutes(&mut turn)).await;
    let removed = turn.finish().await?;
    if let Err(error) = core.db.truncate_log().await {
        tracing::warn!(fault = %error, "the log of the database cannot be truncated");
    }
    Ok(removed)
}

/// The steps of a turn, each of which may fail alone.
struct Turn<'a> {
    core: &'a Core,
    removed: u64,
    outcomes: Vec<(&'static str, bool)>,
}

impl<'a> Turn<'a> {
    const fn new(core: &'a Core) -> Self {
        Self {
            core,
            removed: 0,
            outcomes: Vec::new(),
        }
    }

    /// Runs a step, and records whether it succeeded.
    async fn step(&mut self, name: &'static str, work: impl Future<Output = Result<u64>>) {
        let outcome = work.await;
        if let Err(error) = &outcome {
            tracing::warn!(step = name, fault = %error, "cleanup step failed");
        }
        self.outcomes.push((name, outcome.is_ok()));
        self.removed += outcome.unwrap_or_default();
    }

    /// Runs a step that changes up to a number of rows in each transaction.
    async fn batches(
        &mut self,
        name: &'static str,
        change: impl AsyncFn(&WriteTx, u64) -> Result<u64, StoreError>,
    ) {
        let core = self.core;
        self.step(name, in_batches(core, change)).await;
    }

    /// Writes the outcomes of the steps. Returns the number of changed rows.
    async fn finish(self) -> Result<u64> {
        let tx = self.core.db.begin_write().await?;
        repo::cleanup_steps::record(&tx, &self.outcomes, self.core.now()).await?;
        tx.commit().await?;
        Ok(self.removed)
    }
}

/// Changes rows in small transactions until no more are found. Between two of them others write: the
/// cleanup waits as long as its transaction took.
async fn in_batches(
    core: &Core,
    change: impl AsyncFn(&WriteTx, u64) -> Result<u64, StoreError>,
) -> Result<u64> {
    let (mut size, mut changed) = (BatchSize::default(), 0);
    loop {
        let tx = core.db.begin_write().await?;
        let began = Instant::now();
        let some = change(&tx, size.rows()).await?;
        tx.commit().await?;
        changed += some;
        if some < size.rows() {
            return Ok(changed);
        }
        let took = began.elapsed();
        size = size.after(took);
        tokio::time::sleep(took).await;
    }
}

#[cfg(test)]
mod tests;

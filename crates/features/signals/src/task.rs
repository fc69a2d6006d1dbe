//! The work of each server beside requests: gives signals their positions, wakes waiting polls, and pushes.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use doorward_domain::model::signals::StreamStatus;
use doorward_domain::time::UnixSeconds;
use doorward_services::context::{Context, Core};
use doorward_services::error::Result;
use doorward_store::repo;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::{push, queue};

/// Interval while receivers wait for signals.
const SOON: Duration = Duration::from_millis(100);
/// Interval without receivers: the time of a signal is at most that later than its change.
const USUAL: Duration = Duration::from_secs(1);
/// Age of signals after which they are deleted, in seconds. The newest remain.
const RETENTION: i64 = 24 * 60 * 60;
/// Number of signals that are kept: more than a queue may have.
const KEPT: u64 = 2 * queue::LIMIT;
/// Time without a poll after which a stream ends, in seconds.
pub const INACTIVITY: i64 = 3_600;
const PORTION: u64 = 1_000;
/// Interval in which the lag of the streams is measured.
const MEASURED: Duration = Duration::from_mins(1);
const PAGE: u64 = 500;

/// The newest position, which waiting polls watch.
#[derive(Debug)]
pub struct Tail {
    head: watch::Sender<i64>,
    polls: AtomicUsize,
    is_closed: AtomicBool,
}

impl Default for Tail {
    fn default() -> Self {
        Self {
            head: watch::channel(0).0,
            polls: AtomicUsize::new(0),
            is_closed: AtomicBool::new(false),
        }
    }
}

impl Tail {
    /// Ends the waiting polls: the server stops.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
        self.head.send_modify(|_| {});
    }
}

/// A poll that waits. While there is one, the server reads the newest position ten times a second.
#[derive(Debug)]
struct Waiting(Arc<Tail>);

/// Waits until there are signals after this position, the server stops, or the time has passed. Returns true if the
/// server stops.
pub async fn wait(context: &Context, after: i64, limit: Duration) -> bool {
    let end = Instant::now() + limit;
    loop {
        // Again each second: values of features are forgotten with the caches.
        let waiting = Waiting(context.parts.get::<Tail>());
        let tail = &waiting.0;
        tail.polls.fetch_add(1, Ordering::Relaxed);
        let left = end.saturating_duration_since(Instant::now());
        let is_over = || tail.is_closed.load(Ordering::Relaxed);
        let mut head = tail.head.subscribe();
        let later = head.wait_for(|head| *head > after || is_over());
        let is_woken = tokio::time::timeout(left.min(USUAL), later).await.is_ok();
        if is_woken || left <= USUAL {
            return is_over();
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.polls.fetch_sub(1, Ordering::Relaxed);
    }
}

pub async fn run(context: Arc<Context>) {
    let mut pushes = JoinSet::new();
    let mut busy = HashSet::new();
    let mut listed = Instant::now();
    let mut has_pushes = true;
    let mut measured = None::<Instant>;
    loop {
        if measured.is_none_or(|at| at.elapsed() >= MEASURED) {
            measured = Some(Instant::now());
            measure(&context).await.unwrap_or_else(warn);
        }
        let tail = context.parts.get::<Tail>();
        let before = *tail.head.borrow();
        match read_head(&context.core).await {
            Ok(head) => {
                tail.head.send_if_modified(|known| {
                    let is_new = *known != head;
                    *known = head;
                    is_new
                });
                let is_new = head != before;
                if has_pushes && (is_new || listed.elapsed() >= USUAL) {
                    listed = Instant::now();
                    let begun = push::begin(&context, head, &mut pushes, &mut busy).await;
                    has_pushes = begun.unwrap_or_else(warn) > 0;
                } else if listed.elapsed() >= 5 * USUAL {
                    has_pushes = true;
                }
            }
            Err(error) => warn(error),
        }
        while let Some(ended) = pushes.try_join_next() {
            busy.remove(&ended.unwrap_or_default());
        }
        let is_awaited = has_pushes || tail.polls.load(Ordering::Relaxed) > 0;
        tokio::time::sleep(if is_awaited { SOON } else { USUAL }).await;
    }
}

fn warn<T: Default>(error: impl std::fmt::Display) -> T {
    tracing::warn!(%error, "signals cannot be read");
    T::default()
}

/// Updates the metric of the latest streams, by method.
async fn measure(context: &Context) -> Result<()> {
    let core = &context.core;
    // A copy pushes nothing (`push::begin`), and its receivers poll the original: no receiver waits.
    if core.state.is_copy() {
        return Ok(());
    }
    let read = core.db.read();
    let (mut positions, mut last) = ([None::<i64>; 2], None::<String>);
    loop {
        let page = repo::signal_streams::list(read, last.as_deref(), PAGE).await?;
        let is_last = (page.len() as u64) < PAGE;
        last = page.last().map(|stream| stream.id.clone());
        let enabled = page.iter();
        for stream in enabled.filter(|one| one.settings.status == StreamStatus::Enabled) {
            let lowest = &mut positions[usize::from(stream.is_push())];
            *lowest = Some(lowest.map_or(stream.position, |known| known.min(stream.position)));
        }
        if is_last {
            break;
        }
    }
    for (method, position) in ["poll", "push"].into_iter().zip(positions) {
        let waiting = match position {
            Some(position) => repo::signals::list(read, position, 1).await?,
            None => Vec::new(),
        };
        let oldest = waiting.first().map(|signal| signal.at);
        let seconds = oldest.map_or(0, |at| (core.now() - at).max(0));
        context
            .limits
            .attempts
            .metrics()
            .signal_streams(method, seconds);
    }
    Ok(())
}

/// Gives waiting signals their positions, and returns the newest one.
async fn read_head(core: &Core) -> Result<i64> {
    while repo::signals::is_waiting(core.db.read()).await? {
        let tx = core.db.begin_write().await?;
        let has_more = repo::signals::number(&tx, core.now()).await?;
        tx.commit().await?;
        if !has_more {
            break;
        }
    }
    Ok(queue::head(core.db.read()).await?)
}

/// Deletes old signals and unused streams. Returns their number.
pub async fn clean(core: &Core) -> Result<u64> {
    let now: UnixSeconds = core.now();
    let life = core.config.tokens.lifetimes().longest_access();
    let before = now - life.max(RETENTION);
    let mut deleted = 0;
    loop {
        let tx = core.db.begin_write().await?;
        let signals = repo::signals::purge(&tx, before, KEPT, PORTION).await?;
        let since = now - INACTIVITY;
        let streams = repo::signal_streams::purge_unused(&tx, since, PORTION).await?;
        tx.commit().await?;
        deleted += signals + streams;
        if signals < PORTION && streams < PORTION {
            return Ok(deleted);
        }
    }
}

//! Streams of the audit log to other systems: sealed events in the order of the chain, each of them at
//! least once.

use doorward_config::audit::AuditStreams;
use doorward_domain::model::AuditRecord;
use doorward_rules::audit_chain::ChainLink;
use doorward_rules::audit_stream::{AuditStream, StreamName, retry_wait};
use doorward_store::{Db, StoreError};

use crate::prelude::*;

/// Maximum number of links that one attempt sends.
const BATCH: u64 = 500;

/// The next links of a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    /// Their events, in the order of the chain.
    pub events: Vec<(ChainLink, AuditRecord)>,
    /// The position of the last link, which may have no event.
    pub last: i64,
}

/// The part of the chain that a stream has not sent.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct StreamLag {
    /// The number of links.
    pub events: i64,
    /// The age of the oldest event, in seconds.
    pub seconds: i64,
}

/// A configured stream and its progress.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamStatus {
    pub name: StreamName,
    /// The path, the address or the URL.
    pub target: String,
    /// The progress; none before its first start.
    pub stream: Option<AuditStream>,
    pub lag: StreamLag,
}

/// Returns a stream with its position. A new one begins at the end of the chain, or at its beginning if
/// that is configured.
pub async fn begin(
    db: &Db,
    name: StreamName,
    config: &AuditStreams,
) -> Result<AuditStream, StoreError> {
    if let Some(stream) = repo::audit_streams::find(db.read(), name).await? {
        return Ok(stream);
    }
    let position = if config.begins_at_start() {
        0
    } else {
        last_position(db).await?
    };
    let stream = AuditStream {
        name,
        position,
        sent_at: None,
        failures: 0,
        retry_at: None,
        last_error: None,
    };
    let tx = db.begin_write().await?;
    repo::audit_streams::insert(&tx, &stream).await?;
    tx.commit().await?;
    // Another process may have been faster.
    let stored = repo::audit_streams::find(db.read(), name).await?;
    Ok(stored.unwrap_or(stream))
}

async fn last_position(db: &Db) -> Result<i64, StoreError> {
    let last = repo::audit_chain::last(db.read()).await?;
    Ok(last.map_or(0, |last| last.seq))
}

/// Returns how much a stream has not sent.
pub async fn lag(db: &Db, stream: &AuditStream, now: UnixSeconds) -> Result<StreamLag, StoreError> {
    let events = last_position(db).await? - stream.position;
    if events <= 0 {
        return Ok(StreamLag::default());
    }
    // The first link of a day has no event.
    let next = repo::audit_chain::links(db.read(), stream.position, 2).await?;
    let oldest = next.iter().find_map(|(_, event)| event.as_ref());
    let seconds = oldest.map_or(0, |event| Ord::max(now - event.at, 0));
    Ok(StreamLag { events, seconds })
}

/// Returns the next links of a stream; `None` if it has sent all of them.
pub async fn next_batch(db: &Db, stream: &AuditStream) -> Result<Option<Batch>, StoreError> {
    let links = repo::audit_chain::links(db.read(), stream.position, BATCH).await?;
    let Some(last) = links.last().map(|(link, _)| link.seq) else {
        return Ok(None);
    };
    let events = links.into_iter();
    let events = events.filter_map(|(link, event)| Some((link, event?)));
    Ok(Some(Batch {
        events: events.collect(),
        last,
    }))
}

/// Stores the position after a batch. Returns false if another process has moved the stream.
pub async fn record_sent(
    db: &Db,
    stream: &AuditStream,
    last: i64,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let tx = db.begin_write().await?;
    let is_moved = repo::audit_streams::advance(&tx, stream, last, now).await?;
    tx.commit().await?;
    Ok(is_moved)
}

/// Stores a failed attempt, after which all processes wait.
pub async fn record_failure(
    db: &Db,
    stream: &AuditStream,
    problem: &str,
    now: UnixSeconds,
) -> Result<(), StoreError> {
    let retry_at = now + retry_wait(stream.failures.saturating_add(1));
    let tx = db.begin_write().await?;
    repo::audit_streams::fail(&tx, stream, problem, retry_at).await?;
    tx.commit().await
}

/// Returns each configured stream with its progress.
#[boxed]
pub async fn status(
    db: &Db,
    config: &AuditStreams,
    now: UnixSeconds,
) -> Result<Vec<StreamStatus>, StoreError> {
    let mut found = Vec::new();
    for (name, target) in config.targets() {
        let stream = repo::audit_streams::find(db.read(), name).await?;
        let lag = match &stream {
            Some(stream) => lag(db, stream, now).await?,
            None => StreamLag::default(),
        };
        found.push(StreamStatus {
            name,
            target,
            stream,
            lag,
        });
    }
    Ok(found)
}

/// Returns a configured stream that has not sent the links up to this position.
#[boxed]
pub async fn first_behind(
    db: &Db,
    config: &AuditStreams,
    seq: i64,
) -> Result<Option<StreamName>, StoreError> {
    for (name, _) in config.targets() {
        let stream = repo::audit_streams::find(db.read(), name).await?;
        let is_behind = stream.map_or(config.begins_at_start(), |stream| stream.position < seq);
        if is_behind {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

//! The audit log's chain: events are written in the transactions of what they speak of, and get
//! their place in the chain afterwards, a batch at a time, by one process at a time. To make the
//! chain inside those transactions would let no two of them run at once.

use std::sync::Arc;
use std::time::Duration;

use doorward_domain::model::AuditRecord;
use doorward_domain::rules::audit_chain::{self, ChainKey, ChainReport, ChainVerifier, LinkHash};
use doorward_domain::time::Clock;
use doorward_store::{Db, StoreError, repo};

use crate::audit_anchor;
use crate::state::State;

/// How many events get their place in one transaction.
const BATCH: u64 = 500;
/// The time between two looks.
const EVERY: Duration = Duration::from_secs(2);
/// How many events outside the chain are named.
const NAMED: u64 = 100;

/// Seals until the server stops. What one process cannot do, the next look or another process does.
pub async fn forever(state: Arc<State>) {
    // A file that is missing is missed only where something was sealed before.
    let mut checked = watch(&state).await;
    loop {
        if let Err(error) = checked {
            tracing::warn!(%error, "audit head cannot be checked");
        }
        let counted = |events: &[AuditRecord]| state.metrics.events(events);
        let sealed = seal(&state.db, state.clock.as_ref(), &state.audit_key, counted);
        if let Err(error) = sealed.await {
            tracing::warn!(%error, "audit events cannot be sealed");
        }
        checked = watch(&state).await;
        tokio::time::sleep(EVERY).await;
    }
}

async fn watch(state: &State) -> Result<(), StoreError> {
    let now = state.clock.now();
    audit_anchor::watch(&state.audit_anchor, &state.db, now, &state.metrics).await
}

/// Gives every event that waits its place; says how many, and tells of each once it has it. The end of each day is logged, so that
/// it is known outside the database too.
///
/// # Errors
/// When the store cannot be read or written.
pub async fn seal(
    db: &Db,
    clock: &dyn Clock,
    key: &ChainKey,
    tell: impl Fn(&[AuditRecord]),
) -> Result<u64, StoreError> {
    let mut sealed = 0;
    while repo::audit_chain::is_behind(db.read()).await? {
        let tx = db.begin_write().await?;
        repo::audit_chain::lock(&tx).await?;
        let last = repo::audit_chain::last(&tx).await?;
        let events = repo::audit_chain::waiting(&tx, BATCH).await?;
        if events.is_empty() {
            // Another process was faster, or what waits is not there: verification tells.
            break;
        }
        let seals = audit_chain::seal(key, last.as_ref(), &events, clock.now());
        repo::audit_chain::append(&tx, &seals).await?;
        tx.commit().await?;
        tell(&events);
        sealed += events.len() as u64;
        if let Some(head) = seals.last() {
            tracing::info!(seq = head.seq, hash = %head.hash, "audit head sealed");
        }
        if let (Some(last), Some(first)) = (last, seals.first())
            && first.event.is_none()
        {
            tracing::info!(seq = last.seq, head = %last.hash, "the audit log's day has ended");
        }
    }
    Ok(sealed)
}

/// Goes along the whole chain; `heads` were written down earlier.
///
/// # Errors
/// When the store cannot be read.
pub async fn verify(
    db: &Db,
    key: &ChainKey,
    heads: impl IntoIterator<Item = LinkHash>,
) -> Result<ChainReport, StoreError> {
    let mut verifier = ChainVerifier::new(key, heads);
    // From below the first place on, where nothing may stand.
    let mut after = i64::MIN;
    loop {
        let links = repo::audit_chain::links(db.read(), after, BATCH).await?;
        let Some((last, _)) = links.last() else { break };
        after = last.seq;
        for (seal, record) in &links {
            verifier.push(seal, record.as_ref());
        }
    }
    for event in repo::audit_chain::strays(db.read(), NAMED).await? {
        verifier.stray(event);
    }
    for event in repo::audit_chain::lost(db.read(), NAMED).await? {
        verifier.lost(event);
    }
    let waiting = repo::audit_chain::count_waiting(db.read()).await?;
    Ok(verifier.finish(waiting))
}

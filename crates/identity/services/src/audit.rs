//! The audit log's chain. Events are written in the transactions that they describe, and linked to
//! the chain afterwards: linking them in those transactions would serialize all of them.

use doorward_domain::model::AuditRecord;
use doorward_rules::audit_chain::{self, ChainKey, ChainReport, ChainVerifier, LinkHash};
use doorward_store::{Db, StoreError};

use crate::attempts::{self, AttemptLog};
use crate::audit_anchor::{self, AuditAnchor};
use crate::audit_archive::{self, ArchiveFiles, BREAK};
use crate::breaks::Breaks;
use crate::issued_tokens::{self, IssuedTokens};
use crate::prelude::*;
use crate::sign_in_metrics;

/// Maximum number of events that one transaction links, or a verification reads with their links.
const BATCH: u64 = 200;
const EVERY: Duration = Duration::from_secs(2);
/// Maximum number of events outside the chain that a verification names.
const NAMED: u64 = 100;
/// Number of events that a verification looks up in the chain at once.
const PORTION: u64 = 10_000;

/// The inputs of the task that links the events of a running server.
#[derive(Clone, Debug)]
pub struct Sealing {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub random: Random,
    pub key: ChainKey,
    /// The head of the chain outside the database.
    pub anchor: Arc<AuditAnchor>,
    pub attempts: Arc<AttemptLog>,
    pub issued: Arc<IssuedTokens>,
    pub metrics: Arc<Metrics>,
}

impl Sealing {
    async fn watch(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        audit_anchor::watch(&self.anchor, &self.db, &self.key, now, &self.metrics).await
    }

    /// Writes the waiting sign-in attempts and numbers of issued tokens.
    #[boxed]
    pub async fn write_waiting(&self) {
        if let Err(error) = attempts::write(&self.db, &self.attempts).await {
            tracing::warn!(%error, "sign-in attempts cannot be written");
        }
        if let Err(error) = issued_tokens::write(&self.db, &self.issued).await {
            tracing::warn!(%error, "numbers of issued tokens cannot be written");
        }
    }
}

/// Links events and writes sign-in attempts until the server stops. After a failure, the next run or another process continues.
#[boxed]
pub async fn run(sealing: Sealing) {
    // A missing head file only matters if events were linked before.
    let mut checked = sealing.watch().await;
    loop {
        if let Err(error) = checked {
            tracing::warn!(%error, "audit head cannot be checked");
        }
        let counted = |events: &[AuditRecord]| sign_in_metrics::count(&sealing.metrics, events);
        let source = (sealing.clock.as_ref(), &sealing.random);
        let sealed = seal(&sealing.db, source, &sealing.key, counted);
        if let Err(error) = sealed.await {
            tracing::warn!(%error, "audit events cannot be sealed");
        }
        sealing.write_waiting().await;
        checked = sealing.watch().await;
        tokio::time::sleep(EVERY).await;
    }
}

/// Links all waiting events to the chain, counts them for the statistics, and passes each batch to
/// `publish` after its commit. Logs heads, so that they are known outside the database too.
pub async fn seal(
    db: &Db,
    (clock, random): (&dyn Clock, &Random),
    key: &ChainKey,
    publish: impl Fn(&[AuditRecord]),
) -> Result<u64, StoreError> {
    let mut sealed = 0;
    while repo::audit_chain::is_behind(db.read()).await? {
        let tx = db.begin_write().await?;
        repo::audit_chain::lock(&tx).await?;
        let key = key.with_ends(&repo::kept_keys::list_chain_ends(&tx).await?);
        let last = repo::audit_chain::last(&tx).await?;
        if !key.may_append(last.as_ref().map_or(0, |last| last.seq) + 1) {
            tracing::error!("audit events wait: this process has only a former secret key");
            break;
        }
        let events = repo::audit_chain::waiting(&tx, BATCH).await?;
        if events.is_empty() {
            // Another process was faster, or the waiting event does not exist; verification reports
            // that.
            break;
        }
        let seals = audit_chain::seal(&key, last.as_ref(), &events, clock.now(), &mut random.rng());
        repo::stats::count_events(&tx, &events).await?;
        repo::audit_chain::append(&tx, &seals).await?;
        tx.commit().await?;
        publish(&events);
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

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VerifyProgress {
    /// The links up to this position are verified.
    Links(i64),
    /// This number of events was looked up in the chain.
    Events(u64),
}

/// Verifies the whole chain in portions, and reports each to `progress`; `heads` were recorded earlier.
/// Reads the files of its archives if they are given, and otherwise continues after them.
pub async fn verify(
    db: &Db,
    key: &ChainKey,
    heads: impl IntoIterator<Item = LinkHash>,
    archives: Option<&dyn ArchiveFiles>,
    mut progress: impl FnMut(VerifyProgress),
) -> Result<ChainReport, StoreError> {
    let heads: Vec<LinkHash> = heads.into_iter().collect();
    loop {
        let before = repo::audit_archives::last(db.read()).await?;
        let report = verify_once(db, key, &heads, archives, &mut progress).await?;
        // A day that was archived in the meantime looks like a gap.
        if report.is_intact() || repo::audit_archives::last(db.read()).await? == before {
            return Ok(report);
        }
    }
}

async fn verify_once(
    db: &Db,
    key: &ChainKey,
    heads: &[LinkHash],
    archives: Option<&dyn ArchiveFiles>,
    mut progress: impl FnMut(VerifyProgress),
) -> Result<ChainReport, StoreError> {
    let mut verifier = ChainVerifier::new(key, heads.iter().copied());
    let read = |seq| progress(VerifyProgress::Links(seq));
    let archived = audit_archive::verify(db, key, archives, &mut verifier, read).await?;
    // Starts below the first sequence number, where there must be no links.
    let mut after = i64::MIN;
    let mut breaks = Breaks::start(BREAK);
    loop {
        let links = repo::audit_chain::links(db.read(), after, BATCH).await?;
        let Some((last, _)) = links.last() else { break };
        after = last.seq;
        // Rows of an archive that are not deleted yet are those of its file.
        let part = links.iter();
        for (seal, record) in part.filter(|(seal, _)| !(1..=archived).contains(&seal.seq)) {
            verifier.push(seal, record.as_ref());
        }
        progress(VerifyProgress::Links(after));
        breaks.take().await;
    }
    let (mut position, mut read) = (None, 0);
    loop {
        let part = repo::audit_chain::strays(db.read(), position, PORTION, NAMED).await?;
        part.found
            .into_iter()
            .for_each(|event| verifier.stray(event));
        let Some(last) = part.next else { break };
        position = Some(last);
        read += PORTION;
        progress(VerifyProgress::Events(read));
        breaks.take().await;
    }
    let mut number = None;
    loop {
        let part = repo::audit_chain::list_missing(db.read(), number, PORTION, NAMED).await?;
        for event in part.found {
            verifier.report_missing(event);
        }
        let Some(last) = part.next else { break };
        number = Some(last);
        breaks.take().await;
    }
    let waiting = repo::audit_chain::count_waiting(db.read()).await?;
    Ok(verifier.finish(waiting))
}

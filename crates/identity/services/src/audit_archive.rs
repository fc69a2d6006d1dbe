//! Archives of the audit log: whole days are written to files, and their rows deleted from the
//! database in batches.

use std::io::{self, BufRead, Read as _, Write};

use doorward_domain::model::AuditRecord;
use doorward_rules::audit_archive::{ArchiveLine, AuditArchive, FORMAT};
use doorward_rules::audit_chain::{ChainKey, ChainLink, ChainVerifier, ChainViolation, LinkHash};
use doorward_store::{Db, StoreError};
use sha2::{Digest as _, Sha256};

use crate::breaks::Breaks;
use crate::prelude::*;

/// Maximum number of links that one statement reads, or one transaction deletes.
const BATCH: u64 = 200;
/// Length of a break after each batch, in multiples of the time that the batch took.
pub const BREAK: u32 = 1;
const DAY: i64 = 24 * 60 * 60;
/// Maximum length of a line, in bytes.
const MAX_LINE: u64 = 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The links of the database do not verify.
    #[error("the audit log is damaged, so nothing more is archived: {0}")]
    Broken(String),
    /// A file differs from the record of its archive.
    #[error("{0}")]
    Damaged(&'static str),
}

/// A day of the chain that is not archived yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    pub first_seq: i64,
    pub last_seq: i64,
    /// The first second of the day (UTC).
    pub day: UnixSeconds,
    /// The hash of the link before it.
    pub before: LinkHash,
}

/// Access to the files of archives.
pub trait ArchiveFiles: Sync {
    /// Opens the uncompressed content of a file.
    fn open(&self, archive: &AuditArchive) -> io::Result<Box<dyn BufRead + Send>>;
}

/// Returns the next day that is not archived and ended before `until`. The last day of the chain is
/// never one: the next link needs its hash.
pub async fn next_segment(db: &Db, until: UnixSeconds) -> Result<Option<Segment>, ArchiveError> {
    let conn = db.read();
    let last = repo::audit_archives::last(conn).await?;
    let (from, before) = last.map_or((1, LinkHash::START), |archive| {
        (archive.last_seq + 1, archive.last_hash)
    });
    let Some(first) = repo::audit_archives::first_link(conn, from).await? else {
        return Ok(None);
    };
    if first.day + DAY > until {
        return Ok(None);
    }
    let next = repo::audit_archives::first_link_after_day(conn, first.seq, first.day).await?;
    let Some(next) = next else { return Ok(None) };
    if first.seq != from {
        let gap = ChainViolation::Gap {
            from,
            to: first.seq - 1,
        };
        return Err(ArchiveError::Broken(gap.to_string()));
    }
    Ok(Some(Segment {
        first_seq: from,
        last_seq: next.seq - 1,
        day: first.day,
        before,
    }))
}

/// Lines that are written and hashed.
struct Lines<'a> {
    out: &'a mut (dyn Write + Send),
    hash: Sha256,
}

impl Lines<'_> {
    fn write(&mut self, line: &ArchiveLine) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.hash.update(&text);
        self.out.write_all(&text)
    }

    fn digest(&self) -> LinkHash {
        LinkHash::from_array(self.hash.clone().finalize().into())
    }
}

/// Writes a day to a file, and verifies its links meanwhile. Returns the signed record of the archive.
pub async fn write_segment(
    db: &Db,
    key: &ChainKey,
    segment: &Segment,
    (file, now): (&str, UnixSeconds),
    out: &mut (dyn Write + Send),
) -> Result<AuditArchive, ArchiveError> {
    let mut lines = Lines {
        out,
        hash: Sha256::new(),
    };
    lines.write(&ArchiveLine::Head {
        format: FORMAT.to_owned(),
        first_seq: segment.first_seq,
        before_hash: segment.before.to_string(),
    })?;
    let mut verifier = ChainVerifier::new(key, None);
    if segment.first_seq > 1 {
        let before = segment.first_seq - 1;
        verifier.resume(ChainLink::without_event(
            before,
            segment.day,
            segment.before,
        ));
    }
    let (mut after, mut events, mut last_hash) = (segment.first_seq - 1, 0, segment.before);
    let mut breaks = Breaks::start(BREAK);
    while after < segment.last_seq {
        let links = repo::audit_chain::links(db.read(), after, BATCH).await?;
        let part = links.iter();
        let part = part.take_while(|(link, _)| link.seq <= segment.last_seq);
        let before = after;
        for (link, event) in part {
            verifier.push(link, event.as_ref());
            lines.write(&ArchiveLine::of_link(link, event.as_ref()))?;
            events += u64::from(event.is_some());
            (after, last_hash) = (link.seq, link.hash);
        }
        if after == before {
            let gap = ChainViolation::Gap {
                from: after + 1,
                to: segment.last_seq,
            };
            verifier.report(gap);
            break;
        }
        breaks.take().await;
    }
    let report = verifier.finish(0);
    if !report.is_intact() {
        let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        return Err(ArchiveError::Broken(findings.join("; ")));
    }
    let archive = AuditArchive {
        first_seq: segment.first_seq,
        last_seq: segment.last_seq,
        day: segment.day,
        before_hash: segment.before,
        last_hash,
        events,
        file: file.to_owned(),
        sha256: lines.digest(),
        signature: LinkHash::START,
        archived_at: now,
        deleted_at: None,
    };
    let archive = archive.signed(key);
    lines.write(&ArchiveLine::End {
        last_seq: archive.last_seq,
        last_hash: archive.last_hash.to_string(),
        events: archive.events,
        sha256: archive.sha256.to_string(),
        signature: archive.signature.to_string(),
        archived_at: archive.archived_at,
    })?;
    Ok(archive)
}

/// Reads the file of an archive, and passes each link with its event to `each`.
///
/// # Errors
/// Returns [`ArchiveError::Damaged`] if the file is not the one of the archive. Then what was passed on
/// does not count.
pub async fn read_file(
    mut input: impl BufRead,
    archive: &AuditArchive,
    mut each: impl FnMut(&ChainLink, Option<&AuditRecord>),
) -> Result<(), ArchiveError> {
    let mut hash = Sha256::new();
    let mut text = Vec::new();
    let mut is_first = true;
    let (mut breaks, mut lines) = (Breaks::start(BREAK), 0);
    loop {
        text.clear();
        input.by_ref().take(MAX_LINE).read_until(b'\n', &mut text)?;
        let Ok(line) = serde_json::from_slice::<ArchiveLine>(&text) else {
            return Err(ArchiveError::Damaged(if text.is_empty() {
                "the file ends early"
            } else {
                "the file has a line that is none of an archive"
            }));
        };
        match line {
            ArchiveLine::Head {
                format, first_seq, ..
            } if is_first && format == FORMAT && first_seq == archive.first_seq => {}
            ArchiveLine::Head { .. } => {
                return Err(ArchiveError::Damaged("the file is that of another archive"));
            }
            ArchiveLine::End { .. } => break,
            line @ ArchiveLine::Link { .. } => {
                let link = line.into_link().filter(|_| !is_first);
                let link = link.ok_or(ArchiveError::Damaged("the file has a malformed link"))?;
                each(&link.0, link.1.as_ref());
            }
        }
        is_first = false;
        hash.update(&text);
        lines += 1;
        if lines % BATCH == 0 {
            breaks.take().await;
        }
    }
    text.clear();
    let is_longer = input.take(1).read_until(b'\n', &mut text)? > 0;
    let found = LinkHash::from_array(hash.finalize().into());
    if is_longer || found != archive.sha256 {
        return Err(ArchiveError::Damaged("the file was changed"));
    }
    Ok(())
}

/// Verifies the archives in the order of the chain, with their files if they are given. Returns the
/// position of the last archived link.
pub(super) async fn verify(
    db: &Db,
    key: &ChainKey,
    files: Option<&dyn ArchiveFiles>,
    verifier: &mut ChainVerifier<'_>,
    mut progress: impl FnMut(i64),
) -> Result<i64, StoreError> {
    let (mut last_seq, mut last_hash) = (0, LinkHash::START);
    let mut after = 0;
    loop {
        let page = repo::audit_archives::list(db.read(), after, BATCH).await?;
        let Some(last) = page.last() else {
            return Ok(last_seq);
        };
        after = last.first_seq;
        for archive in &page {
            let (from, to) = (archive.first_seq, archive.last_seq);
            let continues = from > last_seq + 1 || archive.before_hash == last_hash;
            if !archive.is_genuine(key) || from <= last_seq || !continues {
                // If its links were deleted, the next one leaves a gap.
                verifier.report(ChainViolation::ArchiveForged { from, to });
                continue;
            }
            if from > last_seq + 1 {
                let (from, to) = (last_seq + 1, from - 1);
                verifier.report(ChainViolation::Gap { from, to });
                verifier.resume(archive.link_before());
            }
            if let Some(files) = files {
                let each = |link: &ChainLink, event: Option<&AuditRecord>| {
                    verifier.push(link, event);
                };
                let read = match files.open(archive) {
                    Ok(input) => read_file(input, archive, each).await,
                    Err(error) => Err(error.into()),
                };
                if let Err(problem) = read {
                    verifier.report(ChainViolation::ArchiveUnreadable {
                        file: archive.file.clone(),
                        from,
                        to,
                        problem: problem.to_string(),
                    });
                }
            }
            verifier.resume(archive.last_link());
            (last_seq, last_hash) = (to, archive.last_hash);
            progress(to);
        }
    }
}

/// Deletes the rows of all archives in batches, and passes the number of links of each batch to
/// `progress`. Continues a deletion that was interrupted.
pub async fn delete_archived(
    db: &Db,
    key: &ChainKey,
    clock: &dyn Clock,
    mut progress: impl FnMut(u64),
) -> Result<(), ArchiveError> {
    let mut breaks = Breaks::start(BREAK);
    for archive in repo::audit_archives::list_undeleted(db.read(), BATCH).await? {
        if !archive.is_genuine(key) {
            let (from, to) = (archive.first_seq, archive.last_seq);
            let forged = ChainViolation::ArchiveForged { from, to };
            return Err(ArchiveError::Broken(forged.to_string()));
        }
        loop {
            let tx = db.begin_write().await?;
            let deleted = repo::audit_archives::delete_rows(&tx, &archive, BATCH).await?;
            if deleted == 0 {
                repo::audit_archives::set_deleted(&tx, archive.first_seq, clock.now()).await?;
                tx.commit().await?;
                break;
            }
            tx.commit().await?;
            progress(deleted);
            breaks.take().await;
        }
    }
    Ok(())
}

/// Returns true if a holder of the key has archived the link at this position.
pub async fn is_archived(db: &Db, key: &ChainKey, seq: i64) -> Result<bool, StoreError> {
    let Some(archive) = repo::audit_archives::covering(db.read(), seq).await? else {
        return Ok(false);
    };
    // A part of the chain may have ended since this process has read its keys.
    let key = key.with_ends(&repo::kept_keys::list_chain_ends(db.read()).await?);
    Ok(archive.is_genuine(&key))
}

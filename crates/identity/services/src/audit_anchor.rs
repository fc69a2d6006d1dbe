//! The anchor of the audit log: its last head, kept outside the database in a file, in the log and
//! as a metric. A server whose table ends before its anchor raises an alarm
//! (docs/decisions/0075-audit-head-outside-the-database.md).

use std::io::{self, Write as _};
use std::sync::{Mutex, MutexGuard};

use doorward_rules::audit_chain::{ChainKey, ChainLink};
use doorward_rules::audit_head::{AuditHead, HeadComparison, compare};
use doorward_store::{Db, StoreError};

use crate::audit_archive;
use crate::blocking;
use crate::prelude::*;

/// Seconds between two log events about a persistent alarm.
const REPEAT: UnixSeconds = 60;

/// The reason to distrust the end of the audit log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alarm {
    /// The table ends before the anchor, or has another link at its position.
    Behind,
    /// The head file cannot be read or written.
    HeadFile,
}

impl Alarm {
    pub const ALL: [Self; 2] = [Self::Behind, Self::HeadFile];

    /// Returns the word in metrics and on `/readyz`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Behind => "behind",
            Self::HeadFile => "head_file",
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum HeadFileError {
    /// The file cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("its content is not a head")]
    Malformed,
}

/// The last head that this process knows, and its file.
#[derive(Debug)]
pub struct AuditAnchor {
    file: Option<PathBuf>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    head: Option<AuditHead>,
    /// True if the file was read and can be written.
    is_read: bool,
    /// True if the file contains `head`.
    is_written: bool,
    /// True if no event was linked at the first check, so that no file is expected.
    is_fresh: bool,
    alarms: Vec<Alarm>,
    told_at: Option<UnixSeconds>,
}

impl AuditAnchor {
    pub fn new(file: Option<PathBuf>) -> Self {
        let known = Mutex::default();
        Self { file, known }
    }

    /// Returns the most severe alarm of the last check.
    pub fn alarm(&self) -> Option<Alarm> {
        self.known().alarms.first().copied()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Compares the table with the anchor: moves the anchor forward, or raises the alarm. The anchor
/// never moves back, and never to a chain that does not contain it.
pub async fn watch(
    anchor: &AuditAnchor,
    db: &Db,
    key: &ChainKey,
    now: UnixSeconds,
    metrics: &Metrics,
) -> Result<(), StoreError> {
    let mut alarms = Vec::new();
    let file_error = load(anchor).await.err();
    let head = anchor.known().head.clone();
    let (state, last) = compare_database(db, key, head.as_ref(), now).await?;
    let mut to_write = None;
    match state {
        HeadComparison::Behind => alarms.push(Alarm::Behind),
        HeadComparison::Grown(grown) => {
            if file_error.is_none() {
                warn_if_missing(anchor, head.as_ref());
            }
            to_write = Some(grown);
        }
        HeadComparison::Reached if !is_written(anchor) => to_write.clone_from(&head),
        HeadComparison::Empty => anchor.known().is_fresh = true,
        HeadComparison::Reached => {}
    }
    let file_error = match (to_write, file_error) {
        (Some(head), None) => store_head(anchor, head).await.err(),
        (Some(head), Some(error)) => {
            // An unreadable file is not replaced; this process continues with the head that it
            // sees.
            anchor.known().head = Some(head);
            Some(error)
        }
        (None, error) => error,
    };
    if file_error.is_some() {
        alarms.push(Alarm::HeadFile);
    }
    let seq = last.as_ref().map_or(0, |last| last.seq);
    let raised = Alarm::ALL.map(|alarm| (alarm.as_str(), alarms.contains(&alarm)));
    metrics.audit_head(seq, &raised);
    log_alarms(anchor, alarms, file_error, last.as_ref(), now);
    Ok(())
}

/// Compares the table with a head. A head whose link was archived counts as reached.
#[boxed]
pub async fn compare_database(
    db: &Db,
    key: &ChainKey,
    head: Option<&AuditHead>,
    now: UnixSeconds,
) -> Result<(HeadComparison, Option<ChainLink>), StoreError> {
    let last = repo::audit_chain::last(db.read()).await?;
    let found = match head {
        Some(head) => match repo::audit_chain::hash_at(db.read(), head.seq).await? {
            None if audit_archive::is_archived(db, key, head.seq).await? => Some(head.hash),
            found => found,
        },
        None => None,
    };
    Ok((compare(head, found, last.as_ref(), now), last))
}

/// Replaces the head file by the last link of a restored database: events after the backup are
/// missing intentionally.
#[boxed]
pub async fn reset_after_restore(
    db: &Db,
    file: &Path,
    now: UnixSeconds,
) -> Result<(), StoreOrFile> {
    let Some(last) = repo::audit_chain::last(db.read()).await? else {
        return match std::fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        };
    };
    let head = AuditHead {
        restored: true,
        ..AuditHead::at_link(&last, now)
    };
    Ok(write(file, &head)?)
}

#[derive(Debug, thiserror::Error)]
pub enum StoreOrFile {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the audit head file cannot be written: {0}")]
    File(#[from] io::Error),
}

/// Reads a head file; returns `None` if there is none.
pub fn read(file: &Path) -> Result<Option<AuditHead>, HeadFileError> {
    match std::fs::read_to_string(file) {
        Ok(text) => AuditHead::parse(&text)
            .map(Some)
            .ok_or(HeadFileError::Malformed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Replaces the file atomically.
fn write(file: &Path, head: &AuditHead) -> io::Result<()> {
    let directory = file.parent().filter(|path| !path.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    let mut draft = file.file_name().unwrap_or_default().to_owned();
    draft.push(format!(".{}.tmp", std::process::id()));
    let draft = directory.join(draft);
    let mut open = std::fs::File::create(&draft)?;
    let written = open
        .write_all(head.to_json().as_bytes())
        .and_then(|()| open.sync_all())
        .and_then(|()| std::fs::rename(&draft, file));
    if written.is_err() {
        // The next check tries again; a temporary file must not remain.
        let _ = std::fs::remove_file(&draft);
    }
    written
}

/// Reads the file once; repeats the attempt until it succeeds.
async fn load(anchor: &AuditAnchor) -> Result<(), HeadFileError> {
    let Some(file) = &anchor.file else {
        return Ok(());
    };
    if anchor.known().is_read {
        return Ok(());
    }
    let path = file.clone();
    let found = blocking::run(move || read(&path)).await??;
    let mut known = anchor.known();
    known.is_read = true;
    if let Some(head) = found {
        known.is_written = true;
        known.head = Some(head);
    }
    Ok(())
}

/// Warns if the chain has links but there was no head file: after it was removed, or its setting changed.
fn warn_if_missing(anchor: &AuditAnchor, head: Option<&AuditHead>) {
    if let (None, Some(file)) = (head, &anchor.file)
        && !anchor.known().is_fresh
    {
        tracing::warn!(file = %file.display(), "audit head file missing: created again");
    }
}

/// Returns true if the file contains the head, or there is no file to write. A deleted file is
/// written again.
fn is_written(anchor: &AuditAnchor) -> bool {
    let Some(file) = &anchor.file else {
        return true;
    };
    let mut known = anchor.known();
    if known.is_written && !file.exists() {
        tracing::warn!(file = %file.display(), "audit head file vanished: written again");
        known.is_written = false;
    }
    known.is_written
}

async fn store_head(anchor: &AuditAnchor, head: AuditHead) -> Result<(), HeadFileError> {
    {
        let mut known = anchor.known();
        known.head = Some(head.clone());
        known.is_written = false;
    }
    if let Some(file) = anchor.file.clone() {
        blocking::run(move || write(&file, &head)).await??;
    }
    anchor.known().is_written = true;
    Ok(())
}

/// Logs an alarm when it begins, once a minute while it lasts, and when it ends.
fn log_alarms(
    anchor: &AuditAnchor,
    alarms: Vec<Alarm>,
    file_error: Option<HeadFileError>,
    last: Option<&ChainLink>,
    now: UnixSeconds,
) {
    let mut known = anchor.known();
    let is_new = alarms != known.alarms;
    let is_due = known
        .told_at
        .is_none_or(|received| now - received >= REPEAT);
    if alarms.is_empty() {
        if is_new {
            tracing::info!("audit alarm ended");
        }
    } else if is_new || is_due {
        known.told_at = Some(now);
        if let (true, Some(head)) = (alarms.contains(&Alarm::Behind), &known.head) {
            tracing::error!(
                alarm = "behind",
                head_seq = head.seq,
                head = %head.hash,
                last_seq = last.map_or(0, |last| last.seq),
                "audit log truncated: its end was removed or replaced"
            );
        }
        if let (Some(error), Some(file)) = (file_error, &anchor.file) {
            let file = file.display();
            tracing::error!(alarm = "head_file", %file, %error, "audit head file failed");
        }
    }
    known.alarms = alarms;
}

//! The anchor of the audit log: its last head, kept outside the database in a file, in the log and
//! as a metric. A server whose table ends before its anchor raises an alarm
//! (docs/decisions/0075-audit-head-outside-the-database.md).

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use doorward_domain::rules::audit_chain::ChainLink;
use doorward_domain::rules::audit_head::{AuditHead, Standing, compare};
use doorward_domain::time::UnixSeconds;
use doorward_store::{Db, StoreError, repo};

use doorward_telemetry::metrics::Metrics;

/// Seconds between two lines about an alarm that lasts.
const REPEAT: UnixSeconds = 60;

/// Why the end of the audit log is in doubt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alarm {
    /// The table ends before the anchor, or has another link in its place.
    Behind,
    /// The head file cannot be read or written.
    HeadFile,
}

impl Alarm {
    /// Every alarm.
    pub const ALL: [Self; 2] = [Self::Behind, Self::HeadFile];

    /// Returns the word in metrics and on `/readyz`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Behind => "behind",
            Self::HeadFile => "head_file",
        }
    }
}

/// A head file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HeadFileError {
    /// The file cannot be read or written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The file holds something else.
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
    /// Whether the file was read, and can be written.
    is_read: bool,
    /// Whether the file holds `head`.
    is_written: bool,
    /// Whether nothing was sealed yet at the first look, so that there is no file to miss.
    is_fresh: bool,
    alarms: Vec<Alarm>,
    told_at: Option<UnixSeconds>,
}

impl AuditAnchor {
    /// Creates the anchor with this head file.
    pub const fn new(file: Option<PathBuf>) -> Self {
        Self {
            file,
            known: Mutex::new(Known {
                head: None,
                is_read: false,
                is_written: false,
                is_fresh: false,
                alarms: Vec::new(),
                told_at: None,
            }),
        }
    }

    /// Returns the gravest alarm of the last look.
    pub fn alarm(&self) -> Option<Alarm> {
        self.known().alarms.first().copied()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Compares the table with the anchor: moves the anchor on, or raises the alarm. The anchor never
/// moves back, and never onto a chain that it does not stand in.
///
/// # Errors
/// When the store cannot be read.
pub async fn watch(
    anchor: &AuditAnchor,
    db: &Db,
    now: UnixSeconds,
    metrics: &Metrics,
) -> Result<(), StoreError> {
    let mut alarms = Vec::new();
    let file_error = read_once(anchor).await.err();
    let head = anchor.known().head.clone();
    let (standing, last) = stand(db, head.as_ref(), now).await?;
    let mut to_write = None;
    match standing {
        Standing::Behind => alarms.push(Alarm::Behind),
        Standing::Grown(grown) => {
            if file_error.is_none() {
                warn_of_missing(anchor, head.as_ref());
            }
            to_write = Some(grown);
        }
        Standing::Reached if !is_written(anchor) => to_write.clone_from(&head),
        Standing::Empty => anchor.known().is_fresh = true,
        Standing::Reached => {}
    }
    let file_error = match (to_write, file_error) {
        (Some(head), None) => keep(anchor, head).await.err(),
        (Some(head), Some(error)) => {
            // What cannot be read is not replaced; this process goes on from what it sees.
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
    tell(anchor, alarms, file_error, last.as_ref(), now);
    Ok(())
}

/// Compares a database with a head.
///
/// # Errors
/// When the store cannot be read.
pub async fn stand(
    db: &Db,
    head: Option<&AuditHead>,
    now: UnixSeconds,
) -> Result<(Standing, Option<ChainLink>), StoreError> {
    let last = repo::audit_chain::last(db.read()).await?;
    let found = match head {
        Some(head) => repo::audit_chain::hash_at(db.read(), head.seq).await?,
        None => None,
    };
    Ok((compare(head, found, last.as_ref(), now), last))
}

/// Begins a head file anew with the last link of a database that was restored: what came after the
/// backup is gone on purpose.
///
/// # Errors
/// When the store cannot be read or the file not be written.
pub async fn begin_after_restore(
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
        ..AuditHead::begin(&last, now)
    };
    Ok(write(file, &head)?)
}

/// The store or the head file failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreOrFile {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The head file.
    #[error("the audit head file cannot be written: {0}")]
    File(#[from] io::Error),
}

/// Reads a head file; `None` if there is none.
///
/// # Errors
/// `HeadFileError`.
pub fn read(file: &Path) -> Result<Option<AuditHead>, HeadFileError> {
    match std::fs::read_to_string(file) {
        Ok(text) => AuditHead::parse(&text)
            .map(Some)
            .ok_or(HeadFileError::Malformed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Replaces the file in one step.
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
        // The next look tries again; a draft must not stay.
        let _ = std::fs::remove_file(&draft);
    }
    written
}

/// Reads the file the first time, and again as long as that fails.
async fn read_once(anchor: &AuditAnchor) -> Result<(), HeadFileError> {
    let Some(file) = &anchor.file else {
        return Ok(());
    };
    if anchor.known().is_read {
        return Ok(());
    }
    let path = file.clone();
    let found = blocking(move || read(&path)).await??;
    let mut known = anchor.known();
    known.is_read = true;
    if let Some(head) = found {
        known.is_written = true;
        known.head = Some(head);
    }
    Ok(())
}

/// Warns when the chain has links and there was no head: the first start of this release, or
/// somebody removed the file.
fn warn_of_missing(anchor: &AuditAnchor, head: Option<&AuditHead>) {
    if let (None, Some(file)) = (head, &anchor.file)
        && !anchor.known().is_fresh
    {
        tracing::warn!(file = %file.display(), "audit head file missing: begun anew");
    }
}

/// Returns true if the file holds the head, or there is none to write. A file that vanished is
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

/// Remembers the head and writes it down.
async fn keep(anchor: &AuditAnchor, head: AuditHead) -> Result<(), HeadFileError> {
    {
        let mut known = anchor.known();
        known.head = Some(head.clone());
        known.is_written = false;
    }
    if let Some(file) = anchor.file.clone() {
        blocking(move || write(&file, &head)).await??;
    }
    anchor.known().is_written = true;
    Ok(())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(io::Error::other)
}

/// Logs an alarm when it begins, once a minute while it lasts, and when it ends.
fn tell(
    anchor: &AuditAnchor,
    alarms: Vec<Alarm>,
    file_error: Option<HeadFileError>,
    last: Option<&ChainLink>,
    now: UnixSeconds,
) {
    let mut known = anchor.known();
    let is_new = alarms != known.alarms;
    let is_due = known.told_at.is_none_or(|told| now - told >= REPEAT);
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
                "audit log truncated: its end was removed or made anew"
            );
        }
        if let (Some(error), Some(file)) = (file_error, &anchor.file) {
            let file = file.display();
            tracing::error!(alarm = "head_file", %file, %error, "audit head file failed");
        }
    }
    known.alarms = alarms;
}

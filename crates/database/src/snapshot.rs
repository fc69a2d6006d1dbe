//! Copies of an SQLite file from before a schema change.

use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use super::database::Db;
use crate::error::{Result, StoreError};

/// The directory of such copies, and their number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshots {
    /// Directory, created if missing.
    pub directory: PathBuf,
    /// Number of newest copies that are kept; at least one.
    pub keep: usize,
}

const DRAFT: &str = "draft";
const SUFFIX: &str = "sqlite";

impl Snapshots {
    /// Copies the database under the name of its last migration. A retry after a failure replaces
    /// the former copy.
    pub(super) async fn create(&self, db: &Db, last: &str) -> Result<PathBuf> {
        let kept = self.directory.join(format!("before-{last}.{SUFFIX}"));
        let unusable = |error: io::Error| {
            let text = kept.display();
            StoreError::Address(format!(
                "no copy can be kept at {text} before migrating ({error}), so nothing was migrated; \
                 make room, or set database.snapshots = 0"
            ))
        };
        let draft = kept.with_extension(format!("{DRAFT}-{}", uuid::Uuid::new_v4().simple()));
        self.draft(&draft).map_err(unusable)?;
        if let Err(error) = db.copy_to(&draft).await {
            let _ = fs::remove_file(&draft);
            return Err(unusable(io::Error::other(error)));
        }
        self.finish(&draft, &kept).map_err(unusable)?;
        Ok(kept)
    }

    /// Creates an empty file, readable by its owner only, for SQLite to write to.
    fn draft(&self, draft: &Path) -> io::Result<()> {
        let mut directory = fs::DirBuilder::new();
        directory.recursive(true);
        let mut file = fs::OpenOptions::new();
        file.write(true).create_new(true);
        #[cfg(unix)]
        {
            std::os::unix::fs::DirBuilderExt::mode(&mut directory, 0o700);
            std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
        }
        directory.create(&self.directory)?;
        file.open(draft).map(drop)
    }

    fn finish(&self, draft: &Path, stored: &Path) -> io::Result<()> {
        fs::File::open(draft)?.sync_all()?;
        fs::rename(draft, stored)?;
        fs::File::open(&self.directory)?.sync_all()?;
        let mut there = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let path = entry?.path();
            if path.extension().is_some_and(|kind| kind == SUFFIX) && path != stored {
                there.push((modified(&path), path));
            }
        }
        there.sort();
        let superfluous = (there.len() + 1).saturating_sub(self.keep.max(1));
        for (_, path) in there.into_iter().take(superfluous) {
            // Another process may have removed it already.
            let _ = fs::remove_file(path);
        }
        Ok(())
    }
}

/// Returns the modification time of a file; if unknown, the file counts as old.
fn modified(path: &Path) -> SystemTime {
    let written = fs::metadata(path).and_then(|found| found.modified());
    written.unwrap_or(SystemTime::UNIX_EPOCH)
}

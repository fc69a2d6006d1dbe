//! Copies of an SQLite file from before a schema change.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

/// The directory of such copies, and their number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshots {
    /// Directory, created if missing.
    pub directory: PathBuf,
    /// Number of newest copies that are kept; at least one.
    pub keep: usize,
}

/// A file for the copy, which has no contents yet.
#[derive(Debug)]
#[must_use]
pub struct Draft<'a> {
    snapshots: &'a Snapshots,
    file: PathBuf,
    stored: PathBuf,
}

const DRAFT: &str = "draft";
const SUFFIX: &str = "sqlite";

impl Snapshots {
    /// Returns the copies in this directory beside an SQLite file; `None` if none are kept.
    pub fn for_file(file: &str, directory: &str, keep: u32) -> Option<Self> {
        let keep = usize::try_from(keep).ok().filter(|keep| *keep > 0)?;
        Some(Self {
            directory: Path::new(file).with_file_name(directory),
            keep,
        })
    }

    /// Begins a copy under the name of the database's last migration. A retry after a failure
    /// replaces the former copy.
    ///
    /// # Errors
    /// Returns an error with a text for the operator if no file can be created.
    pub fn begin(&self, last: &str) -> io::Result<Draft<'_>> {
        let stored = self.directory.join(format!("before-{last}.{SUFFIX}"));
        let file = stored.with_extension(format!("{DRAFT}-{}", uuid::Uuid::new_v4().simple()));
        self.create(&file)
            .map_err(|error| unusable(&stored, &error))?;
        Ok(Draft {
            snapshots: self,
            file,
            stored,
        })
    }

    /// Creates an empty file, readable by its owner only, for SQLite to write to.
    fn create(&self, draft: &Path) -> io::Result<()> {
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

impl Draft<'_> {
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Keeps the copy if it was written, and deletes it otherwise. Returns its path.
    ///
    /// # Errors
    /// Returns an error with a text for the operator if the copy was not written or cannot be kept.
    pub fn finish(
        self,
        written: Result<(), impl Error + Send + Sync + 'static>,
    ) -> io::Result<PathBuf> {
        if let Err(error) = written {
            let _ = fs::remove_file(&self.file);
            return Err(unusable(&self.stored, &error));
        }
        let finished = self.snapshots.finish(&self.file, &self.stored);
        finished.map_err(|error| unusable(&self.stored, &error))?;
        Ok(self.stored)
    }
}

fn unusable(stored: &Path, error: &dyn Error) -> io::Error {
    io::Error::other(format!(
        "no copy can be kept at {} before migrating ({error}), so nothing was migrated; make room, or set \
         database.snapshots = 0",
        stored.display()
    ))
}

/// Returns the modification time of a file; if unknown, the file counts as old.
fn modified(path: &Path) -> SystemTime {
    let written = fs::metadata(path).and_then(|found| found.modified());
    written.unwrap_or(SystemTime::UNIX_EPOCH)
}

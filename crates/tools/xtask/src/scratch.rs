//! The temporary directory of a test run: in memory if there is enough space, because hundreds of
//! databases are created and deleted there.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::run;

/// Directory of Linux for files in memory.
const MEMORY: &str = "/dev/shm";
/// Required free memory in MiB. A run needs less than a tenth of it; containers often have 64 MB in
/// total.
const ROOM_MIB: u64 = 4 * 1024;
const NAME: &str = "doorward-run-";

/// A new directory, removed with everything in it when dropped.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Creates the directory, and deletes those of killed runs.
    pub fn new() -> Result<Self, Failure> {
        let parent = if free_mib(MEMORY).is_some_and(|free| free >= ROOM_MIB) {
            PathBuf::from(MEMORY)
        } else {
            std::env::temp_dir()
        };
        Self::below(&parent)
    }

    /// Creates the directory where files are kept on a disk, and deletes those of killed runs.
    pub fn on_disk() -> Result<Self, Failure> {
        Self::below(&std::env::temp_dir())
    }

    fn below(parent: &Path) -> Result<Self, Failure> {
        remove_orphans(parent);
        let path = parent.join(format!("{NAME}{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    /// Creates a subdirectory.
    pub fn directory(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.0.join(name);
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn free_mib(path: &str) -> Option<u64> {
    let printed = run::output(Command::new("df").args(["--output=avail", "-BM", path])).ok()?;
    let free = printed.lines().last()?.trim().strip_suffix('M')?;
    free.parse().ok()
}

fn remove_orphans(parent: &Path) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(NAME));
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

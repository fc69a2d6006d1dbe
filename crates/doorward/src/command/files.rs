//! Helpers for directories.

use std::path::Path;

/// Returns the directory that contains a file or would contain it.
pub(super) fn directory_of(file: &Path) -> &Path {
    let parent = file.parent().filter(|path| !path.as_os_str().is_empty());
    parent.unwrap_or_else(|| Path::new("."))
}

/// Syncs a directory, so that a rename survives a power failure.
pub(super) fn sync_directory(directory: &Path) -> std::io::Result<()> {
    std::fs::File::open(directory)?.sync_all()
}

//! Directories of files.

use std::path::Path;

/// The directory in which a file is, or will be.
pub(super) fn directory_of(file: &Path) -> &Path {
    let parent = file.parent().filter(|path| !path.as_os_str().is_empty());
    parent.unwrap_or_else(|| Path::new("."))
}

/// Makes a rename survive a power cut.
pub(super) fn sync_directory(directory: &Path) -> std::io::Result<()> {
    std::fs::File::open(directory)?.sync_all()
}

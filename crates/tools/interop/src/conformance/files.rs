//! The files of a run.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::failure::Failure;

/// Writes a file that only its owner may read.
pub(super) fn write(directory: &Path, name: &str, content: &str) -> Result<(), Failure> {
    let path = directory.join(name);
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(&path);
    file.and_then(|mut file| file.write_all(content.as_bytes()))
        .map_err(|error| format!("{}: {error}", path.display()))
}

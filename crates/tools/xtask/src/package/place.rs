//! Files and directories, with failures that name them.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::run;

/// Returns a directory of this command below cargo's target directory.
pub fn work(name: &str) -> PathBuf {
    run::target().join("package").join(name)
}

pub fn create(directory: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(directory).map_err(|error| located(directory, &error))
}

/// Creates an empty directory.
pub fn renew(directory: &Path) -> Result<(), Failure> {
    if directory.exists() {
        std::fs::remove_dir_all(directory).map_err(|error| located(directory, &error))?;
    }
    create(directory)
}

pub fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| located(file, &error))
}

pub fn write(file: &Path, content: impl AsRef<[u8]>) -> Result<(), Failure> {
    std::fs::write(file, content).map_err(|error| located(file, &error))
}

/// Copies a file and creates the directory above it.
pub fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    if let Some(directory) = to.parent() {
        create(directory)?;
    }
    std::fs::copy(from, to)
        .map(|_| ())
        .map_err(|error| located(from, &error))
}

/// Copies a file as [`copy`], with this mode whatever the umask is.
pub fn add(from: &Path, to: &Path, mode: u32) -> Result<(), Failure> {
    copy(from, to)?;
    set_mode(to, mode)
}

/// Writes a file with this mode, and creates the directory above it.
pub fn add_text(file: &Path, text: String, mode: u32) -> Result<(), Failure> {
    if let Some(directory) = file.parent() {
        create(directory)?;
    }
    write(file, text)?;
    set_mode(file, mode)
}

fn set_mode(file: &Path, mode: u32) -> Result<(), Failure> {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode))
        .map_err(|error| located(file, &error))
}

/// Returns the command of GNU tar, which macOS has under another name if it is installed.
pub fn tar() -> Command {
    let name = ["gtar", "tar"]
        .into_iter()
        .find(|name| run::find(name).is_some());
    Command::new(name.unwrap_or("tar"))
}

/// Returns the sorted names in a directory.
pub fn names(directory: &Path) -> Result<Vec<String>, Failure> {
    let entries = std::fs::read_dir(directory).map_err(|error| located(directory, &error))?;
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| located(directory, &error))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

pub fn located(path: &Path, error: &std::io::Error) -> Failure {
    format!("{}: {error}", path.display())
}

//! Access to the file of an SQLite database. SQLite says only that it cannot open a file of another user,
//! and some statements later that it is read-only.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use rustix::io::Errno;
use rustix::process::geteuid;

use crate::error::{Result, StoreError};

/// Endings of the files that SQLite has beside a database.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Checks that this process may write the file, the files beside it, and their directory.
///
/// # Errors
/// Returns [`StoreError::Address`] with the owner, and with what helps.
pub(super) fn check(file: &Path) -> Result<()> {
    let beside = BESIDE.map(|ending| {
        let mut path = file.as_os_str().to_owned();
        path.push(ending);
        PathBuf::from(path)
    });
    let directory = file.parent().filter(|path| !path.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    let all = [
        (file, Access::READ_OK | Access::WRITE_OK),
        (&beside[0], Access::READ_OK | Access::WRITE_OK),
        (&beside[1], Access::READ_OK | Access::WRITE_OK),
        (directory, Access::WRITE_OK | Access::EXEC_OK),
    ];
    for (path, needed) in all {
        // A missing file is created, and any other error is that of SQLite.
        if access(path, needed) == Err(Errno::ACCESS) {
            let owner = path.metadata().ok().map(|found| found.uid());
            let text = describe(path, owner, geteuid().as_raw());
            return Err(StoreError::Address(text));
        }
    }
    Ok(())
}

/// Returns the text about a path that a user may not write; `None` for an owner that cannot be read.
fn describe(path: &Path, owner: Option<u32>, user: u32) -> String {
    let path = path.display();
    let start =
        format!("the user with the ID {user} may not write {path}, which the database needs");
    match owner {
        Some(owner) if owner != user => format!(
            "{start}; it belongs to the user with the ID {owner}: run the command as that user, such as \
             with `sudo -u '#{owner}'`, or change the owner with chown"
        ),
        Some(_) => {
            format!("{start}; it belongs to this user: change its permissions with chmod u+rw")
        }
        None => format!(
            "{start}; run the command as the user of the server, or let this user into the directory"
        ),
    }
}

#[cfg(test)]
mod tests;

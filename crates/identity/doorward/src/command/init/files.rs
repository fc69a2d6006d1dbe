//! The files of a new deployment. A file that exists is kept.

use std::fs::{DirBuilder, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _, chown};

use doorward_config::SecretText;
use rustix::fs::{Access, access};
use tempfile::NamedTempFile;

use super::owner::Owner;
use crate::command::backup::{directory_of, sync_directory};
use crate::command::prelude::*;
use crate::secret_input;

/// A file to create.
pub struct NewFile {
    pub path: PathBuf,
    text: SecretText,
    mode: u32,
    owner: Option<Owner>,
}

/// The files that exist, and those to create, in their order.
#[derive(Default)]
pub struct Files {
    pub kept: Vec<PathBuf>,
    pub new: Vec<NewFile>,
}

impl NewFile {
    /// Creates the file with its whole text, or not at all.
    pub fn create(&self) -> Result {
        self.write().map_err(CliError::at(&self.path))
    }

    fn write(&self) -> io::Result<()> {
        let directory = directory_of(&self.path);
        let mut file = NamedTempFile::new_in(directory)?;
        file.write_all(self.text.expose().as_bytes())?;
        let permissions = Permissions::from_mode(self.mode);
        file.as_file().set_permissions(permissions)?;
        if let Some(owner) = self.owner {
            owner.take(file.path())?;
        }
        file.as_file().sync_all()?;
        file.persist_noclobber(&self.path)
            .map_err(|error| error.error)?;
        sync_directory(directory)
    }
}

impl Files {
    /// Adds a file that every user may read.
    pub fn add(&mut self, path: PathBuf, text: String) {
        self.put(path, text, 0o644, None);
    }

    /// Adds a file that only the user of the server may read.
    pub fn add_secret(&mut self, path: PathBuf, text: &str, owner: Option<Owner>) {
        self.put(path, format!("{text}\n"), 0o600, owner);
    }

    /// Adds a secret that was entered. A file with another one is an error, because the
    /// configuration would not have the entered value.
    pub fn add_entered(&mut self, path: PathBuf, text: &str, owner: Option<Owner>) -> Result {
        if path.exists() && secret_input::of_file(&path)? != text {
            return Err(CliError::Conflict(format!(
                "{} exists with another address; move it away, or name it by the option for a file",
                path.display()
            )));
        }
        self.add_secret(path, text, owner);
        Ok(())
    }

    fn put(&mut self, path: PathBuf, text: String, mode: u32, owner: Option<Owner>) {
        if path.exists() {
            self.kept.push(path);
            return;
        }
        let text = SecretText::new(text);
        self.new.push(NewFile {
            path,
            text,
            mode,
            owner,
        });
    }
}

/// Creates a directory with its parents, unless it exists.
pub fn create_directory(path: &Path, mode: u32, uid: Option<u32>, gid: Option<u32>) -> Result {
    if path.is_dir() {
        return Ok(());
    }
    let create = || -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(mode).create(path)?;
        std::fs::set_permissions(path, Permissions::from_mode(mode))?;
        match (uid, gid) {
            (None, None) => Ok(()),
            _ => chown(path, uid, gid),
        }
    };
    create().map_err(CliError::at(path))
}

/// Checks that this process may create files in a directory, which need not exist.
pub fn check_writable(directory: &Path) -> Result {
    let Some(existing) = directory.ancestors().find(|path| path.exists()) else {
        return Ok(());
    };
    access(existing, Access::WRITE_OK).map_err(|error| {
        let path = existing.display();
        CliError::failure(format!(
            "{path}: {error}; run the command as root, or name another directory by --dir"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_is_created_whole_and_never_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret.key");
        let mut files = Files::default();
        files.add_secret(path.clone(), "first", None);
        files.new[0].create().unwrap();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        // Another process created it after the plan.
        assert!(files.new[0].create().is_err());
        let mut again = Files::default();
        again.add_secret(path.clone(), "second", None);
        assert_eq!(again.kept, std::slice::from_ref(&path));
        assert!(again.new.is_empty());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first\n");
        let left = std::fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(left, 1, "no temporary file is left");
    }

    #[test]
    fn other_entered_secret_is_a_conflict() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("smtp.url");
        std::fs::write(&path, "smtps://a:b@localhost\n").unwrap();
        let mut files = Files::default();
        let same = files.add_entered(path.clone(), "smtps://a:b@localhost", None);
        assert!(same.is_ok() && files.kept == [path.clone()]);
        let other = files.add_entered(path, "smtps://a:c@localhost", None);
        assert!(matches!(other, Err(CliError::Conflict(_))));
    }
}

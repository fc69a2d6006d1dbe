//! The system user of the server, who owns its secrets and its database.

use std::fs;
use std::io;
use std::os::unix::fs::chown;

use crate::command::prelude::*;

/// Users of this machine.
const PASSWD: &str = "/etc/passwd";

/// Suffixes of the files of an SQLite database.
const DATABASE_FILES: [&str; 4] = ["", "-wal", "-shm", ".audit-head.json"];

/// A user with the main group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    pub uid: u32,
    pub gid: u32,
}

impl Owner {
    /// Finds the user; `None` if this process cannot give files to other users.
    pub fn find(name: &str) -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let users = fs::read_to_string(PASSWD).map_err(CliError::at(Path::new(PASSWD)))?;
        match lookup(&users, name) {
            Some(owner) => Ok(Some(owner)),
            None => Err(CliError::failure(format!(
                "there is no user {name}; create it with `useradd --system --home-dir /var/lib/doorward --shell \
                 /usr/sbin/nologin {name}`, or name another one by --user"
            ))),
        }
    }

    /// Gives a file to the user.
    pub fn take(self, path: &Path) -> io::Result<()> {
        chown(path, Some(self.uid), Some(self.gid))
    }

    /// Gives a new SQLite database to the user.
    pub fn take_database(self, file: &Path) -> Result {
        for suffix in DATABASE_FILES {
            let mut name = file.as_os_str().to_owned();
            name.push(suffix);
            let path = PathBuf::from(name);
            if path.exists() {
                self.take(&path).map_err(CliError::at(&path))?;
            }
        }
        Ok(())
    }
}

/// Finds a user in the lines of `/etc/passwd`.
fn lookup(users: &str, name: &str) -> Option<Owner> {
    let mut lines = users.lines().map(|line| line.split(':'));
    let mut fields =
        lines.find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?;
    // The password is between name and ID.
    let uid = fields.nth(1)?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(Owner { uid, gid })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_user_by_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\n\
                     doorwarden:x:7:8::/:/bin/false\n\
                     doorward:x:998:997::/var/lib/doorward:/usr/sbin/nologin\n";
        let owner = |uid, gid| Some(Owner { uid, gid });
        assert_eq!(lookup(users, "root"), owner(0, 0));
        assert_eq!(lookup(users, "doorward"), owner(998, 997));
        assert_eq!(lookup(users, "door"), None);
        assert_eq!(lookup("doorward:x:y:997::/:/", "doorward"), None);
    }
}

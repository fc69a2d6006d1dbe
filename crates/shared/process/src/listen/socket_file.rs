//! The file of a Unix socket.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// User and group may connect: the proxy joins the group of the server.
const MODE: u32 = 0o660;

/// The file through which clients reach a Unix socket.
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    inode: u64,
}

impl SocketFile {
    /// Removes the file, so that no client connects any more. The file of a server that has
    /// started at the same path stays.
    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::symlink_metadata(&self.path) {
            Ok(found) if found.ino() == self.inode => fs::remove_file(&self.path),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Binds the socket. Until its mode is set, only the user may connect.
pub(super) fn bind(path: &Path) -> io::Result<(UnixListener, SocketFile)> {
    remove_abandoned(path)?;
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, Permissions::from_mode(MODE))?;
    let file = SocketFile {
        path: path.to_owned(),
        inode: fs::symlink_metadata(path)?.ino(),
    };
    Ok((listener, file))
}

/// Removes the socket of a server that was killed. Any other file stays, and binding fails.
fn remove_abandoned(path: &Path) -> io::Result<()> {
    let is_socket = match fs::symlink_metadata(path) {
        Ok(found) => found.file_type().is_socket(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let refuses = |error: io::Error| error.kind() == ErrorKind::ConnectionRefused;
    if is_socket && UnixStream::connect(path).is_err_and(refuses) {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory that is deleted when dropped.
    struct Directory(PathBuf);

    impl Directory {
        fn new() -> Self {
            let name = format!("doorward-socket-{}", std::process::id());
            let path = std::env::temp_dir().join(name);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn socket_replaces_only_abandoned_one() {
        let directory = Directory::new();
        let path = directory.0.join("d.sock");
        let (listener, file) = bind(&path).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o660);
        let live = bind(&path).map(|_| ()).map_err(|error| error.kind());
        assert_eq!(live, Err(ErrorKind::AddrInUse));
        drop(listener);
        let (_listener, second) = bind(&path).unwrap();
        // The first server does not remove the file of the second one.
        file.remove().unwrap();
        assert!(path.exists());
        second.remove().unwrap();
        assert!(!path.exists());
        second.remove().unwrap();
        fs::write(&path, "a file").unwrap();
        assert!(bind(&path).is_err());
        assert!(path.exists());
    }
}

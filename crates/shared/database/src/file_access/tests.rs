use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::{check, describe};

#[test]
fn foreign_file_is_named_with_remediation() {
    for (owner, words) in [
        (Some(998), ["ID 1001 may not write", "sudo -u '#998'"]),
        (Some(0), ["ID 1001 may not write", "sudo -u '#0'"]),
        (Some(1001), ["belongs to this user", "chmod u+rw"]),
        (None, ["ID 1001 may not write", "user of the server"]),
    ] {
        let text = describe(Path::new("/var/lib/doorward/a.sqlite"), owner, 1001);
        assert!(text.contains("/var/lib/doorward/a.sqlite"), "{text}");
        for word in words {
            assert!(text.contains(word), "{text}");
        }
    }
}

/// The administrator of the machine may write every file, so that this tests nothing as root.
#[test]
fn file_and_directory_without_permission_are_found() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a.sqlite");
    let log = directory.path().join("a.sqlite-wal");
    check(&file).unwrap();
    std::fs::write(&file, "").unwrap();
    std::fs::write(&log, "").unwrap();
    check(&file).unwrap();
    if rustix::process::geteuid().is_root() {
        return;
    }
    for (path, mode, usual) in [
        (file.as_path(), 0o400, 0o600),
        (file.as_path(), 0o000, 0o600),
        (log.as_path(), 0o400, 0o600),
        (directory.path(), 0o500, 0o700),
        (directory.path(), 0o000, 0o700),
    ] {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        let error = check(&file).unwrap_err().to_string();
        std::fs::set_permissions(path, Permissions::from_mode(usual)).unwrap();
        assert!(error.contains("may not write"), "{mode:o}: {error}");
    }
    check(&file).unwrap();
}

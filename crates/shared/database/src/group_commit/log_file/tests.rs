use std::cell::Cell;

use rustix::io::Errno;

use super::*;

#[test]
fn only_postponed_sync_is_repeated() {
    for (error, expected) in [
        (Errno::NOMEM, ATTEMPTS),
        (Errno::AGAIN, ATTEMPTS),
        (Errno::IO, 1),
        (Errno::MFILE, 1),
    ] {
        let calls = Cell::new(0);
        let failing = || {
            calls.set(calls.get() + 1);
            Err(error.into())
        };
        repeat(failing).unwrap_err();
        assert_eq!(calls.get(), expected, "{error}");
    }
    let calls = Cell::new(0);
    let passing = || {
        calls.set(calls.get() + 1);
        if calls.get() < 3 {
            return Err(Errno::NOMEM.into());
        }
        Ok(())
    };
    repeat(passing).unwrap();
    assert_eq!(calls.get(), 3);
}

#[test]
fn descriptor_is_kept_until_file_is_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("one-wal");
    let mut log = LogFile::new(path.clone());
    // The file does not exist yet.
    log.sync().unwrap_err();
    std::fs::write(&path, "a").unwrap();
    log.sync().unwrap();
    let inode = |log: &LogFile| log.open.as_ref().unwrap().metadata().unwrap().ino();
    let first = inode(&log);
    // Another name opens no other file; a process without descriptors can still sync.
    log.sync().unwrap();
    assert_eq!(inode(&log), first);
    let next = directory.path().join("next");
    std::fs::write(&next, "b").unwrap();
    std::fs::rename(&next, &path).unwrap();
    log.sync().unwrap();
    assert_ne!(inode(&log), first);
    assert_eq!(inode(&log), std::fs::metadata(&path).unwrap().ino());
}

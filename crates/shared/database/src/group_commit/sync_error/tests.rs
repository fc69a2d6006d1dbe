use std::io;

use rustix::io::Errno;

use super::{Consequence, Step, SyncError};

/// Every code, and what follows from it. An error that opens the log never means a loss: B1 took one
/// (EMFILE) for a broken disk.
#[test]
fn only_lost_data_means_broken_disk() {
    use Consequence::{Broken, Postponed, Rejected};
    for (error, expected) in [
        (Errno::IO, Broken),
        (Errno::NOSPC, Broken),
        (Errno::DQUOT, Broken),
        (Errno::ROFS, Broken),
        (Errno::NXIO, Broken),
        (Errno::NODEV, Broken),
        (Errno::STALE, Broken),
        (Errno::TIMEDOUT, Broken),
        (Errno::FBIG, Broken),
        (Errno::INTR, Postponed),
        (Errno::AGAIN, Postponed),
        (Errno::NOMEM, Postponed),
        (Errno::NOBUFS, Postponed),
        (Errno::MFILE, Rejected),
        (Errno::NFILE, Rejected),
        (Errno::BADF, Rejected),
        (Errno::ACCESS, Rejected),
        (Errno::PERM, Rejected),
        (Errno::INVAL, Rejected),
        (Errno::NOSYS, Rejected),
    ] {
        let at = |step| SyncError::new(step, error.into()).consequence();
        assert_eq!(at(Step::Sync), expected, "{error}");
        assert_eq!(at(Step::Open), Rejected, "{error}");
    }
    // Without a code nothing is known.
    let unknown = SyncError::new(Step::Sync, io::Error::other("?"));
    assert_eq!(unknown.consequence(), Broken);
}

//! Free space of the disk.

use std::path::Path;

use super::report::{CheckResult, Part};

/// Minimum free space beside an SQLite file, in bytes.
const ROOM: u64 = 256 * 1024 * 1024;

/// Free space below which writes fail, in bytes.
pub const FULL: u64 = 64 * 1024;

/// Checks the free space beside a file. `loss` is a sentence about a server whose disk is full.
pub fn check(file: &str, loss: &str) -> Option<CheckResult> {
    free_beside(Path::new(file)).map(|free| room_line(free, loss))
}

/// Returns the free space of the directory of a file, in bytes.
pub fn free_beside(file: &Path) -> Option<u64> {
    let directory = file.parent().filter(|path| !path.as_os_str().is_empty());
    let found = rustix::fs::statvfs(directory.unwrap_or(Path::new("."))).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

fn room_line(free: u64, loss: &str) -> CheckResult {
    const DISK: Part = Part("disk");
    let kib = free / 1024;
    let seen = format!("{} MiB are free beside the database", kib / 1024);
    if free < FULL {
        let seen = format!("disk full: {kib} KiB are free beside the database");
        DISK.bad(seen, format!("free some space: {loss}"))
    } else if free < ROOM {
        DISK.warning(seen, format!("free some space: without it {loss}"))
    } else {
        DISK.passed(seen)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::doctor::report::CheckStatus;

    #[rstest]
    #[case(300 << 20, CheckStatus::Good)]
    #[case(255 << 20, CheckStatus::Warning)]
    #[case(64 << 10, CheckStatus::Warning)]
    #[case(60 << 10, CheckStatus::Bad)]
    #[case(0, CheckStatus::Bad)]
    fn low_disk_space_is_warning(#[case] free: u64, #[case] health: CheckStatus) {
        assert_eq!(room_line(free, "no user can sign in").health, health);
    }
}

use super::*;

#[test]
fn soft_limit_becomes_hard_limit() {
    for (current, maximum, expected) in [
        // A shell, systemd, and an engine of containers that leaves it open.
        (Some(1024), Some(4096), 4096),
        (Some(1024), Some(524_288), 524_288),
        (Some(1024), Some(1 << 30), ENOUGH),
        (Some(1024), None, ENOUGH),
        (Some(256), Some(256), 256),
        // A higher one is never lowered.
        (Some(1 << 22), Some(1 << 30), 1 << 22),
        (None, None, ENOUGH),
    ] {
        assert_eq!(
            raised(current, maximum),
            expected,
            "{current:?} {maximum:?}"
        );
    }
    let limit = raise_limit().unwrap();
    assert!(
        getrlimit(Resource::Nofile)
            .current
            .is_none_or(|now| now >= limit)
    );
}

/// For each limit and number of workers, all listeners together leave files for the database, Redis, mail
/// and files.
#[test]
fn connections_leave_files_for_others() {
    for limit in [64, 256, 1024, 4096, 65_536, ENOUGH] {
        for workers in [1, 2, 4, 16, 64] {
            let all = |share| workers * for_worker(limit, share, workers, 10_000);
            let redirects = for_worker(limit, Share::Beside, 1, 10_000);
            let used = all(Share::Main) + all(Share::Beside) + redirects;
            if u64::try_from(workers).unwrap() * 8 <= limit {
                let left = limit - u64::try_from(used).unwrap();
                assert!(
                    left >= limit / 4,
                    "{limit} files, {workers} workers: {used} used"
                );
            }
        }
    }
    assert_eq!(for_worker(1024, Share::Main, 2, 10_000), 256);
    assert_eq!(for_worker(65_536, Share::Main, 2, 10_000), 10_000);
    // No listener stops completely.
    assert_eq!(for_worker(8, Share::Beside, 4, 10_000), 1);
}

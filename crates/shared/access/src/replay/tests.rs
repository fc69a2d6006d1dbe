use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::*;

fn name(number: usize) -> [u8; 32] {
    let mut name = [0; 32];
    name[..8].copy_from_slice(&number.to_be_bytes());
    name
}

#[test]
fn of_32_concurrent_uses_only_first_succeeds() {
    let (log, first) = (InMemoryReplayStore::default(), AtomicUsize::new(0));
    let barrier = Barrier::new(32);
    thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                barrier.wait();
                if log.use_up(&name(1), 161, 100).unwrap() {
                    first.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(first.into_inner(), 1);
    assert_eq!(log.use_up(&name(2), 161, 100), Ok(true));
}

#[test]
fn full_store_rejects_until_entry_expires() {
    let log = InMemoryReplayStore::default();
    for number in 0..REMEMBERED {
        assert_eq!(log.use_up(&name(number), 161, 100), Ok(true));
    }
    let one_more = name(REMEMBERED);
    assert_eq!(log.use_up(&one_more, 220, 160), Err(ReplayStoreUnavailable));
    assert_eq!(log.use_up(&name(0), 161, 160), Ok(false));
    assert_eq!(log.use_up(&one_more, 222, 161), Ok(true));
}

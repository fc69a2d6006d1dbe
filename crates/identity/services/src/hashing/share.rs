//! The memory budget of concurrent hashes, so that costly imported hashes run one after another.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A budget in KiB. Shares are given in the order of requests, so that a large one is not overtaken
/// forever.
#[derive(Debug)]
pub(super) struct MemoryBudget {
    total: u32,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    free: u32,
    next: u64,
    served: u64,
}

#[derive(Debug)]
pub(super) struct MemoryShare<'a> {
    budget: &'a MemoryBudget,
    kib: u32,
}

impl MemoryBudget {
    pub(super) const fn new(total: u32) -> Self {
        let state = State {
            free: total,
            next: 0,
            served: 0,
        };
        Self {
            total,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// Waits for a share. A request for more than the whole budget waits until nothing else runs.
    pub fn take(&self, kib: u32) -> MemoryShare<'_> {
        let kib = kib.min(self.total);
        let mut state = self.lock();
        let ticket = state.next;
        state.next += 1;
        while state.served != ticket || state.free < kib {
            let waited = self.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
        state.free -= kib;
        state.served += 1;
        self.changed.notify_all();
        MemoryShare { budget: self, kib }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for MemoryShare<'_> {
    fn drop(&mut self) {
        self.budget.lock().free += self.kib;
        self.budget.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn shares_are_given_in_order_of_requests() {
        let budget = Arc::new(MemoryBudget::new(100));
        let first = budget.take(60);
        let (sender, told) = channel();
        let mut threads = Vec::new();
        // 50 do not fit beside 60; 10 would, and wait behind it. 500 take the whole budget.
        for (place, kib) in [(2, 50), (3, 10), (4, 500)] {
            let (budget_of_thread, sender) = (Arc::clone(&budget), sender.clone());
            threads.push(thread::spawn(move || {
                let _share = budget_of_thread.take(kib);
                sender.send(kib).unwrap();
            }));
            while budget.lock().next < place {
                thread::yield_now();
            }
        }
        assert!(told.try_recv().is_err());
        drop(first);
        let mut served: Vec<u32> = told.iter().take(3).collect();
        // The first two fit together, so that either may report first.
        served[..2].sort_unstable();
        assert_eq!(served, [10, 50, 500]);
        for one in threads {
            one.join().unwrap();
        }
        assert_eq!(budget.lock().free, 100);
    }
}

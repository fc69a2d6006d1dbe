//! The exports of personal data that run in this process: one for each account.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use doorward_domain::model::UserId;

#[derive(Debug, Default)]
pub struct RunningExports(Mutex<HashSet<UserId>>);

impl RunningExports {
    /// Returns the place of an export until it is dropped; `None` if the user has one already.
    pub fn begin(all: &Arc<Self>, user: UserId) -> Option<Slot> {
        let mut running = all.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(user).then(|| Slot {
            all: Arc::clone(all),
            user,
        })
    }
}

#[derive(Debug)]
pub struct Slot {
    all: Arc<RunningExports>,
    user: UserId,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut running = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_has_one_export_at_a_time() {
        let all = Arc::new(RunningExports::default());
        let [alice, bob] = [1, 2].map(|n| UserId::from_uuid(uuid::Uuid::from_u128(n)));
        let first = RunningExports::begin(&all, alice).unwrap();
        assert!(RunningExports::begin(&all, alice).is_none());
        let other = RunningExports::begin(&all, bob).unwrap();
        drop(first);
        assert!(RunningExports::begin(&all, alice).is_some());
        drop(other);
        assert!(all.0.lock().unwrap().is_empty());
    }
}

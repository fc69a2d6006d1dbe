//! Turns of users: one read at a time, and few that wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const WAITING: usize = 8;
const WAIT: Duration = Duration::from_secs(5);
/// Number of users from which those without a read are forgotten.
const USERS: usize = 1000;

#[derive(Default)]
pub(super) struct Turns(Mutex<HashMap<String, Weak<Semaphore>>>);

impl Turns {
    /// Waits for the user's turn. Returns `None` if too many wait, or for too long.
    pub(super) async fn take(&self, subject: &str) -> Option<OwnedSemaphorePermit> {
        let turn = self.of(subject);
        // Each read that runs or waits has one reference.
        if Arc::strong_count(&turn) > 1 + WAITING {
            return None;
        }
        tokio::time::timeout(WAIT, turn.acquire_owned())
            .await
            .ok()?
            .ok()
    }

    fn of(&self, subject: &str) -> Arc<Semaphore> {
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = users.get(subject).and_then(Weak::upgrade) {
            return turn;
        }
        if users.len() >= USERS {
            users.retain(|_, turn| turn.strong_count() > 0);
        }
        let turn = Arc::new(Semaphore::new(1));
        users.insert(subject.to_owned(), Arc::downgrade(&turn));
        turn
    }
}

//! Breaks of long work, which runs beside users who sign in.

use std::time::Instant;

use crate::prelude::*;

/// Maximum length of a break, however slow the database is: a part of a bulk change must end within its lease.
const LONGEST: Duration = Duration::from_millis(250);

/// Work in batches with a break after each. A password hash has a lower priority than other work
/// ([`crate::hashing`]), so without breaks a sign-in would wait for all of it.
#[derive(Debug)]
pub struct Breaks {
    times: u32,
    since: Instant,
}

impl Breaks {
    /// Begins the first batch. A break takes `times` as long as the batch before it.
    pub fn start(times: u32) -> Self {
        Self {
            times,
            since: Instant::now(),
        }
    }

    /// Ends a batch, sleeps, and begins the next one.
    #[boxed]
    pub async fn take(&mut self) {
        tokio::time::sleep(LONGEST.min(self.since.elapsed() * self.times)).await;
        self.since = Instant::now();
    }
}

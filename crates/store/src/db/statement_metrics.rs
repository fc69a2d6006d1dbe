//! What the database is asked, for whoever counts.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use super::database::Db;

/// One statement that was run; never what it said.
#[derive(Clone, Copy, Debug)]
pub struct Ran {
    /// How long the database took, with the way there and back.
    pub took: Duration,
    /// Whether it refused.
    pub failed: bool,
}

tokio::task_local! {
    static STATEMENTS: Cell<u32>;
}

/// Does something, and counts the statements that an observed database runs for it in the same task.
/// The begin and the end of a transaction are none.
pub async fn counting<F: Future>(work: F) -> (F::Output, u32) {
    let work = async {
        let output = work.await;
        (output, STATEMENTS.with(Cell::get))
    };
    STATEMENTS.scope(Cell::new(0), work).await
}

impl Db {
    /// The same database, that tells of every statement after it has run.
    #[must_use]
    pub fn observed(mut self, told: impl Fn(&Ran) + Send + Sync + 'static) -> Self {
        let told = Arc::new(told);
        for pool in [&mut self.read.0, &mut self.reserved.0, &mut self.write] {
            let told = Arc::clone(&told);
            pool.set_metric_callback(move |info| {
                // Nobody counts outside of `counting`.
                let _ = STATEMENTS.try_with(|count| count.set(count.get().saturating_add(1)));
                told(&Ran {
                    took: info.elapsed,
                    failed: info.failed,
                });
            });
        }
        self
    }
}

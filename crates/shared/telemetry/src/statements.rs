//! Counts the database statements of a request.

use std::cell::Cell;

tokio::task_local! {
    static STATEMENTS: Cell<u32>;
}

/// Runs `work` and counts the statements that are reported in the same task. Excludes the begin and
/// the end of transactions.
pub async fn counting<F: Future>(work: F) -> (F::Output, u32) {
    let work = async {
        let output = work.await;
        (output, STATEMENTS.with(Cell::get))
    };
    STATEMENTS.scope(Cell::new(0), work).await
}

/// Counts a statement for the request whose task runs it; outside of [`counting`] for none.
pub(crate) fn count() {
    let _ = STATEMENTS.try_with(|count| count.set(count.get().saturating_add(1)));
}

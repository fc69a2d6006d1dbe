//! Tasks beside the requests that run as long as the server.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::rt;
use actix_web::rt::task::JoinHandle;
use futures_util::FutureExt as _;

/// Pause before a task that panicked starts again.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs a task until it ends, and starts it again after a panic. The libraries panic if the system gives
/// them no thread, for example: without another start, only that of the server would end this state.
pub fn keep<F>(name: &'static str, mut task: impl FnMut() -> F + 'static) -> JoinHandle<()>
where
    F: Future<Output = ()> + 'static,
{
    rt::spawn(async move {
        while AssertUnwindSafe(async { task().await })
            .catch_unwind()
            .await
            .is_err()
        {
            tracing::error!(task = name, "a background task panicked; it starts again");
            rt::time::sleep(PAUSE).await;
        }
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    #[actix_web::test]
    async fn task_starts_again_after_panic_and_ends_by_itself() {
        let runs = Rc::new(Cell::new(0));
        let counted = Rc::clone(&runs);
        let task = keep("test", move || {
            let runs = Rc::clone(&counted);
            async move {
                runs.set(runs.get() + 1);
                assert!(runs.get() > 1, "the first run fails");
            }
        });
        task.await.unwrap();
        assert_eq!(runs.get(), 2);
    }
}

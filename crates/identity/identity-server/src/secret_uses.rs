//! Writes the uses of client secrets in the background.

use doorward_services::secret_use;
use tokio::time::MissedTickBehavior;

use crate::prelude::*;

/// Interval between two checks for uses to write.
const EVERY: Duration = Duration::from_mins(1);

/// Writes the uses of client secrets until the server stops: the first one of a secret at once.
pub async fn run(context: Arc<Context>) {
    let (core, log) = (&context.core, &context.directory.secret_uses);
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = log.first_use() => {}
        }
        warn(&secret_use::write(&core.db, log, core.now()).await);
    }
}

/// Writes all uses, after the last request.
pub async fn flush(context: &Context) {
    let (core, log) = (&context.core, &context.directory.secret_uses);
    warn(&secret_use::write_all(&core.db, log, core.now()).await);
}

fn warn(outcome: &Result<(), StoreError>) {
    if let Err(error) = outcome {
        tracing::warn!(fault = %error, "uses of client secrets cannot be written");
    }
}

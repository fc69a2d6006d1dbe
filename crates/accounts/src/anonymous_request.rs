//! Requests of anonymous users: a worker finds out whether there is an account, so that the
//! response and its time are the same with and without one (ASVS 5.0 §6.3.8).

use doorward_services::context::{Core, Delivery};
use doorward_services::error::ServerError;
use doorward_services::jobs::JobPayload;
use doorward_services::transaction::in_plain_transaction;

pub(super) async fn enqueue(
    core: &Core,
    delivery: &Delivery,
    task: &JobPayload,
) -> Result<(), ServerError> {
    let jobs = &delivery.jobs;
    let done = in_plain_transaction(&core.db, async |tx| {
        jobs.enqueue_anonymous(tx, task, core.now()).await
    })
    .await;
    jobs.wake();
    done
}

//! Requests of anonymous users: a worker finds out whether there is an account, so that the
//! response and its time are the same with and without one (ASVS 5.0 §6.3.8).

use doorward_services::context::{Core, Delivery};
use doorward_services::error::{FlowError, ServerError};
use doorward_services::jobs::JobPayload;
use doorward_services::transaction::in_transaction;

pub(super) async fn enqueue(
    core: &Core,
    delivery: &Delivery,
    task: &JobPayload,
) -> Result<(), ServerError> {
    let done: Result<(), FlowError> = in_transaction(&core.db, async |tx| {
        Ok(delivery
            .jobs
            .enqueue_anonymous(tx, task, core.now())
            .await?)
    })
    .await;
    delivery.jobs.wake();
    done.map_err(FlowError::into_server_error)
}

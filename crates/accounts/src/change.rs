//! The write transaction of a use case, with what its steps share.

use doorward_domain::model::mail::{MailContent, SecurityNotification};
use doorward_domain::model::{AuditEvent, User};
use doorward_services::caller::Caller;
use doorward_services::context::{Core, Delivery};
use doorward_services::email_link;
use doorward_services::error::{FlowError, ServerError};
use doorward_services::transaction::in_transaction;
use doorward_store::{StoreError, WriteTx, repo};

/// A write transaction on behalf of a caller.
#[derive(Clone, Copy)]
pub(crate) struct Change<'a> {
    pub core: &'a Core,
    pub delivery: &'a Delivery,
    pub tx: &'a WriteTx,
    pub caller: &'a Caller,
}

impl<'a> Change<'a> {
    pub(crate) const fn new(
        core: &'a Core,
        delivery: &'a Delivery,
        tx: &'a WriteTx,
        caller: &'a Caller,
    ) -> Self {
        Self {
            core,
            delivery,
            tx,
            caller,
        }
    }

    pub(crate) async fn record(&self, event: &AuditEvent) -> Result<(), StoreError> {
        repo::audit::insert(self.tx, event).await
    }

    /// Enqueues a mail to the user's own address.
    pub(crate) async fn mail(&self, user: &User, content: MailContent) -> Result<(), ServerError> {
        let (core, delivery) = (self.core, self.delivery);
        email_link::mail_user(core, delivery, self.tx, user, content, self.caller).await
    }

    /// Enqueues a security notification, which goes to the address of the account and cannot be
    /// disabled.
    pub(crate) async fn notify(
        &self,
        user: &User,
        notice: SecurityNotification,
    ) -> Result<(), ServerError> {
        let url = format!("{}/account/secure", self.core.issuer());
        self.mail(user, MailContent::Notice { notice, url }).await
    }
}

/// Runs `work` in one write transaction, which only success commits, and wakes the worker for the
/// jobs that it enqueued.
pub(crate) async fn in_change<T, R>(
    core: &Core,
    delivery: &Delivery,
    caller: &Caller,
    work: impl AsyncFnOnce(Change<'_>) -> Result<T, FlowError<R>>,
) -> Result<T, FlowError<R>> {
    let done = in_transaction(&core.db, async |tx| {
        work(Change::new(core, delivery, tx, caller)).await
    })
    .await;
    delivery.jobs.wake();
    done
}

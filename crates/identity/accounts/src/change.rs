//! The write transaction of a use case, with what its steps share.

use doorward_domain::model::mail::{MailContent, SecurityNotification};
use doorward_domain::model::{AuditEvent, AuditKind, User, UserId};
use doorward_domain::time::UnixSeconds;
use doorward_services::caller::Caller;
use doorward_services::context::{Context, Core};
use doorward_services::email_link;
use doorward_services::error::{FlowResult, Result};
use doorward_services::transaction::{in_plain_transaction, in_transaction};
use doorward_store::{StoreError, WriteTx, repo};

use crate::prelude::*;

/// A write transaction on behalf of a caller.
#[derive(Clone, Copy)]
pub(crate) struct Change<'a> {
    pub context: &'a Context,
    pub core: &'a Core,
    pub tx: &'a WriteTx,
    pub caller: &'a Caller,
}

impl<'a> Change<'a> {
    pub(crate) const fn new(context: &'a Context, tx: &'a WriteTx, caller: &'a Caller) -> Self {
        Self {
            context,
            core: &context.core,
            tx,
            caller,
        }
    }

    pub(crate) fn now(&self) -> UnixSeconds {
        self.core.now()
    }

    /// Builds an audit event of the caller.
    pub(crate) fn event(&self, kind: AuditKind, success: bool) -> AuditEvent {
        self.caller.event(kind, success, self.now())
    }

    /// Builds an audit event about a successful action of a user on their own account.
    pub(crate) fn own_event(&self, kind: AuditKind, user: UserId) -> AuditEvent {
        self.caller.own_event(kind, user, self.now())
    }

    pub(crate) async fn record(&self, event: &AuditEvent) -> Result<(), StoreError> {
        repo::audit::insert(self.tx, event).await
    }

    /// Returns the URL of a page of this server.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.core.issuer())
    }

    /// Enqueues a mail to the user's own address.
    pub(crate) async fn mail(&self, user: &User, content: MailContent) -> Result<()> {
        email_link::mail_user(self.context, self.tx, user, content, self.caller).await
    }

    /// Enqueues a security notification, which goes to the address of the account and cannot be
    /// disabled.
    pub(crate) async fn notify(&self, user: &User, notice: SecurityNotification) -> Result<()> {
        let url = self.url("/account/secure");
        self.mail(user, MailContent::Notice { notice, url }).await
    }

    /// Records an event that the user is notified of.
    pub(crate) async fn report(
        &self,
        user: &User,
        event: &AuditEvent,
        notice: SecurityNotification,
    ) -> Result<()> {
        self.record(event).await?;
        self.notify(user, notice).await
    }

    /// Returns true if currently a password alone does not sign this user in.
    pub(crate) async fn requires_factor(&self, user: UserId) -> Result<bool, StoreError> {
        factors::is_required_at_sign_in(self.context, self.tx, user).await
    }

    /// Enqueues the job of an anonymous request: a worker finds out whether there is an account, so
    /// that the response and its time are the same with and without one (ASVS 5.0 §6.3.8).
    pub(crate) async fn enqueue_anonymous(&self, job: &JobPayload) -> Result<()> {
        let jobs = &self.context.delivery.jobs;
        jobs.enqueue_anonymous(self.tx, job, self.now()).await
    }
}

/// Runs `work` in one write transaction, which only success commits, and wakes the worker for the
/// jobs that it enqueued.
pub(crate) async fn in_change<T, R>(
    context: &Context,
    caller: &Caller,
    work: impl AsyncFnOnce(Change<'_>) -> FlowResult<T, R>,
) -> FlowResult<T, R> {
    let done = in_transaction(&context.core.db, async |tx| {
        work(Change::new(context, tx, caller)).await
    })
    .await;
    context.delivery.jobs.wake();
    done
}

/// Runs `work` as [`in_change`], and also commits a rejection, which leaves evidence.
pub(crate) async fn in_recording_change<T, R>(
    context: &Context,
    caller: &Caller,
    work: impl AsyncFnOnce(Change<'_>) -> FlowResult<T, R>,
) -> FlowResult<T, R> {
    let done = in_recording_transaction(&context.core.db, async |tx| {
        work(Change::new(context, tx, caller)).await
    })
    .await;
    context.delivery.jobs.wake();
    done
}

/// Runs `work`, which rejects nothing, as [`in_change`].
pub(crate) async fn in_plain_change<T>(
    context: &Context,
    caller: &Caller,
    work: impl AsyncFnOnce(Change<'_>) -> Result<T>,
) -> Result<T> {
    let done = in_plain_transaction(&context.core.db, async |tx| {
        work(Change::new(context, tx, caller)).await
    })
    .await;
    context.delivery.jobs.wake();
    done
}

//! Writers beside a change of access, in its transaction: notifications of clients, and the writers of features.
//! None of the functions that end sessions or record events can omit it.

use std::pin::Pin;

use doorward_domain::model::AuditEvent;
use doorward_protocol::added::Added;

use super::logout_notifications;
use super::prelude::*;

/// A change of access.
#[derive(Clone, Copy, Debug)]
pub enum AccessChange<'a> {
    /// These sessions have ended.
    SessionsEnded(&'a [SessionId]),
    /// Events were recorded: each risky change has one, such as the end of a role, or a disabled account.
    Recorded(&'a [AuditEvent]),
}

/// Writes the consequences of a change. A failure is that of the change.
pub type Writer = for<'a> fn(
    &'a WriteTx,
    AccessChange<'a>,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

const OWN: [Writer; 1] = [|tx, change| {
    Box::pin(async move {
        match change {
            AccessChange::SessionsEnded(ended) => logout_notifications::enqueue(tx, ended).await,
            AccessChange::Recorded(_) => Ok(()),
        }
    })
}];

/// The writers of features.
pub static ADDED: Added<Writer> = Added::new();

/// Calls each writer.
pub(super) async fn announce(tx: &WriteTx, change: AccessChange<'_>) -> Result<()> {
    for writer in OWN.iter().chain(ADDED.all()) {
        writer(tx, change).await?;
    }
    Ok(())
}

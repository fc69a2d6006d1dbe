//! A proof that is good once and came again: somebody has a copy of it (RFC 9449 §11.1, RFC 7523 §3).

use doorward_domain::model::{AuditEvent, AuditKind, Client, ClientKind};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::UnixSeconds;
use doorward_store::db::WriteTx;
use doorward_store::repo;

use crate::caller::{AuditEventExt as _, Caller};
use crate::error::ServerError;
use crate::state::State;

/// What came again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    /// A DPoP proof.
    Dpop,
    /// What a client authenticates with.
    ClientAssertion,
    /// What another issuer says of a person.
    Assertion,
}

impl What {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Dpop => "dpop",
            Self::ClientAssertion => "client_assertion",
            Self::Assertion => "assertion",
        }
    }
}

/// The line about it; whom it is about is for who knows to add.
pub(crate) fn event(state: &State, caller: &Caller, what: What) -> AuditEvent {
    let event = caller.event(AuditKind::ProofReplayed, false, state.now());
    event.with("proof", what.as_str())
}

/// The line about a client that has authenticated, or would have; none for a public one. Anybody can
/// be that, and the log is not for anybody to fill.
pub(crate) fn by_client(
    state: &State,
    caller: &Caller,
    what: What,
    client: &Client,
) -> Option<AuditEvent> {
    let id = &client.id;
    (client.kind == ClientKind::Confidential)
        .then(|| event(state, caller, what).about(id).through(id))
}

/// Writes the line, once for each proof however often it comes.
pub(crate) async fn note(
    tx: &WriteTx,
    name: &TokenHash,
    until: UnixSeconds,
    event: Option<AuditEvent>,
) -> Result<(), ServerError> {
    tracing::warn!(client_id = ?event.as_ref().and_then(|it| it.client_id.as_deref()), "a proof came again");
    let Some(event) = event else { return Ok(()) };
    let told = TokenHash::of(&format!("replay {}", name.to_base64url()));
    if repo::replay_markers::insert_unique(tx, &told, until).await? {
        repo::audit::insert(tx, &event).await?;
    }
    Ok(())
}

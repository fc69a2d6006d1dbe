//! Replays: a single-use proof that is presented again, so a copy of it exists (RFC 9449 §11.1, RFC
//! 7523 §3).

use doorward_store::db::WriteTx;

use crate::prelude::*;

#[derive(Clone, Copy, Debug)]
pub(crate) enum ReplayedProof {
    Dpop,
    ClientAssertion,
    /// Another issuer's assertion about a user.
    Assertion,
}

impl ReplayedProof {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Dpop => "dpop",
            Self::ClientAssertion => "client_assertion",
            Self::Assertion => "assertion",
        }
    }
}

/// Builds the audit event of a replay; the caller adds its subject.
pub(crate) fn event(core: &Core, caller: &Caller, proof: ReplayedProof) -> AuditEvent {
    let event = caller.event(AuditKind::ProofReplayed, false, core.now());
    event.with("proof", proof.as_str())
}

/// Builds the audit event of a replay by a client; `None` for a public client, which does not
/// authenticate, so that anonymous requests cannot fill the log.
pub(crate) fn by_client(
    core: &Core,
    caller: &Caller,
    proof: ReplayedProof,
    client: &Client,
) -> Option<AuditEvent> {
    let id = &client.id;
    (client.kind == ClientKind::Confidential)
        .then(|| event(core, caller, proof).about(id).through(id))
}

/// Writes the audit event, once per proof.
pub(crate) async fn record_event(
    tx: &WriteTx,
    name: &TokenHash,
    until: UnixSeconds,
    event: Option<AuditEvent>,
) -> Result<()> {
    let client_id = event.as_ref().and_then(|it| it.client_id.as_deref());
    tracing::warn!(client_id, "proof replayed");
    let Some(event) = event else { return Ok(()) };
    let error = TokenHash::digest(&format!("replay {}", name.to_base64url()));
    if repo::replay_markers::insert_unique(tx, &error, until).await? {
        repo::audit::insert(tx, &event).await?;
    }
    Ok(())
}

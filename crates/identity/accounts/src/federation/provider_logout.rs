//! Sign-outs at identity providers, and their signals: they end the sessions here that came from there, as every other
//! end of a session does, so that clients and receivers of signals learn of it.

use doorward_domain::model::{ProviderId, Unaccepted};
use doorward_egress::upstream::{self, RelyingParty, UpstreamError};
use doorward_store::repo::provider_sessions::EndedUpstream;
use doorward_store::repo::sessions::BATCH;

use super::provider::{FederationError, active, relying_party};
use crate::prelude::*;

/// The reason why a sign-out is not accepted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LogoutRejection {
    NoProvider,
    /// The keys of the provider cannot be read now.
    Unavailable,
    Token(Unaccepted),
    /// A token that was used before.
    Replayed,
    /// A request for another issuer than that of the provider.
    OtherIssuer,
    /// The provider's setting does not accept signals.
    NoSignals,
}

impl From<FederationError> for LogoutRejection {
    fn from(_: FederationError) -> Self {
        Self::NoProvider
    }
}

/// Ends the sessions that a logout token names (OIDC Back-Channel Logout §2.6 and §2.7). None is left to end
/// if the provider reports a session that is unknown here.
#[boxed(?Send)]
pub async fn end_by_token(
    context: &Context,
    id: &ProviderId,
    token: &str,
    caller: &Caller,
) -> FlowResult<(), LogoutRejection> {
    let provider: Provider = active(context.core.db.read(), id).await?;
    let read =
        async |party: &RelyingParty<'_>| upstream::read_logout(party, &provider, token).await;
    let statement = read_token(context, &provider, read).await?;
    let Some(ended) = ended(statement.subject.as_deref(), statement.sid.as_deref()) else {
        return Ok(());
    };
    let token = ("logout", &*statement.jti, statement.kept_until);
    if end_once(context, &provider, token, (ended, None), caller).await? {
        Ok(())
    } else {
        Err(FlowError::Rejected(LogoutRejection::Replayed))
    }
}

/// Ends the sessions that a security event token of the provider is about (SSF 1.0, CAEP 1.0, RISC 1.0), if the
/// setting of the provider accepts signals. A token that was used before, an event without an effect here and a user
/// without a session are no errors (RFC 8935 §2.2).
#[boxed(?Send)]
pub async fn end_by_signal(
    context: &Context,
    id: &ProviderId,
    token: &str,
    caller: &Caller,
) -> FlowResult<(), LogoutRejection> {
    let provider: Provider = active(context.core.db.read(), id).await?;
    if !provider.settings.signals {
        tracing::warn!(
            provider = %provider.id,
            "a signal was rejected: `doorward provider update ID --signals` accepts them"
        );
        return Err(FlowError::Rejected(LogoutRejection::NoSignals));
    }
    let read =
        async |party: &RelyingParty<'_>| upstream::read_signal(party, &provider, token).await;
    let signal = read_token(context, &provider, read).await?;
    let Some(there) = &signal.ended else {
        return Ok(());
    };
    let Some(ended) = ended(there.subject.as_deref(), there.sid.as_deref()) else {
        return Ok(());
    };
    let token = ("signal", &*signal.jti, signal.kept_until);
    let ended = (ended, Some(there.until));
    end_once(context, &provider, token, ended, caller).await?;
    Ok(())
}

/// Reads an event token of a provider.
async fn read_token<T>(
    context: &Context,
    provider: &Provider,
    read: impl AsyncFnOnce(&RelyingParty<'_>) -> Result<T, UpstreamError>,
) -> FlowResult<T, LogoutRejection> {
    let core = &context.core;
    let keys = context.issuing.keys.current(&core.db, core.now()).await?;
    let read = read(&relying_party(context, &keys)).await;
    read.map_err(|error| rejected(provider, error))
}

/// Ends sessions, unless a token of this kind with this `jti` was used before. Returns false then. The `jti` is kept
/// until the time.
async fn end_once(
    context: &Context,
    provider: &Provider,
    (kind, jti, until): (&str, &str, UnixSeconds),
    ended: (EndedUpstream<'_>, Option<UnixSeconds>),
    caller: &Caller,
) -> FlowResult<bool, LogoutRejection> {
    let name = TokenHash::digest(&format!("{kind} {} {jti}", provider.issuer));
    let is_new = in_transaction(&context.core.db, async |tx| {
        let is_new = repo::replay_markers::insert_unique(tx, &name, until).await?;
        if is_new {
            end(context, tx, provider, ended, caller).await?;
        }
        Ok::<_, FlowError<LogoutRejection>>(is_new)
    })
    .await?;
    if is_new {
        context.delivery.jobs.wake();
    }
    Ok(is_new)
}

fn rejected(provider: &Provider, error: UpstreamError) -> FlowError<LogoutRejection> {
    tracing::warn!(provider = %provider.id, %error, "an event token of a provider was rejected");
    FlowError::Rejected(match error {
        UpstreamError::Unaccepted(error) => LogoutRejection::Token(error),
        UpstreamError::Unavailable(_) | UpstreamError::NotFresh => LogoutRejection::Unavailable,
    })
}

/// Returns what ended at the provider: a session, all of a user, or none.
fn ended<'a>(subject: Option<&'a str>, sid: Option<&'a str>) -> Option<EndedUpstream<'a>> {
    Some(match (sid, subject) {
        (Some(sid), Some(subject)) => EndedUpstream::SessionOfUser { sid, subject },
        (Some(sid), None) => EndedUpstream::Session(sid),
        (None, Some(subject)) => EndedUpstream::User(subject),
        (None, None) => return None,
    })
}

/// Ends the session that a request by the browser names (OIDC Front-Channel Logout §2). It brings no cookie from
/// the page of another site: `sid`, which only both servers know, authorizes it.
#[boxed(?Send)]
pub async fn end_by_sid(
    context: &Context,
    id: &ProviderId,
    issuer: &str,
    sid: &str,
    caller: &Caller,
) -> FlowResult<(), LogoutRejection> {
    let core = &context.core;
    let provider: Provider = active(core.db.read(), id).await?;
    if provider.issuer != issuer {
        return Err(FlowError::Rejected(LogoutRejection::OtherIssuer));
    }
    let ended = EndedUpstream::Session(sid);
    // Most browsers bring the sign-out of a session that the back channel has ended.
    let issuer = &provider.issuer;
    if repo::provider_sessions::list_unended(core.db.read(), issuer, ended, None)
        .await?
        .is_empty()
    {
        return Ok(());
    }
    in_transaction(&core.db, async |tx| {
        let ended = (ended, None);
        Ok::<_, FlowError<LogoutRejection>>(end(context, tx, &provider, ended, caller).await?)
    })
    .await?;
    context.delivery.jobs.wake();
    Ok(())
}

async fn end(
    context: &Context,
    tx: &WriteTx,
    provider: &Provider,
    (ended, until): (EndedUpstream<'_>, Option<UnixSeconds>),
    caller: &Caller,
) -> Result<()> {
    let (issuer, now) = (&provider.issuer, context.core.now());
    loop {
        let found = repo::provider_sessions::list_unended(tx, issuer, ended, until).await?;
        let ids: Vec<SessionId> = found.iter().map(|(session, _)| *session).collect();
        repo::sessions::end_many(tx, &ids, EndReason::SignedOut, now).await?;
        for (session, user) in &found {
            let event = caller.event(AuditKind::LoggedOut, true, now).about(user);
            let event = event.with("session", session.to_string());
            let event = event.with("provider", provider.id.as_str());
            repo::audit::insert(tx, &event).await?;
        }
        if (found.len() as u64) < BATCH {
            return Ok(());
        }
    }
}

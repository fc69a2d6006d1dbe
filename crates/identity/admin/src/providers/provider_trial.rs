//! Trial of an identity provider: an administrator signs in there, and nothing changes here. The
//! result travels in a URL, encrypted and bound to the administrator's session; it is not stored.

use doorward_accounts::federation::callback::decide;
use doorward_accounts::federation::login_state::{self, Departure, Purpose};
use doorward_accounts::federation::provider::FederationError;
use doorward_domain::model::{Provider, ProviderId, SessionId, UpstreamIdentity};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::is_expired;
use doorward_rules::federation::{FederationDecision, FederationDenial, JOURNEY};
use doorward_rules::identifier;
use doorward_services::context::Context;
use doorward_services::error::{FlowError, ServerError};
use url::Url;

pub use doorward_accounts::federation::callback::Received;

use crate::prelude::*;
use crate::providers::{get, require_admin};

/// Maximum size of the roles in a result, in bytes: a URL has at most 8 KiB.
const MAX_ROLES: usize = 2_000;

const MAX_CAUSE: usize = 500;

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Trial {
    pub at: UnixSeconds,
    /// The asserted identity, or the error with its cause in words.
    pub received: Received,
    /// True if the provider sent more values for roles than the result contains.
    pub is_cut: bool,
    /// The effect that a sign-in would have, decided each time the result is read; `None` after an
    /// error.
    #[serde(skip)]
    pub effect: Option<Effect>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Effect {
    pub decision: FederationDecision,
    pub user: Option<User>,
}

/// Starts a trial for the administrator of this session in this browser. Returns the URL to send
/// the browser to, or the reason why the sign-in cannot start.
#[boxed(?Send)]
pub async fn start(
    context: &AdminContext<'_>,
    server: &Context,
    id: &str,
    session: SessionId,
    browser: TokenHash,
) -> Result<Result<Url, FederationError>> {
    require_admin(context)?;
    let departure = Departure {
        provider: get(context, id).await?.id,
        purpose: Purpose::Test(session),
        remember: false,
        max_age: None,
        flow: None,
        next: None,
        browser,
    };
    match login_state::start(server, departure).await {
        Ok((_, url)) => Ok(Ok(url)),
        Err(FlowError::Rejected(error)) => Ok(Err(error)),
        Err(FlowError::Server(error)) => Err(error.into()),
    }
}

fn bound_to(session: SessionId, provider: &ProviderId) -> Vec<u8> {
    format!("trial {session} {provider}").into_bytes()
}

/// Shortens a result that is too long for a URL. Returns true if roles were removed.
fn shorten(received: &mut Received) -> bool {
    match received {
        Ok(UpstreamIdentity {
            roles: Some(roles), ..
        }) => {
            let (mut size, sent) = (0, roles.len());
            roles.retain(|role| {
                size += role.len();
                size <= MAX_ROLES
            });
            roles.len() < sent
        }
        Ok(_) => false,
        Err((_, cause)) => {
            *cause = cause.chars().take(MAX_CAUSE).collect();
            false
        }
    }
}

/// Returns the path of the result of a trial, which only the session that started it can open.
pub fn result_path(
    server: &Context,
    session: SessionId,
    provider: &ProviderId,
    received: Received,
) -> Result<String, ServerError> {
    let path = format!("/admin/providers/{provider}/tried");
    // A login state that is consumed, or of another session, has no result.
    if let Err((FederationError::Over | FederationError::NotFresh, _)) = received {
        return Ok(path);
    }
    let sealed = seal(server, session, provider, received)?;
    Ok(format!("{path}?result={sealed}"))
}

fn seal(
    server: &Context,
    session: SessionId,
    provider: &ProviderId,
    mut received: Received,
) -> Result<String, ServerError> {
    let is_cut = shorten(&mut received);
    let trial = Trial {
        at: server.core.now(),
        received,
        is_cut,
        effect: None,
    };
    let place = bound_to(session, provider);
    let key = &server.directory.provider_key;
    let sealed = key.seal_json(&trial, &place, &mut server.core.rng());
    sealed.map_err(ServerError::internal)
}

/// Decrypts a result; returns `None` if it is forged, for another session or provider, or expired.
fn open(
    server: &Context,
    session: SessionId,
    provider: &ProviderId,
    sealed: &str,
) -> Option<Trial> {
    let place = bound_to(session, provider);
    let key = &server.directory.provider_key;
    let trial: Trial = key.open_json(sealed, &place)?;
    (!is_expired(trial.at + JOURNEY, server.core.now())).then_some(trial)
}

/// Returns the provider and, if the sealed result is valid for this session, the result of the
/// trial with the effect that a sign-in would have now. Nothing is changed.
#[boxed(?Send)]
pub async fn result(
    context: &AdminContext<'_>,
    server: &Context,
    id: &str,
    session: SessionId,
    sealed: &str,
) -> Result<(Provider, Option<Trial>)> {
    require_admin(context)?;
    let provider = get(context, id).await?;
    let Some(mut trial) = open(server, session, &provider.id, sealed) else {
        return Ok((provider, None));
    };
    if let Ok(identity) = &trial.received {
        trial.effect = Some(decide_effect(context, server, &provider, identity).await?);
    }
    Ok((provider, Some(trial)))
}

async fn decide_effect(
    context: &AdminContext<'_>,
    server: &Context,
    provider: &Provider,
    identity: &UpstreamIdentity,
) -> Result<Effect> {
    let read = context.db.read();
    let (decision, link) = decide(&server.core, read, provider, identity).await?;
    let concerned = match decision {
        FederationDecision::SignIn(user) | FederationDecision::Join(user) => Some(user),
        FederationDecision::Register { displaces, .. } => displaces,
        FederationDecision::Refused(FederationDenial::UserDisabled) => {
            link.map(|link| link.user_id)
        }
        FederationDecision::Prove | FederationDecision::Refused(_) => None,
    };
    // Without a link the decision is about the account with the same address.
    let is_by_address = matches!(
        decision,
        FederationDecision::Prove | FederationDecision::Refused(FederationDenial::UserDisabled)
    );
    let address = identity.email.as_deref().filter(|_| is_by_address);
    let user = match (concerned, address.map(identifier::email_key)) {
        (Some(user), _) => repo::users::find_by_id(read, user).await?,
        (None, Some(Ok(key))) => repo::users::find_by_identifier(read, &key).await?,
        (None, _) => None,
    };
    Ok(Effect { decision, user })
}

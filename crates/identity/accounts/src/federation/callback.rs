//! The callback: a user returns from an identity provider.

use std::sync::OnceLock;

use doorward_domain::model::{
    FederatedSignUp, LinkedAccount, ProviderCause, ProviderId, Unaccepted,
};
use doorward_egress::upstream::{self, AuthorizationResponse, RelyingParty};
use doorward_rules::federation::{
    self, FederationDecision, FederationDenial, LinkingFacts, SIGN_UP_TTL, SameAddress,
};
use doorward_rules::{assurance, identifier};
use doorward_services::attempts;

use super::login_state::{self, LoginState, Purpose};
use super::provider::{FederationError, active, relying_party};
use super::{linked_accounts, roles};
use crate::change::Change;
use crate::login::{self, SignIn};
use crate::prelude::*;
use crate::second_factor::pending::FirstStep;

/// The authorization response that this browser brought back.
#[derive(Debug)]
pub struct CallbackRequest {
    pub provider: ProviderId,
    pub state: String,
    /// The code; `None` for an error response.
    pub code: Option<String>,
    pub error: Option<String>,
    /// The `iss` of the response (RFC 9207).
    pub issuer: Option<String>,
    pub browser: TokenHash,
    pub before: Option<SignedIn>,
}

#[derive(Debug)]
pub enum Outcome {
    SignedIn(Box<NewSession>),
    /// The user's second factor is required first.
    SecondStep(AttemptId),
    /// No account here yet: the user must create one or sign in to an existing one.
    SignUp,
    /// The account at the provider is linked to the account of this session.
    Linked,
    /// The response to an administrator's trial.
    Tested(Box<Received>),
}

/// The identity that the provider asserts, or the error with its cause in words.
pub type Received = Result<UpstreamIdentity, (FederationError, String)>;

/// The result of a callback, with its login state if that was valid.
pub type Ended = (Option<LoginState>, FlowResult<Outcome, FederationError>);

/// Handles a callback. The login state is consumed before the code is sent to the provider.
#[boxed(?Send)]
pub async fn arrive(context: &Context, callback: &CallbackRequest, caller: &Caller) -> Ended {
    let (sealed, browser) = (&callback.state, &callback.browser);
    let Some(state) = login_state::open(context, sealed, browser, &callback.provider) else {
        return (None, Err(FlowError::Rejected(FederationError::Over)));
    };
    let noted = Noted::default();
    let outcome = follow(context, callback, &state, &noted, caller).await;
    // A login state is consumed once, so that each one leaves at most one event.
    if let Err(FlowError::Rejected(rejection)) = &outcome
        && *rejection != FederationError::Over
        && !matches!(state.purpose, Purpose::Test(_))
    {
        if state.purpose == Purpose::SignIn {
            record_attempt(context, &state, *rejection, &noted, caller).await;
        }
        let recorded = record_failure(&context.core, callback, *rejection, caller).await;
        if let Err(error) = recorded {
            return (Some(state), Err(FlowError::Server(error)));
        }
    }
    context.delivery.jobs.wake();
    (Some(state), outcome)
}

/// Facts of a failure for the log of attempts; the page shows neither.
#[derive(Debug, Default)]
struct Noted {
    /// The user, if the account is disabled.
    disabled: OnceLock<UserId>,
    /// The cause in words.
    cause: OnceLock<String>,
}

/// Records a failed sign-in in the log of attempts, with the cause or the disabled user.
async fn record_attempt(
    context: &Context,
    state: &LoginState,
    error: FederationError,
    noted: &Noted,
    caller: &Caller,
) {
    let disabled = noted.disabled.get().copied();
    let rule = match error {
        FederationError::Rejected if disabled.is_some() => AttemptRule::UserDisabled,
        FederationError::Rejected | FederationError::Unaccepted(_) => AttemptRule::ProviderRejected,
        FederationError::Over => AttemptRule::Expired,
        FederationError::NoProvider => AttemptRule::ProviderDisabled,
        FederationError::Denied => AttemptRule::ProviderDenied,
        FederationError::Unavailable => AttemptRule::ProviderUnavailable,
        FederationError::TooOld => AttemptRule::ProviderTooOld,
        FederationError::Closed => AttemptRule::ProviderClosed,
        FederationError::Taken
        | FederationError::NotFresh
        | FederationError::Stays
        | FederationError::TooMany => AttemptRule::ProviderLink,
    };
    let client = attempts::client_of(&context.core.db, state.flow.as_ref()).await;
    let mut failure = EndedAttempt::failure(AttemptStep::Provider, rule)
        .by(disabled)
        .through(client.as_deref())
        .with("provider", state.provider.as_str());
    if let Some(cause) = noted.cause.get().filter(|cause| !cause.is_empty()) {
        failure = failure.with("cause", cause.as_str());
    }
    let attempts = &context.limits.attempts;
    attempts.record(context.core.now(), failure, caller);
}

async fn record_failure(
    core: &Core,
    callback: &CallbackRequest,
    error: FederationError,
    caller: &Caller,
) -> Result<()> {
    in_plain_transaction(&core.db, async |tx| {
        let event = caller
            .event(AuditKind::LoginFailed, false, core.now())
            .with("method", "provider")
            .with("provider", callback.provider.as_str());
        let event = match error {
            FederationError::Unaccepted(cause) => event
                .with("reason", "Unaccepted")
                .with("cause", cause.as_str()),
            _ => event.with("reason", format!("{error:?}")),
        };
        Ok(repo::audit::insert(tx, &event).await?)
    })
    .await
}

async fn follow(
    context: &Context,
    callback: &CallbackRequest,
    state: &LoginState,
    noted: &Noted,
    caller: &Caller,
) -> FlowResult<Outcome, FederationError> {
    let core = &context.core;
    let claimed = in_transaction(&core.db, async |tx| {
        login_state::claim(tx, &callback.state, state).await
    });
    if !claimed.await? {
        return Err(FlowError::Rejected(FederationError::Over));
    }
    let provider: Provider = active(core.db.read(), &callback.provider).await?;
    if provider.issuer != state.issuer {
        return Err(FlowError::Rejected(FederationError::Over));
    }
    let tester = match state.purpose {
        Purpose::Test(session) => Some(signed_in_with(callback, session)?),
        Purpose::SignIn | Purpose::Link(_) => None,
    };
    let keys = context.issuing.keys.current(&core.db, core.now()).await?;
    let party = relying_party(context, &keys);
    let identity = match receive(&party, callback, state, &provider).await {
        Ok(identity) => identity,
        Err(failure) if tester.is_some() => return Ok(Outcome::Tested(Box::new(Err(failure)))),
        Err((rejection, cause)) => {
            let _ = noted.cause.set(cause);
            return Err(FlowError::Rejected(rejection));
        }
    };
    in_transaction(&core.db, async |tx| {
        // The provider may have been disabled since the request.
        let provider: Provider = active(tx, &callback.provider).await?;
        let change = Change::new(context, tx, caller);
        match state.purpose {
            Purpose::SignIn => {
                let coming = Coming {
                    provider: &provider,
                    identity: &identity,
                    state,
                    request: callback,
                    noted,
                };
                enter(change, &coming).await
            }
            Purpose::Link(session) => {
                let signed_in = signed_in_with(callback, session)?;
                linked_accounts::add(change, signed_in, &provider, &identity).await?;
                Ok(Outcome::Linked)
            }
            Purpose::Test(_) => Ok(Outcome::Tested(Box::new(Ok(identity.clone())))),
        }
    })
    .await
}

/// Returns the user of this browser if the session is the one that made the request.
fn signed_in_with(
    callback: &CallbackRequest,
    session: SessionId,
) -> FlowResult<&SignedIn, FederationError> {
    let signed_in = callback.before.as_ref();
    let signed_in = signed_in.filter(|signed_in| signed_in.session.id == session);
    signed_in.ok_or(FlowError::Rejected(FederationError::NotFresh))
}

/// Reads the response: sends its code to the provider, and returns the asserted identity.
async fn receive(
    party: &RelyingParty<'_>,
    callback: &CallbackRequest,
    state: &LoginState,
    provider: &Provider,
) -> Received {
    let Some(code) = &callback.code else {
        let error = callback.error.as_deref().unwrap_or_default();
        let text = format!("the authorization response is the error {error}");
        let refused = Unaccepted::new(ProviderCause::Refused, text);
        return Err((of_error(error), refused.detail));
    };
    let answer = AuthorizationResponse {
        code,
        issuer: callback.issuer.as_deref(),
    };
    let request = state.request(&callback.state);
    let redeemed = upstream::redeem(party, provider, &request, &answer).await;
    redeemed.map_err(|error| {
        tracing::warn!(provider = %provider.id, %error, "sign-in with a provider failed");
        ((&error).into(), error.to_string())
    })
}

/// Returns the failure that an error response means (RFC 6749 §4.1.2.1): `access_denied` is the user's
/// decision, any other error is the provider's.
fn of_error(error: &str) -> FederationError {
    match error {
        "access_denied" => FederationError::Denied,
        "server_error" | "temporarily_unavailable" => FederationError::Unavailable,
        _ => FederationError::Unaccepted(ProviderCause::Refused),
    }
}

struct Coming<'a> {
    provider: &'a Provider,
    identity: &'a UpstreamIdentity,
    state: &'a LoginState,
    request: &'a CallbackRequest,
    noted: &'a Noted,
}

/// Decides about the identity from a provider, with its link to an account.
#[boxed(?Send)]
pub async fn decide(
    core: &Core,
    conn: &Conn,
    provider: &Provider,
    identity: &UpstreamIdentity,
) -> Result<(FederationDecision, Option<LinkedAccount>), StoreError> {
    let link = repo::linked_accounts::find(conn, &identity.issuer, &identity.subject).await?;
    let linked = match &link {
        Some(link) => repo::users::find_by_id(conn, link.user_id).await?,
        None => None,
    };
    let key = identity.email.as_deref();
    let key = key.and_then(|address| identifier::email_key(address).ok());
    let same = match &key {
        Some(key) => repo::users::find_by_identifier(conn, key).await?,
        None => None,
    };
    let is_unproved = match &same {
        Some(user) => repo::users::is_unproved(conn, user.id).await?,
        None => false,
    };
    let verdict = federation::decide(&LinkingFacts {
        provider,
        identity,
        linked: linked.as_ref(),
        same_address: same.as_ref().map(|user| SameAddress { user, is_unproved }),
        registration_open: core.config.registration.enabled,
    });
    Ok((verdict, link))
}

async fn enter(change: Change<'_>, coming: &Coming<'_>) -> FlowResult<Outcome, FederationError> {
    let Change { core, tx, .. } = change;
    let (provider, identity) = (coming.provider, coming.identity);
    let reject = |error| Err(FlowError::Rejected(error));
    match decide(core, tx, provider, identity).await? {
        (FederationDecision::SignIn(user), Some(link)) => sign_in(change, coming, user, link).await,
        (FederationDecision::Join(user), _) => {
            let owner = owner(tx, user).await?;
            let link = linked_accounts::new_link(core, user, identity);
            linked_accounts::store(change, &owner, &link, provider).await?;
            sign_in(change, coming, user, link).await
        }
        // With the claims that were not read, the account of this address might have been found.
        (FederationDecision::Prove | FederationDecision::Register { .. }, _)
            if identity.is_partial && identity.email.is_none() =>
        {
            reject(FederationError::Unavailable)
        }
        (FederationDecision::Prove | FederationDecision::Register { .. }, _) => {
            let sign_up = FederatedSignUp {
                browser_hash: coming.request.browser,
                provider: provider.id.clone(),
                identity: identity.clone(),
                interaction_id: coming.state.flow.clone(),
                expires_at: core.now() + SIGN_UP_TTL,
            };
            repo::federated_sign_ups::put(tx, &sign_up).await?;
            Ok(Outcome::SignUp)
        }
        (FederationDecision::Refused(FederationDenial::ProviderDisabled), _) => {
            reject(FederationError::NoProvider)
        }
        (FederationDecision::Refused(FederationDenial::Closed), _) => {
            reject(FederationError::Closed)
        }
        // The same error for a disabled user and an untrusted statement.
        (
            FederationDecision::Refused(FederationDenial::UserDisabled)
            | FederationDecision::SignIn(_),
            link,
        ) => {
            if let Some(link) = link {
                let _ = coming.noted.disabled.set(link.user_id);
            }
            reject(FederationError::Rejected)
        }
    }
}

async fn owner(tx: &WriteTx, user: UserId) -> FlowResult<User, FederationError> {
    let found = repo::users::find_by_id(tx, user).await?;
    found.ok_or(FlowError::Rejected(FederationError::Rejected))
}

/// Signs in to the linked account: counts as one factor; the second factor is required as usual.
async fn sign_in(
    change: Change<'_>,
    coming: &Coming<'_>,
    user: UserId,
    mut link: LinkedAccount,
) -> FlowResult<Outcome, FederationError> {
    let tx = change.tx;
    let (provider, identity, state) = (coming.provider, coming.identity, coming.state);
    let user = owner(tx, user).await?;
    let now = change.now();
    identity.label().clone_into(&mut link.label);
    roles::follow(change, provider, identity, &mut link).await?;
    repo::linked_accounts::record_use(tx, &link, now).await?;
    let authentication = federation::proof(provider, identity, now);
    let has_both = authentication.acr == assurance::AAL2;
    let interaction = login::interaction_of(tx, state.flow.as_ref()).await?;
    let step = FirstStep {
        user: &user,
        first: FirstFactor::Provider(authentication.auth_time),
        authentication,
        upstream: Some(identity.into()),
        is_factor_due: !has_both && change.requires_factor(user.id).await?,
        browser: coming.request.browser,
        remember: state.remember,
        interaction: interaction.as_ref(),
        next: state.next.as_deref(),
        before: coming.request.before.as_ref(),
    };
    let details = vec![
        ("method", "provider".to_owned()),
        ("provider", provider.id.to_string()),
    ];
    let sign_in = login::after_first_step(change, &step, details).await?;
    Ok(match sign_in {
        SignIn::Done(session) => Outcome::SignedIn(session),
        SignIn::SecondStep(id) => Outcome::SecondStep(id),
    })
}

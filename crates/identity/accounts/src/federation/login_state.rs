//! The login state of a request to a provider. It travels in `state`, encrypted and bound to this
//! browser: no row is written for requests that may never return, and it is consumed when one does.

use doorward_domain::model::ProviderId;
use doorward_egress::upstream::{self, Request};
use doorward_rules::federation::JOURNEY;
use url::Url;

use super::provider::{FederationError, active, relying_party};
use crate::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    SignIn,
    Link(SessionId),
    /// Trying a sign-in for the administrator of this session. It changes nothing.
    Test(SessionId),
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LoginState {
    pub provider: ProviderId,
    /// The provider's issuer at the time of the request: the same id with another issuer is another
    /// provider.
    pub issuer: String,
    pub purpose: Purpose,
    pub remember: bool,
    /// The maximum age of the sign-in at the provider, in seconds.
    pub max_age: Option<u64>,
    pub flow: Option<InteractionId>,
    pub next: Option<String>,
    pub began_at: UnixSeconds,
    nonce: String,
    verifier: String,
}

impl LoginState {
    pub(super) fn request<'a>(&'a self, state: &'a str) -> Request<'a> {
        Request {
            state,
            nonce: &self.nonce,
            verifier: &self.verifier,
            max_age: self.max_age,
            began_at: self.began_at,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Departure {
    pub provider: ProviderId,
    pub purpose: Purpose,
    pub remember: bool,
    /// The maximum age of the sign-in at the provider, in seconds; 0 requires a new one.
    pub max_age: Option<u64>,
    pub flow: Option<InteractionId>,
    pub next: Option<String>,
    pub browser: TokenHash,
}

fn bound_to(browser: &TokenHash, provider: &ProviderId) -> Vec<u8> {
    let place = format!("journey {provider}");
    [browser.as_bytes().as_slice(), place.as_bytes()].concat()
}

/// Starts a sign-in with a provider: returns the provider, and the URL to send the browser to.
#[boxed(?Send)]
pub async fn start(
    context: &Context,
    departure: Departure,
) -> FlowResult<(Provider, Url), FederationError> {
    let core = &context.core;
    let provider = active(core.db.read(), &departure.provider).await?;
    let random = || OpaqueToken::generate(&mut core.rng()).expose().to_owned();
    let state = LoginState {
        provider: departure.provider,
        issuer: provider.issuer.clone(),
        purpose: departure.purpose,
        remember: departure.remember,
        max_age: departure.max_age,
        flow: departure.flow,
        next: departure.next,
        began_at: core.now(),
        nonce: random(),
        verifier: random(),
    };
    let place = bound_to(&departure.browser, &state.provider);
    let key = &context.directory.provider_key;
    let sealed = key.seal_json(&state, &place, &mut core.rng());
    let sealed = sealed.map_err(ServerError::internal)?;
    let keys = context.issuing.keys.current(&core.db, core.now()).await?;
    let party = relying_party(context, &keys);
    match upstream::address(&party, &provider, &state.request(&sealed)).await {
        Ok(url) => Ok((provider, url)),
        Err(error) => {
            tracing::warn!(provider = %provider.id, %error, "sign-in with a provider did not start");
            Err(FlowError::Rejected((&error).into()))
        }
    }
}

/// Decrypts the login state of a callback; returns `None` if it is forged, for another provider or
/// browser, or expired.
pub(super) fn open(
    context: &Context,
    sealed: &str,
    browser: &TokenHash,
    provider: &ProviderId,
) -> Option<LoginState> {
    let place = bound_to(browser, provider);
    let key = &context.directory.provider_key;
    let state: LoginState = key.open_json(sealed, &place)?;
    let is_ours = state.provider == *provider;
    (is_ours && !is_expired(state.began_at + JOURNEY, context.core.now())).then_some(state)
}

/// Consumes the login state: of any number of concurrent callbacks, one gets true.
pub(super) async fn claim(
    tx: &WriteTx,
    sealed: &str,
    state: &LoginState,
) -> FlowResult<bool, FederationError> {
    let name = TokenHash::digest(&format!("journey {sealed}"));
    Ok(repo::replay_markers::insert_unique(tx, &name, state.began_at + JOURNEY).await?)
}

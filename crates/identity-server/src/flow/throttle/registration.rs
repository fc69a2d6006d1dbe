//! Limits on fetches that third parties cause, and on clients that register themselves.

use doorward_domain::rules::throttle::{
    FETCH_HOST, REGISTRATION_REJECTED, REGISTRATION_UPDATE, REGISTRATION_UPDATE_ADDRESS,
    UNKNOWN_KEY,
};
use doorward_store::Key;

use super::{Budget, count_address};
use crate::flow::caller::Caller;
use crate::state::State;

/// Counts a fetch of a URL that a third party or a client named, for its host (SS-3).
pub(crate) async fn admit_fetch(state: &State, url: &str) -> Result<Budget, Budget> {
    let url = url::Url::parse(url).ok();
    let host = url.as_ref().and_then(url::Url::host_str);
    let throttle = &state.throttle;
    throttle
        .count(FETCH_HOST, &[host.unwrap_or_default()])
        .await
}

/// Counts a fetch of the key set at `url` because a key is not in it.
pub(crate) async fn admit_unknown_key(state: &State, url: &str) -> Result<Budget, Budget> {
    state.throttle.count(UNKNOWN_KEY, &[url]).await
}

/// The permission to register with one initial access token.
#[derive(Debug)]
pub struct RegistrationPass(Key);

/// Counts a registration with an initial access token as rejected before it is tried;
/// [`forgive_registration`] takes that back.
pub async fn admit_registration(state: &State, token: &str) -> Result<RegistrationPass, Budget> {
    let admitted = state
        .throttle
        .admit_failing(REGISTRATION_REJECTED, token, state.now());
    admitted.await.map(|(key, _)| RegistrationPass(key))
}

/// Takes back that a registration was counted as rejected.
pub async fn forgive_registration(state: &State, pass: &RegistrationPass) {
    let throttle = &state.throttle;
    throttle.tally(REGISTRATION_REJECTED, &pass.0).await;
}

/// Counts an update of a registration from this address, before its token is looked at.
pub async fn admit_update_from(state: &State, caller: &Caller) -> Result<Budget, Budget> {
    count_address(state, REGISTRATION_UPDATE_ADDRESS, caller).await
}

/// Counts an update of this client's registration, once its token was recognized.
pub async fn admit_update_of(state: &State, client_id: &str) -> Result<Budget, Budget> {
    let throttle = &state.throttle;
    throttle.count(REGISTRATION_UPDATE, &[client_id]).await
}

//! The providers to sign in with, and why a way through one ends.

use doorward_domain::model::{Provider, ProviderId};
use doorward_store::{Conn, repo};

use crate::error::FlowError;
use crate::state::State;

/// Why a way through another provider ends. What exactly is for the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FederationError {
    /// The journey is unknown here, of another browser, over, or was completed before.
    Over,
    /// There is no such provider, or it is switched off.
    NoProvider,
    /// The person said no there.
    Denied,
    /// The provider does not answer.
    Unavailable,
    /// What it says is not to be believed, or the account is switched off: nobody is told which.
    Rejected,
    /// The app asks for a recent sign-in, and the provider does not confirm one.
    TooOld,
    /// There is no account here, and none may be made.
    Closed,
    /// The account there signs in to another account here.
    Taken,
    /// Whoever began the journey is not signed in here any more, or was not seen for a while.
    NotFresh,
    /// It is the only way in, or there is no such link.
    Stays,
    /// The person has linked as many as one may.
    TooMany,
}

/// A button of the sign-in page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderOption {
    /// Its name in addresses.
    pub id: ProviderId,
    /// What the button says.
    pub name: String,
    /// This browser came with it last.
    pub was_last: bool,
}

/// The providers to sign in with, the one that was used last in this browser first. None while the store
/// is away: the sign-in page is there all the same (SE-9).
pub async fn offers(state: &State, last: Option<&str>) -> Vec<ProviderOption> {
    let known = match state.providers().await {
        Ok(known) => known,
        Err(fault) => {
            tracing::warn!(%fault, "no provider is offered");
            return Vec::new();
        }
    };
    let mut offers: Vec<ProviderOption> = known
        .iter()
        .map(|provider| ProviderOption {
            id: provider.id.clone(),
            name: provider.name.clone(),
            was_last: last == Some(provider.id.as_str()),
        })
        .collect();
    // Stable: all others stay in their order.
    offers.sort_by_key(|offer| !offer.was_last);
    offers
}

/// The provider, if people may sign in with it now.
pub(crate) async fn active<R: From<FederationError>>(
    conn: &impl Conn,
    id: &ProviderId,
) -> Result<Provider, FlowError<R>> {
    let found = repo::providers::find(conn, id).await?;
    found
        .filter(Provider::is_active)
        .ok_or_else(|| FlowError::Rejected(FederationError::NoProvider.into()))
}

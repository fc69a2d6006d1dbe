//! The providers that users may sign in with, this server as their relying party, and the failures of
//! such sign-ins.

use doorward_domain::keys::KeyRing;
use doorward_domain::model::{ProviderCause, ProviderId};
use doorward_egress::upstream::{self, RelyingParty, UpstreamError};
use doorward_rules::provider::Preset;

use crate::prelude::*;

/// The failure of a sign-in with a provider. The log and the attempt have the exact cause.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FederationError {
    /// The login state is unknown, of another browser, expired, or consumed.
    Over,
    NoProvider,
    Denied,
    /// The provider does not respond, or not now.
    Unavailable,
    /// The provider responds, but the response signs in no user.
    Unaccepted(ProviderCause),
    /// The account is disabled; users do not learn that.
    Rejected,
    /// The client requires a recent sign-in, and the provider does not confirm one.
    TooOld,
    /// There is no account here, and none may be created.
    Closed,
    /// The account there is linked to another account here.
    Taken,
    /// The user who made the request is signed out, or must reauthenticate.
    NotFresh,
    /// The link is the only sign-in method, or does not exist.
    Stays,
    /// The user has the maximum number of linked accounts.
    TooMany,
}

impl From<&UpstreamError> for FederationError {
    fn from(error: &UpstreamError) -> Self {
        match error {
            UpstreamError::Unavailable(_) => Self::Unavailable,
            UpstreamError::Unaccepted(error) => Self::Unaccepted(error.cause),
            UpstreamError::NotFresh => Self::TooOld,
        }
    }
}

/// A button of the sign-in page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderOption {
    pub id: ProviderId,
    pub name: String,
    /// The well-known provider that it is, if any.
    pub known: Option<Preset>,
    pub was_last: bool,
}

/// Lists the providers to sign in with, the last used in this browser first. Returns none if the
/// store is unavailable, so that the sign-in page still works.
#[boxed(?Send)]
pub async fn offers(context: &Context, last: Option<&str>) -> Vec<ProviderOption> {
    let known = match context.directory.providers(&context.core).await {
        Ok(known) => known,
        Err(error) => {
            tracing::warn!(fault = %error, "identity providers cannot be read");
            return Vec::new();
        }
    };
    let mut offers: Vec<ProviderOption> = known
        .iter()
        .map(|provider| ProviderOption {
            id: provider.id.clone(),
            name: provider.name.clone(),
            known: Preset::of(provider),
            was_last: last == Some(provider.id.as_str()),
        })
        .collect();
    // The sort is stable: all others keep their order.
    offers.sort_by_key(|offer| !offer.was_last);
    offers
}

/// Returns the provider if users may sign in with it.
pub(crate) async fn active<R: From<FederationError>>(
    conn: &Conn,
    id: &ProviderId,
) -> FlowResult<Provider, R> {
    let found = repo::providers::find(conn, id).await?;
    found
        .filter(Provider::is_active)
        .ok_or_else(|| FlowError::Rejected(FederationError::NoProvider.into()))
}

/// Returns this server as a relying party of the providers.
pub(super) fn relying_party<'a>(context: &'a Context, keys: &'a KeyRing) -> RelyingParty<'a> {
    let Context {
        core, directory, ..
    } = context;
    RelyingParty {
        http: &directory.http,
        known: &directory.upstreams,
        issuer: core.issuer(),
        own_issuer: &core.config.issuer,
        former_issuers: &core.config.former_issuers.urls,
        secret_key: &directory.provider_key,
        signing_keys: keys,
        clock: &*core.clock,
        random: &core.random,
    }
}

/// Returns the redirect URI of a provider: each has its own (RFC 9700 §4.4.2.2).
pub fn redirect_uri(core: &Core, provider: &Provider) -> String {
    upstream::redirect_uri(core.issuer(), provider)
}

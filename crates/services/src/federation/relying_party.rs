//! This server as a relying party of the identity providers.

use doorward_domain::model::Provider;
use doorward_egress::upstream::{self, RelyingParty};

use crate::state::State;

/// Returns this server as a relying party.
pub(super) fn relying_party(state: &State) -> RelyingParty<'_> {
    RelyingParty {
        http: &state.outgoing,
        known: &state.upstreams,
        issuer: state.issuer(),
        secret_key: state.provider_key(),
        clock: &*state.clock,
    }
}

/// Returns the redirect URI of a provider: each has its own (RFC 9700 §4.4.2.2).
pub fn redirect_uri(state: &State, provider: &Provider) -> String {
    upstream::redirect_uri(state.issuer(), provider)
}

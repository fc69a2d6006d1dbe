//! This server as a relying party of the identity providers.

use doorward_domain::model::Provider;
use doorward_egress::upstream::{self, RelyingParty};
use doorward_services::context::{Context, Core};

pub(super) fn relying_party(context: &Context) -> RelyingParty<'_> {
    let Context {
        core, directory, ..
    } = context;
    RelyingParty {
        http: &directory.http,
        known: &directory.upstreams,
        issuer: core.issuer(),
        secret_key: &directory.provider_key,
        clock: &*core.clock,
    }
}

/// Returns the redirect URI of a provider: each has its own (RFC 9700 §4.4.2.2).
pub fn redirect_uri(core: &Core, provider: &Provider) -> String {
    upstream::redirect_uri(core.issuer(), provider)
}

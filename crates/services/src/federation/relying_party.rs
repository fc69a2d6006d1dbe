//! This server as a relying party of the identity providers.

use doorward_domain::model::Provider;
use doorward_egress::upstream::{self, RelyingParty};

use crate::context::Context;

/// Returns this server as a relying party.
pub(super) fn relying_party(context: &Context) -> RelyingParty<'_> {
    RelyingParty {
        http: &context.directory.http,
        known: &context.directory.upstreams,
        issuer: context.core.issuer(),
        secret_key: context.directory.provider_key.expose(),
        clock: &*context.core.clock,
    }
}

/// Returns the redirect URI of a provider: each has its own (RFC 9700 §4.4.2.2).
pub fn redirect_uri(context: &Context, provider: &Provider) -> String {
    upstream::redirect_uri(context.core.issuer(), provider)
}

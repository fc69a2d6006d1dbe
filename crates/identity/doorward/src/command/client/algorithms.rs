//! The signature algorithms of a client.

use clap::Args;
use doorward_protocol::signing_alg::{SigningAlg, UnknownAlg};

/// The algorithms of tokens and responses for the client.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "the names of the options")]
pub struct AlgorithmArgs {
    /// Algorithm of ID tokens and logout tokens: `RS256`, `PS256`, `ES256` or `EdDSA` [default of a
    /// new client: `RS256`]
    #[arg(long, value_name = "ALG")]
    pub(super) id_token_signed_response_alg: Option<SigningAlg>,
    /// Algorithm of userinfo responses, which are then signed (`application/jwt`); empty for plain
    /// JSON
    #[arg(long, value_name = "ALG", value_parser = optional)]
    pub(super) userinfo_signed_response_alg: Option<OptionalAlg>,
    /// Algorithm that signs every authorization response (JARM); empty to sign only when requested
    #[arg(long, value_name = "ALG", value_parser = optional)]
    pub(super) authorization_signed_response_alg: Option<OptionalAlg>,
    /// Algorithm of signed introspection responses (RFC 9701); empty for `RS256`
    #[arg(long, value_name = "ALG", value_parser = optional)]
    pub(super) introspection_signed_response_alg: Option<OptionalAlg>,
}

/// An algorithm, or none.
#[derive(Debug, Clone, Copy)]
pub struct OptionalAlg(pub(super) Option<SigningAlg>);

fn optional(text: &str) -> Result<OptionalAlg, UnknownAlg> {
    if text.is_empty() {
        return Ok(OptionalAlg(None));
    }
    text.parse().map(|alg| OptionalAlg(Some(alg)))
}

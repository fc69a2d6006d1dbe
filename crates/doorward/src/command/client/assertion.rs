//! The audiences of client assertions.

use clap::Args;
use doorward_domain::model::{AssertionAudience, UnknownAudience};

/// The accepted `aud` of the client's assertions.
#[derive(Debug, Args)]
pub struct AssertionArgs {
    /// `aud` of client assertions: `issuer_or_endpoint`, `issuer`, or `default` for the setting
    /// `clients.assertion_audience`
    #[arg(long, value_name = "AUDIENCE", value_parser = audience)]
    assertion_audience: Option<Audience>,
}

/// An audience, or `None` for the deployment's setting.
#[derive(Debug, Clone, Copy)]
struct Audience(Option<AssertionAudience>);

impl AssertionArgs {
    /// Returns the setting of the client, if one was given.
    #[expect(
        clippy::option_option,
        reason = "not given, the deployment's, or the client's own"
    )]
    pub(super) fn audience(&self) -> Option<Option<AssertionAudience>> {
        self.assertion_audience.map(|Audience(audience)| audience)
    }
}

fn audience(text: &str) -> Result<Audience, UnknownAudience> {
    AssertionAudience::parse_setting(text).map(Audience)
}

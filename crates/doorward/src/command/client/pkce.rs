//! The PKCE policy of a client.

use clap::Args;
use doorward_domain::model::{Client, PKCE_STREAK, PkcePolicy};

/// The PKCE policy of a new client.
#[derive(Debug, Args)]
pub(super) struct PkceArgs {
    /// PKCE policy: `required`, `optional`, or `auto`, which becomes `required` after ten sign-ins
    /// in a row with PKCE [default: `auto`, or `required` for a public client]
    #[arg(long, value_name = "POLICY", value_parser = policy)]
    pub pkce: Option<PkcePolicy>,
}

/// A change of the PKCE policy.
#[derive(Debug, Args)]
pub(super) struct PkceChange {
    /// PKCE policy: `required`, `optional`, or `auto`, which restarts its count
    #[arg(long, value_name = "POLICY", value_parser = policy)]
    pub pkce: Option<PkcePolicy>,
}

fn policy(text: &str) -> Result<PkcePolicy, String> {
    PkcePolicy::parse(text).ok_or_else(|| "write required, auto or optional".to_owned())
}

/// Describes the effective policy and its origin.
pub(super) fn describe(client: &Client) -> String {
    let policy = client.pkce_policy().as_str();
    if client.has_switched_to_pkce() {
        return format!(
            "{policy} (auto: {PKCE_STREAK} sign-ins in a row used it; undo: doorward client update {} \
             --pkce auto)",
            client.id
        );
    }
    match client.code_protection {
        Some(last) if !client.requires_pkce() => {
            format!(
                "{policy} (protection of the last sign-in: {})",
                last.as_str()
            )
        }
        _ => policy.to_owned(),
    }
}

//! Options for the token exchange of a client (RFC 8693).

use clap::Args;
use doorward_domain::model::{Client, ExchangeRights};

/// The token exchange rights of a new client.
#[derive(Debug, Args)]
pub(super) struct ExchangeArgs {
    /// Resource that the client can exchange tokens for (RFC 8693) (repeatable)
    #[arg(long, value_name = "RESOURCE")]
    pub exchange_audience: Vec<String>,
    /// Impersonation: `true` allows exchanged tokens without an `act` claim
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub exchange_impersonation: Option<bool>,
}

/// Changes to the token exchange rights of a client.
#[derive(Debug, Args)]
pub(super) struct ExchangeChange {
    #[command(flatten)]
    given: ExchangeArgs,
    /// Remove every resource that the client can exchange tokens for
    #[arg(long, conflicts_with = "exchange_audience")]
    no_exchange: bool,
}

impl ExchangeArgs {
    /// Converts the options to the rights of a new client.
    pub fn rights(self) -> ExchangeRights {
        ExchangeRights {
            audiences: self.exchange_audience,
            impersonation: self.exchange_impersonation.unwrap_or_default(),
        }
    }
}

impl ExchangeChange {
    /// Returns the new list of audiences, if it changes.
    pub fn audiences(&self) -> Option<Vec<String>> {
        let list = &self.given.exchange_audience;
        (self.no_exchange || !list.is_empty()).then(|| list.clone())
    }

    /// Returns the new impersonation setting, if it changes.
    pub fn impersonation(&self) -> Option<bool> {
        let said = self.given.exchange_impersonation;
        said.or(self.no_exchange.then_some(false))
    }
}

/// Describes the rights.
pub(super) fn describe(client: &Client) -> String {
    match client.exchange.audiences.join(" ") {
        list if list.is_empty() => "-".to_owned(),
        list if client.exchange.impersonation => format!("{list} (may impersonate)"),
        list => list,
    }
}

//! What a client may exchange tokens for.

use clap::Args;
use doorward_domain::model::{Client, ExchangeRights};

/// For which resources, and how.
#[derive(Debug, Args)]
pub(super) struct ExchangeArgs {
    /// A resource that it may exchange tokens for (RFC 8693); may be repeated
    #[arg(long, value_name = "RESOURCE")]
    pub exchange_audience: Vec<String>,
    /// Whether exchanged tokens may keep silent about who acts
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub exchange_impersonation: Option<bool>,
}

/// The same for a client that is there.
#[derive(Debug, Args)]
pub(super) struct ExchangeChange {
    #[command(flatten)]
    given: ExchangeArgs,
    /// Let it exchange tokens for no resource any more
    #[arg(long, conflicts_with = "exchange_audience")]
    no_exchange: bool,
}

impl ExchangeArgs {
    /// For a new client.
    pub fn rights(self) -> ExchangeRights {
        ExchangeRights {
            audiences: self.exchange_audience,
            impersonation: self.exchange_impersonation.unwrap_or_default(),
        }
    }
}

impl ExchangeChange {
    /// The whole new list, if there is to be one.
    pub fn audiences(&self) -> Option<Vec<String>> {
        let list = &self.given.exchange_audience;
        (self.no_exchange || !list.is_empty()).then(|| list.clone())
    }

    /// Whether who acts may be left out from now on.
    pub fn impersonation(&self) -> Option<bool> {
        let said = self.given.exchange_impersonation;
        said.or(self.no_exchange.then_some(false))
    }
}

/// The rights, in words.
pub(super) fn shown(client: &Client) -> String {
    match client.exchange.audiences.join(" ") {
        list if list.is_empty() => "-".to_owned(),
        list if client.exchange.impersonation => format!("{list} (may impersonate)"),
        list => list,
    }
}

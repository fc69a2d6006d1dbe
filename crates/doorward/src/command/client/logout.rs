//! Where a client hears that a session has ended.

use clap::Args;
use doorward_domain::model::{Client, LogoutAddresses};

/// The address that is called from behind.
#[derive(Debug, Args)]
pub(super) struct LogoutArgs {
    /// Where logout tokens are posted when a session ends (OIDC Back-Channel Logout); empty for
    /// nowhere any more
    #[arg(long, value_name = "URL")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether the client needs `sid` in them; they always carry it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub backchannel_logout_session_required: Option<bool>,
}

impl LogoutArgs {
    /// For a new client.
    pub fn addresses(self) -> LogoutAddresses {
        LogoutAddresses {
            backchannel: self.backchannel_logout_uri.filter(|url| !url.is_empty()),
            backchannel_session_required: self
                .backchannel_logout_session_required
                .unwrap_or_default(),
        }
    }
}

/// The address, in a word.
pub(super) fn shown(client: &Client) -> String {
    let address = client.logout.backchannel.clone();
    address.unwrap_or_else(|| "-".to_owned())
}

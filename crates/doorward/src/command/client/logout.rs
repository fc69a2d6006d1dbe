//! Where a client hears that a session has ended.

use clap::Args;
use doorward_domain::model::LogoutUris;

/// The address that is called from behind, and the one that the browser calls.
#[derive(Debug, Args)]
pub(super) struct LogoutArgs {
    /// Where logout tokens are posted when a session ends (OIDC Back-Channel Logout); empty for
    /// nowhere any more
    #[arg(long, value_name = "URL")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether the client needs `sid` in them; they always carry it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub backchannel_logout_session_required: Option<bool>,
    /// What the browser loads in a frame at sign-out (OIDC Front-Channel Logout); empty for nothing
    /// any more
    #[arg(long, value_name = "URL")]
    pub frontchannel_logout_uri: Option<String>,
    /// Whether the client needs `iss` and `sid` there; they are always sent along
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub frontchannel_logout_session_required: Option<bool>,
}

impl LogoutArgs {
    /// For a new client.
    pub fn addresses(self) -> LogoutUris {
        LogoutUris {
            backchannel: self.backchannel_logout_uri.filter(|url| !url.is_empty()),
            backchannel_session_required: self
                .backchannel_logout_session_required
                .unwrap_or_default(),
            frontchannel: self.frontchannel_logout_uri.filter(|url| !url.is_empty()),
            frontchannel_session_required: self
                .frontchannel_logout_session_required
                .unwrap_or_default(),
        }
    }
}

/// An address, in a word.
pub(super) fn shown(address: Option<&String>) -> String {
    address.map_or_else(|| "-".to_owned(), Clone::clone)
}

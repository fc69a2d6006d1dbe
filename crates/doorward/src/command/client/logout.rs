//! Options for logout notifications of a client.

use clap::Args;
use doorward_domain::model::LogoutUris;

/// The back-channel and front-channel logout addresses of a client.
#[derive(Debug, Args)]
pub(super) struct LogoutArgs {
    /// URL that receives logout tokens when a session ends (OIDC Back-Channel Logout); empty for
    /// none
    #[arg(long, value_name = "URL")]
    pub backchannel_logout_uri: Option<String>,
    /// Requirement of `sid` in logout tokens; they always contain it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub backchannel_logout_session_required: Option<bool>,
    /// URL that the browser loads in a frame at sign-out (OIDC Front-Channel Logout); empty for
    /// none
    #[arg(long, value_name = "URL")]
    pub frontchannel_logout_uri: Option<String>,
    /// Requirement of `iss` and `sid` in the front-channel request; it always contains them
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub frontchannel_logout_session_required: Option<bool>,
}

impl LogoutArgs {
    /// Converts the options to the addresses of a new client.
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

/// Formats an optional address; `-` if it is missing.
pub(super) fn describe(address: Option<&String>) -> String {
    address.map_or_else(|| "-".to_owned(), Clone::clone)
}

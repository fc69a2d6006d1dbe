//! The option for the reason of a change.

use clap::Args;
use doorward_admin::change_reason::ChangeReason;

/// The reason of a change of a user.
#[derive(Debug, Args)]
pub struct ReasonArg {
    /// Reason, which the user sees in the activity of the account (at most 200 characters)
    #[arg(long, value_name = "TEXT", value_parser = ChangeReason::parse)]
    pub reason: Option<ChangeReason>,
}

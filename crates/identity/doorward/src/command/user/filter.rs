//! A filter of users.

use doorward_rules::list_filter::{UserFilter, UserState};

use crate::command::prelude::*;
use crate::command::values::one_of;

#[derive(Debug, Args)]
pub struct FilterArgs {
    /// Prefix of the user name, e-mail address or full name, or a user ID
    #[arg(long, value_name = "TEXT")]
    pub(super) search: Option<String>,
    /// State: `active`, `disabled`, `pending_deletion` or `unverified` (e-mail address)
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Option<UserState>,
    /// Organization of which the users are members
    #[arg(long)]
    pub(super) org: Option<String>,
    /// Role that the users have, directly or by a group
    #[arg(long)]
    pub(super) role: Option<String>,
    /// Only users without a second factor
    #[arg(long, value_name = "none", value_parser = ["none"])]
    second_factor: Option<String>,
    /// Minimum number of days without a sign-in
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    unused_days: Option<u32>,
    /// Only users that are locked out after failed sign-ins
    #[arg(long)]
    locked: bool,
}

impl FilterArgs {
    pub(super) fn into_filter(self) -> UserFilter {
        UserFilter {
            text: self.search.unwrap_or_default(),
            state: self.state,
            org: self.org,
            role: self.role,
            no_factor: self.second_factor.is_some(),
            unused_days: self.unused_days,
            locked: self.locked,
        }
    }
}

fn state(text: &str) -> Result<UserState, String> {
    let words = UserState::ALL.map(UserState::as_str);
    one_of(UserState::parse(text), "states", words)
}

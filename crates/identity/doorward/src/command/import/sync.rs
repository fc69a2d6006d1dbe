//! `--sync` of imports from Django and CSV files: its options, and the result as an exit code.

use doorward_import::item::Decision;
use doorward_import::report::Summary;
use doorward_import::sync::{Comparison, FileContents, LeaverAction, SyncOptions, UserLimit};

use crate::command::prelude::*;

#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Apply the file to the users of an earlier run too: change those that differ from it; without it,
    /// they are listed, and the exit code is 7
    #[arg(long)]
    sync: bool,
    /// Treatment of active users that are missing in the file: report (they stay, and the exit code is 7)
    /// or disable [default: report]
    #[arg(long, value_name = "ACTION", requires = "sync", value_parser = action)]
    leavers: Option<LeaverAction>,
    /// Maximum number or share of users that may be missing in the file, and of those that the file may
    /// disable; if more are, nothing is changed [default: 5%]
    #[arg(long, value_name = "NUMBER|PERCENT%", requires = "sync", value_parser = UserLimit::parse)]
    max_leavers: Option<UserLimit>,
    /// Maximum number or share of users that the file may change, and of those that it may add; if there
    /// are more, nothing is changed [default: 20%, at least 10 users]
    #[arg(long, value_name = "NUMBER|PERCENT%", requires = "sync", value_parser = UserLimit::parse)]
    max_changes: Option<UserLimit>,
    /// Send no mails about changed addresses and disabled accounts; the audit log records it
    #[arg(long, requires = "sync")]
    no_notify: bool,
}

fn action(text: &str) -> Result<LeaverAction, String> {
    LeaverAction::parse(text).ok_or_else(|| "write report or disable".to_owned())
}

impl SyncArgs {
    /// Returns the comparison of a file with the users of its source.
    pub fn comparison(&self, file: FileContents) -> Comparison {
        let options = SyncOptions {
            leavers: self.leavers.unwrap_or(LeaverAction::Report),
            max_leavers: self.max_leavers.unwrap_or(UserLimit::OF_LEAVERS),
            max_changes: self.max_changes,
            notifies: !self.no_notify,
        };
        Comparison {
            file,
            sync: self.sync.then_some(options),
        }
    }
}

/// Fails if users differ from the file after the command, or a dry run exceeds a limit.
pub fn check(comparison: &Comparison, summary: &Summary) -> Result {
    if let Some(excess) = &summary.excess {
        return Err(CliError::Conflict(excess.to_string()));
    }
    let missing = summary.users(&[Decision::Missing]);
    let differing = summary.users(&[Decision::Differs]);
    let skipped = summary.users(&[Decision::Skip]);
    let (is_same, text) = if comparison.sync.is_some() {
        let text = format!(
            "Not applied: rows with a conflict: {skipped}, active users that are missing in the file: \
             {missing}. --leavers disable disables the latter."
        );
        (skipped == 0 && missing == 0, text)
    } else {
        let text = format!(
            "Not applied: users that differ from the file: {differing}, active users that are missing in it: \
             {missing}. --sync applies the file to them."
        );
        (differing == 0 && missing == 0, text)
    };
    if is_same {
        return Ok(());
    }
    Err(CliError::Differs(text))
}

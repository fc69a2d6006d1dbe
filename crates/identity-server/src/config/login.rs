//! `[login]`: the ways in that are there besides the password and passkeys.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};
use super::{Config, Finding};

/// The ways in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Whether people may sign in with a mailed code or link.
    pub email_code: bool,
}

/// The keys of `[login]`.
pub const KEYS: &[Key] = &[Key::new(
    "login.email_code",
    Kind::Flag,
    "false",
    "Whether people may sign in with a code or link that is mailed to their proved address, without a \
     password. It counts as one factor, and never as the second one: whoever reads the mail is in, so \
     the accounts are as safe as the mailboxes.",
)];

impl Config {
    /// Whether people are offered a code by mail here.
    pub fn offers_email_code(&self) -> bool {
        self.login.email_code && self.can_mail()
    }

    /// Every way in.
    pub(super) fn check_login(&self, findings: &mut Vec<Finding>) {
        self.check_passkeys(findings);
        if self.login.email_code && !self.can_mail() {
            findings.push(self.refused(
                "login.email_code",
                "codes are to be mailed, and there is no way to send a mail",
                "set mail.smtp_url, or login.email_code = false",
            ));
        }
    }
}

#[cfg(test)]
mod tests;

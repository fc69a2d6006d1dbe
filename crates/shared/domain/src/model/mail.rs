//! The content of e-mail messages. A message is stored as its few values, and rendered in the
//! recipient's language when it is sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::BrandOwners;

/// A location with names in one language, as the database has them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Location {
    pub city: Option<String>,
    pub country: String,
}

/// The origin of a request, for "asked from Firefox on Linux".
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RequestOrigin {
    pub user_agent: String,
    pub ip: String,
    #[serde(default)]
    pub place: Option<Location>,
    pub at: i64,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MailContent {
    /// Confirms the address of a new account.
    Verify {
        url: String,
    },
    Invited {
        url: String,
        organization: String,
        /// The name of the inviting user; `None` for the operator.
        inviter: Option<String>,
    },
    /// Reports an attempt to register with an address that already has an account.
    KnownAddress {
        /// The sign-in page.
        url: String,
    },
    /// Sets a new password.
    Reset {
        url: String,
    },
    /// Sets the first password of an account that an administrator created.
    Welcome {
        url: String,
    },
    PasskeyLink {
        url: String,
    },
    PasswordChanged {
        /// The page that sets a new password.
        url: String,
    },
    /// Reports that the password does not sign in any more, and asks for another one.
    NewPasswordRequired {
        /// The page that sets a new password.
        url: String,
    },
    /// Confirms the new address of an account.
    Change {
        url: String,
    },
    /// Reports, at the former address, that the account has another address.
    Changed {
        /// The new address, mostly masked.
        address: String,
        /// The link that restores the former address; `None` if that address was never verified.
        url: Option<String>,
    },
    /// Reports that the former address was restored.
    Restored {
        /// The page that sets a new password.
        url: String,
    },
    Notice {
        notice: SecurityNotification,
        /// The page that secures the account.
        url: String,
    },
    /// Reports that a copy of all personal data was downloaded.
    Exported {
        /// The page that sets a new password.
        url: String,
    },
    /// Reports that the account will be deleted.
    Leaving {
        /// The page that cancels the deletion.
        url: String,
        due: i64,
    },
    /// Reports that the deletion was cancelled.
    Kept {
        /// The page that sets a new password.
        url: String,
    },
    Deleted,
    /// Reports that an administrator disabled the account.
    SwitchedOff,
    /// Shows an administrator that mail is delivered.
    Test,
    SignInCode {
        /// The code, in groups.
        code: String,
        url: String,
    },
    /// Asks the user to approve a sign-in that a client requests (CIBA Core §7).
    Approve {
        /// The page that approves or denies it.
        url: String,
        /// The registered name of the client.
        app: String,
    },
    /// A message of a feature.
    Feature {
        /// The name of the message.
        mail: String,
        url: String,
        /// The variables of its texts.
        values: BTreeMap<String, MailValue>,
    },
}

/// The value of a variable in a message of a feature.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MailValue {
    /// A point in time, shown in UTC.
    Moment(i64),
    Text(String),
}

#[derive(Clone, Serialize, Deserialize)]
pub struct MailMessage {
    pub to: String,
    /// The language (BCP 47).
    pub lang: String,
    pub name: String,
    pub asked: RequestOrigin,
    pub content: MailContent,
    /// The client and the organization whose brands the message has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<BrandOwners>,
}

impl std::fmt::Debug for MailMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The content is omitted: its links give access to accounts.
        f.write_str("Letter(…)")
    }
}

/// A security event, which is always reported to its user.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum SecurityNotification {
    FactorAdded,
    FactorRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    AccountLinked,
    AccountUnlinked,
    DeviceTrusted,
    RecoveryCodesMade,
    RecoveryCodeUsed {
        left: u64,
    },
    NewDevice,
    /// A lockout of sign-ins after too many wrong passwords.
    SignInLocked {
        minutes: u64,
    },
    /// A lockout of the second factor after too many wrong codes; the sender knew the password.
    CodesLocked {
        minutes: u64,
    },
    ApiKeyCreated,
    /// A signed-in user reported activity of the account as not theirs.
    Disowned,
}

impl SecurityNotification {
    /// All events, with one sample value of each, for previews and tests.
    pub const ALL: [Self; 15] = [
        Self::FactorAdded,
        Self::FactorRemoved,
        Self::PasskeyAdded,
        Self::PasskeyRemoved,
        Self::AccountLinked,
        Self::AccountUnlinked,
        Self::DeviceTrusted,
        Self::RecoveryCodesMade,
        Self::RecoveryCodeUsed { left: 8 },
        Self::RecoveryCodeUsed { left: 1 },
        Self::NewDevice,
        Self::SignInLocked { minutes: 5 },
        Self::CodesLocked { minutes: 1 },
        Self::ApiKeyCreated,
        Self::Disowned,
    ];
}

/// Masks an address so that only its owner recognizes it: `a…@example.org`.
pub fn hidden(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        None => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_is_mostly_hidden() {
        assert_eq!(hidden("mallory@evil.example"), "m…@evil.example");
        assert_eq!(hidden("no address"), "…");
    }
}

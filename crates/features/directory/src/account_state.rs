//! The state of accounts of Active Directory, RFC 2307 and password policies, and the reasons of failed
//! binds.

use doorward_domain::model::AttemptRule;
use doorward_domain::time::UnixSeconds;

use crate::entry::Entry;

/// The attributes that say whether an account is closed.
pub const ATTRIBUTES: [&str; 9] = [
    "userAccountControl",
    "msDS-User-Account-Control-Computed",
    "accountExpires",
    "pwdLastSet",
    "shadowExpire",
    "shadowLastChange",
    "shadowMax",
    "pwdAccountLockedTime",
    "nsAccountLock",
];

const DAY: i64 = 24 * 60 * 60;
/// `ACCOUNTDISABLE`, `LOCKOUT` and `PASSWORD_EXPIRED` of `userAccountControl` (MS-ADTS §2.2.16).
const DISABLED: i64 = 0x2;
const LOCKED: i64 = 0x10;
const PASSWORD_NEVER_EXPIRES: i64 = 0x1_0000;
const PASSWORD_EXPIRED: i64 = 0x80_0000;
/// Seconds between 1601 and 1970, and the units of a FILETIME in a second.
const EPOCH_OF_1601: i64 = 11_644_473_600;
const UNITS: i64 = 10_000_000;
/// Value of `pwdAccountLockedTime` for a lock by an administrator (draft-behera-ldap-password-policy §5.3.3).
const LOCKED_FOR_EVER: &str = "000001010000Z";

/// A reason why an account cannot be used, although the password may be right.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Closed {
    Disabled,
    Expired,
    Locked,
    PasswordExpired,
    /// The password must be changed at the next sign-in.
    PasswordTemporary,
}

impl Closed {
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Disabled => "disabled in the directory",
            Self::Expired => "expired in the directory",
            Self::Locked => "locked in the directory",
            Self::PasswordExpired => "the password has expired in the directory",
            Self::PasswordTemporary => "the password must be changed in the directory",
        }
    }

    pub const fn rule(self) -> AttemptRule {
        match self {
            Self::Disabled | Self::Expired => AttemptRule::UserDisabled,
            Self::Locked => AttemptRule::Lockout,
            Self::PasswordExpired | Self::PasswordTemporary => AttemptRule::PasswordWithdrawn,
        }
    }

    /// Returns the key of the text for a user whose password is right.
    pub const fn said(self) -> &'static str {
        match self {
            Self::Disabled => "directory-disabled",
            Self::Expired => "directory-expired",
            Self::Locked => "directory-locked",
            Self::PasswordExpired | Self::PasswordTemporary => "directory-password-expired",
        }
    }

    /// Returns true if the account is disabled here too. Other states end by themselves or by the user.
    pub const fn disables(self) -> bool {
        matches!(self, Self::Disabled | Self::Expired)
    }
}

/// The reason of a failed bind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BindDenial {
    WrongPassword,
    UnknownUser,
    /// The server has checked the password, which is right.
    Closed(Closed),
    /// The server says so without a check of the password.
    LockedUnchecked,
    /// The server does not take such a bind: of this user, at this time or from this machine.
    NotAllowed,
}

impl BindDenial {
    /// Reads the result code and the diagnostic message of a bind. Active Directory writes the code of
    /// the reason into it: `data 533`.
    pub fn read(code: u32, diagnostic: &str) -> Self {
        let data = diagnostic.split("data ").nth(1).unwrap_or_default();
        let data: String = data.chars().take_while(char::is_ascii_hexdigit).collect();
        match (data.to_ascii_lowercase().as_str(), code) {
            ("52e", _) => Self::WrongPassword,
            ("525", _) => Self::UnknownUser,
            ("532", _) => Self::Closed(Closed::PasswordExpired),
            ("533", _) => Self::Closed(Closed::Disabled),
            ("701", _) => Self::Closed(Closed::Expired),
            ("773", _) => Self::Closed(Closed::PasswordTemporary),
            // The only reason that Active Directory gives before it compares the password.
            ("775", _) => Self::LockedUnchecked,
            // Times and machines of a sign-in (530, 531), and policies of other servers.
            ("530" | "531" | "568" | "569", _) | (_, 19 | 50 | 53) => Self::NotAllowed,
            (_, 32) => Self::UnknownUser,
            _ => Self::WrongPassword,
        }
    }

    pub const fn reason(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong password",
            Self::UnknownUser => "unknown to the directory",
            Self::Closed(closed) => closed.reason(),
            Self::LockedUnchecked => Closed::Locked.reason(),
            Self::NotAllowed => "the directory does not allow the bind",
        }
    }

    pub const fn rule(self) -> AttemptRule {
        match self {
            Self::WrongPassword => AttemptRule::WrongPassword,
            Self::UnknownUser => AttemptRule::UnknownUser,
            Self::Closed(closed) => closed.rule(),
            Self::LockedUnchecked => AttemptRule::Lockout,
            Self::NotAllowed => AttemptRule::ProviderRejected,
        }
    }

    /// Returns the key of the text for the user; `None` while the password may be wrong.
    pub const fn said(self) -> Option<&'static str> {
        match self {
            Self::Closed(closed) => Some(closed.said()),
            _ => None,
        }
    }
}

/// Returns why an account is closed, by its attributes.
pub fn of_entry(entry: &Entry, now: UnixSeconds) -> Option<Closed> {
    let number = |name: &str| entry.first(name)?.trim().parse::<i64>().ok();
    let control = number("userAccountControl").unwrap_or_default();
    let computed = number("msDS-User-Account-Control-Computed").unwrap_or_default();
    let both = control | computed;
    let is_locked_by_flag = entry
        .first("nsAccountLock")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    if both & DISABLED != 0 || is_locked_by_flag {
        return Some(Closed::Disabled);
    }
    let ends = number("accountExpires").and_then(expiry);
    let day = now.div_euclid(DAY);
    let shadow = number("shadowExpire").filter(|day| *day >= 0);
    if ends.is_some_and(|at| at <= now) || shadow.is_some_and(|last| last <= day) {
        return Some(Closed::Expired);
    }
    let is_locked = entry.first("pwdAccountLockedTime") == Some(LOCKED_FOR_EVER);
    if computed & LOCKED != 0 || is_locked {
        return Some(Closed::Locked);
    }
    if number("pwdLastSet") == Some(0) && control & PASSWORD_NEVER_EXPIRES == 0
        || number("shadowLastChange") == Some(0)
    {
        return Some(Closed::PasswordTemporary);
    }
    let changed = number("shadowLastChange").filter(|day| *day > 0);
    let max = number("shadowMax").filter(|days| (1..99_999).contains(days));
    let is_old = changed
        .zip(max)
        .is_some_and(|(changed, max)| changed.saturating_add(max) < day);
    (both & PASSWORD_EXPIRED != 0 || is_old).then_some(Closed::PasswordExpired)
}

/// Returns the end of an account; `None` if it never ends. Values of 0 and of the maximum mean so.
fn expiry(filetime: i64) -> Option<UnixSeconds> {
    let is_never = filetime <= 0 || filetime == i64::MAX;
    (!is_never).then(|| filetime / UNITS - EPOCH_OF_1601)
}

#[cfg(test)]
mod tests;

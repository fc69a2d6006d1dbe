//! Users of a source (a file, a directory): what it has given to each, and how many a run may take away.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The maximum of users that one run may treat in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserLimit {
    Number(u64),
    Percent(u8),
}

impl UserLimit {
    /// The default of the maximum of leavers.
    pub const OF_LEAVERS: Self = Self::Percent(5);

    /// Reads a number, or whole percent such as `5%`.
    ///
    /// # Errors
    /// Returns a sentence for the operator if the text is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        let read = match text.strip_suffix('%') {
            Some(percent) => percent
                .parse()
                .ok()
                .filter(|percent| *percent <= 100)
                .map(Self::Percent),
            None => text.parse().ok().map(Self::Number),
        };
        read.ok_or_else(|| "write a number such as 20, or a share such as 5%".to_owned())
    }

    /// Returns the number of users of a source with this number of users.
    pub fn of(self, users: u64) -> u64 {
        match self {
            Self::Number(number) => number,
            Self::Percent(percent) => users.saturating_mul(u64::from(percent)) / 100,
        }
    }
}

impl fmt::Display for UserLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

/// The state of a user after the latest application of the file. It contains names and flags, no values
/// of the user, because it outlives the account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AppliedState {
    /// Fields with a value from the file.
    pub fields: BTreeSet<String>,
    /// Roles that the file has given.
    pub roles: BTreeSet<String>,
    /// Paths of the groups that the file has added the user to.
    pub groups: BTreeSet<String>,
    /// True if the address was verified according to the file.
    pub is_verified: bool,
    /// True if the user was disabled according to the file.
    pub is_disabled: bool,
    /// True if the user was missing in the file, and was disabled for that.
    pub has_left: bool,
}

impl AppliedState {
    /// Reads the stored form. A user of a former version of the program has none; then nothing is known
    /// to come from the file.
    pub fn read(stored: Option<&str>) -> Self {
        let read = stored.and_then(|text| serde_json::from_str(text).ok());
        read.unwrap_or_default()
    }

    /// Returns the stored form.
    pub fn to_stored(&self) -> String {
        // It cannot fail, because the keys are texts.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("5%", Some(UserLimit::Percent(5)))]
    #[case("0%", Some(UserLimit::Percent(0)))]
    #[case("100%", Some(UserLimit::Percent(100)))]
    #[case("101%", None)]
    #[case("2.5%", None)]
    #[case("-1", None)]
    #[case("%", None)]
    #[case("", None)]
    #[case("0", Some(UserLimit::Number(0)))]
    #[case("2500", Some(UserLimit::Number(2500)))]
    fn number_or_percent_is_read(#[case] text: &str, #[case] expected: Option<UserLimit>) {
        let read = UserLimit::parse(text);
        assert_eq!(read.clone().ok(), expected);
        if let Ok(read) = read {
            assert_eq!(read.to_string(), text);
        }
    }

    #[rstest]
    #[case::of_none("5%", 0, 0)]
    #[case::all_of_none("100%", 0, 0)]
    #[case::below_whole_user("5%", 19, 0)]
    #[case::first_whole_user("5%", 20, 1)]
    #[case::boundary("5%", 39, 1)]
    #[case::boundary("5%", 40, 2)]
    #[case::large("5%", 50_000, 2_500)]
    #[case::all("100%", 7, 7)]
    #[case::none_allowed("0%", 50_000, 0)]
    #[case::number("3", 0, 3)]
    #[case::number("3", 50_000, 3)]
    #[case::overflow("100%", u64::MAX, u64::MAX / 100)]
    fn percent_is_rounded_down(#[case] text: &str, #[case] users: u64, #[case] expected: u64) {
        assert_eq!(UserLimit::parse(text).unwrap().of(users), expected);
    }

    #[test]
    fn state_survives_storage_and_absence() {
        let state = AppliedState {
            fields: ["locale".to_owned()].into(),
            roles: ["clerk".to_owned()].into(),
            is_disabled: true,
            ..AppliedState::default()
        };
        assert_eq!(AppliedState::read(Some(&state.to_stored())), state);
        for stored in [None, Some(""), Some("[]x"), Some("{}")] {
            assert_eq!(AppliedState::read(stored), AppliedState::default());
        }
    }
}

//! Filters of the lists of users and clients, as they are written in a query.

use doorward_domain::model::{Client, ClientKind, RegisteredBy, User};

/// Maximum length of a value, in bytes.
const TEXT_MAX: usize = 512;
/// Maximum number of days without a sign-in.
pub const UNUSED_DAYS_MAX: u32 = 3_650;

doorward_protocol::words! {
    /// State of an account, as a filter.
    pub enum UserState {
        /// Neither disabled nor scheduled for deletion.
        Active = "active",
        Disabled = "disabled",
        /// Scheduled for deletion, and not disabled.
        PendingDeletion = "pending_deletion",
        /// The e-mail address is not verified, in any other state.
        Unverified = "unverified",
    }
}

impl UserState {
    /// Returns the state of an account; never [`Self::Unverified`].
    pub const fn of_user(user: &User) -> Self {
        if !user.is_active() {
            Self::Disabled
        } else if user.is_deletion_pending() {
            Self::PendingDeletion
        } else {
            Self::Active
        }
    }
}

/// The filter of a list of users; the default selects all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UserFilter {
    /// Prefix of the user name, the e-mail address or the full name, or an ID; empty: all.
    pub text: String,
    pub state: Option<UserState>,
    /// Slug of an organization of the user.
    pub org: Option<String>,
    /// Role that is assigned to the user itself.
    pub role: Option<String>,
    /// True for users without a second factor.
    pub no_factor: bool,
    /// Minimum number of days since the last sign-in, or since the creation without one.
    pub unused_days: Option<u32>,
    /// True for users who are locked out.
    pub locked: bool,
}

impl UserFilter {
    /// Names of the values in a query.
    pub const NAMES: [&'static str; 7] = [
        "q",
        "state",
        "organization",
        "role",
        "second_factor",
        "unused_days",
        "locked",
    ];

    /// Reads a filter from the values of a query, which are empty if they are absent. The error is the
    /// name of the first invalid value.
    pub fn parse<'a>(value: impl Fn(&str) -> &'a str) -> Result<Self, &'static str> {
        let value = |name| value(name).trim();
        Ok(Self {
            text: value("q").to_owned(),
            state: parsed("state", value, UserState::parse)?,
            org: parsed("organization", value, name)?,
            role: parsed("role", value, name)?,
            no_factor: is_given("second_factor", value, "none")?,
            unused_days: parsed("unused_days", value, days)?,
            locked: is_given("locked", value, "true")?,
        })
    }

    /// Returns the values that [`Self::parse`] reads, without the empty ones.
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let state = self.state.map(|state| state.as_str().to_owned());
        let values = [
            Some(self.text.clone()),
            state,
            self.org.clone(),
            self.role.clone(),
            self.no_factor.then(|| "none".to_owned()),
            self.unused_days.map(|days| days.to_string()),
            self.locked.then(|| "true".to_owned()),
        ];
        present(Self::NAMES, values)
    }
}

doorward_protocol::words! {
    pub enum ClientOrigin {
        /// Registered by an administrator or on the command line.
        Administrator = "administrator",
        /// Registered dynamically, with or without a token.
        Dynamic = "dynamic",
        /// Described by a client metadata document.
        Document = "document",
    }
}

impl ClientOrigin {
    pub const fn of_client(client: &Client) -> Self {
        match client.registered_by {
            RegisteredBy::Administrator => Self::Administrator,
            RegisteredBy::Token | RegisteredBy::Anonymous => Self::Dynamic,
            RegisteredBy::Document => Self::Document,
        }
    }
}

/// The filter of a list of clients; the default selects all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClientFilter {
    /// Prefix of the ID or the name; empty: all.
    pub text: String,
    /// True for disabled clients, false for enabled ones.
    pub disabled: Option<bool>,
    pub kind: Option<ClientKind>,
    pub origin: Option<ClientOrigin>,
}

impl ClientFilter {
    /// Names of the values in a query.
    pub const NAMES: [&'static str; 4] = ["q", "state", "kind", "registered_by"];

    /// Reads a filter from the values of a query, which are empty if they are absent. The error is the
    /// name of the first invalid value.
    pub fn parse<'a>(value: impl Fn(&str) -> &'a str) -> Result<Self, &'static str> {
        let value = |name| value(name).trim();
        let disabled = |text: &str| match text {
            "active" => Some(false),
            "disabled" => Some(true),
            _ => None,
        };
        Ok(Self {
            text: value("q").to_owned(),
            disabled: parsed("state", value, disabled)?,
            kind: parsed("kind", value, ClientKind::parse)?,
            origin: parsed("registered_by", value, ClientOrigin::parse)?,
        })
    }

    /// Returns the values that [`Self::parse`] reads, without the empty ones.
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let state = |disabled| if disabled { "disabled" } else { "active" };
        let values = [
            Some(self.text.clone()),
            self.disabled.map(|disabled| state(disabled).to_owned()),
            self.kind.map(|kind| kind.as_str().to_owned()),
            self.origin.map(|origin| origin.as_str().to_owned()),
        ];
        present(Self::NAMES, values)
    }
}

/// Reads a value that may be empty.
fn parsed<'a, T>(
    name: &'static str,
    value: impl Fn(&'static str) -> &'a str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, &'static str> {
    match value(name) {
        "" => Ok(None),
        text => parse(text).map(Some).ok_or(name),
    }
}

/// Returns true if the value is `expected`, and false if it is empty.
fn is_given<'a>(
    name: &'static str,
    value: impl Fn(&'static str) -> &'a str,
    expected: &str,
) -> Result<bool, &'static str> {
    let given = parsed(name, value, |text| (text == expected).then_some(()))?;
    Ok(given.is_some())
}

/// Reads a name. PostgreSQL rejects the null character in a text.
fn name(text: &str) -> Option<String> {
    let is_usual = text.len() <= TEXT_MAX && !text.contains('\0');
    is_usual.then(|| text.to_owned())
}

fn days(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let days = text.parse::<u32>().ok().filter(|_| is_plain)?;
    (1..=UNUSED_DAYS_MAX).contains(&days).then_some(days)
}

fn present<const N: usize>(
    names: [&'static str; N],
    values: [Option<String>; N],
) -> Vec<(&'static str, String)> {
    let pairs = names.into_iter().zip(values);
    let given = pairs.filter_map(|(name, value)| Some((name, value?)));
    given.filter(|(_, value)| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// Returns the value of a name in a query such as `state=active&q=al`.
    fn value<'a>(query: &'a str, name: &str) -> &'a str {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|pair| pair.0 == name).map_or("", |pair| pair.1)
    }

    fn joined(pairs: Vec<(&str, String)>) -> String {
        let pairs = pairs.into_iter();
        let pairs: Vec<_> = pairs.map(|(name, text)| format!("{name}={text}")).collect();
        pairs.join("&")
    }

    fn users(query: &str) -> Result<UserFilter, &'static str> {
        UserFilter::parse(|name| value(query, name))
    }

    fn clients(query: &str) -> Result<ClientFilter, &'static str> {
        ClientFilter::parse(|name| value(query, name))
    }

    #[rstest]
    #[case("")]
    #[case("q=al")]
    #[case("state=active")]
    #[case("state=disabled")]
    #[case("state=pending_deletion")]
    #[case("state=unverified")]
    #[case("organization=acme&role=helper")]
    #[case("second_factor=none&unused_days=90&locked=true")]
    #[case("q=al&state=active&organization=acme&role=admin&second_factor=none")]
    fn user_filter_is_written_as_read(#[case] query: &str) {
        let pairs = users(query).unwrap().to_query();
        assert_eq!(joined(pairs), query);
    }

    #[test]
    fn each_value_of_user_filter_is_read() {
        let query = "q= Al &state=disabled&organization=acme&role=helper&second_factor=none\
                     &unused_days=30&locked=true&cursor=AAAA";
        let expected = UserFilter {
            text: "Al".to_owned(),
            state: Some(UserState::Disabled),
            org: Some("acme".to_owned()),
            role: Some("helper".to_owned()),
            no_factor: true,
            unused_days: Some(30),
            locked: true,
        };
        assert_eq!(users(query), Ok(expected));
        assert_eq!(users("state= "), Ok(UserFilter::default()));
    }

    #[rstest]
    #[case("state=lost", "state")]
    #[case("state=Active", "state")]
    #[case("organization=a\0b", "organization")]
    #[case("role=a\0b", "role")]
    #[case("second_factor=any", "second_factor")]
    #[case("unused_days=0", "unused_days")]
    #[case("unused_days=+9", "unused_days")]
    #[case("unused_days=3651", "unused_days")]
    #[case("unused_days=x", "unused_days")]
    #[case("locked=false", "locked")]
    fn wrong_value_of_user_filter_is_named(#[case] query: &str, #[case] name: &str) {
        assert_eq!(users(query), Err(name));
    }

    #[test]
    fn long_name_is_invalid() {
        assert!(users(&format!("role={}", "a".repeat(TEXT_MAX))).is_ok());
        let long = format!("role={}", "a".repeat(TEXT_MAX + 1));
        assert_eq!(users(&long), Err("role"));
    }

    #[rstest]
    #[case("")]
    #[case("q=photo&state=active&kind=public")]
    #[case("state=disabled&registered_by=administrator")]
    #[case("kind=confidential&registered_by=dynamic")]
    #[case("registered_by=document")]
    fn client_filter_is_written_as_read(#[case] query: &str) {
        let pairs = clients(query).unwrap().to_query();
        assert_eq!(joined(pairs), query);
    }

    #[rstest]
    #[case("state=unverified", "state")]
    #[case("kind=native", "kind")]
    #[case("registered_by=anybody", "registered_by")]
    fn wrong_value_of_client_filter_is_named(#[case] query: &str, #[case] name: &str) {
        assert_eq!(clients(query), Err(name));
    }
}

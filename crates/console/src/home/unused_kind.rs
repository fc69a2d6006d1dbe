//! The kinds of objects in the list of unused ones, and their rows.

use doorward_domain::model::{Client, SecretUses, User};
use doorward_templates::console::{Link, Value};

use crate::console::Console;
use crate::people;
use crate::routes;
use crate::ui::chosen::{ChosenList, UNUSED_ACCOUNTS, UNUSED_APPS, UNUSED_KEYS};

/// Name of the filter in the URL.
pub(crate) const FILTER: &str = "kind";

/// A kind of objects that can be unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Enabled clients with a secret.
    Apps,
    /// Active API keys of all users.
    ApiKeys,
    /// Active accounts in reach.
    Accounts,
}

impl Kind {
    /// All kinds, in the order of the filter.
    pub(crate) const ALL: [Self; 3] = [Self::Apps, Self::ApiKeys, Self::Accounts];

    /// Returns the word in the URL.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Apps => "apps",
            Self::ApiKeys => "api-keys",
            Self::Accounts => "accounts",
        }
    }

    /// Reads the word in the URL.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Returns the message of its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Apps => "console-apps",
            Self::ApiKeys => "api-keys-title",
            Self::Accounts => "console-accounts",
        }
    }

    /// Returns the message that describes the list.
    pub(crate) const fn lead(self) -> &'static str {
        match self {
            Self::Apps => "console-unused-text",
            Self::ApiKeys => "console-unused-keys-text",
            Self::Accounts => "console-unused-accounts-text",
        }
    }

    /// Returns the objects that are ended together.
    pub(crate) fn list(self) -> &'static ChosenList {
        match self {
            Self::Apps => &UNUSED_APPS,
            Self::ApiKeys => &UNUSED_KEYS,
            Self::Accounts => &UNUSED_ACCOUNTS,
        }
    }

    /// Returns true if the administrator may read the list of all such objects.
    pub(crate) fn is_readable(self, console: &Console<'_>) -> bool {
        match self {
            Self::Apps => console.may_globally("clients:read"),
            Self::ApiKeys => console.may_globally("users:read"),
            Self::Accounts => console.may("users:read"),
        }
    }

    /// Returns the permission that the end of such an object requires, for the whole deployment.
    pub(crate) const fn permission(self) -> &'static str {
        match self {
            Self::Apps => "clients:write",
            Self::ApiKeys | Self::Accounts => "users:write",
        }
    }
}

/// Returns the row of a client.
pub(crate) fn app(console: &Console<'_>, client: &Client, uses: SecretUses) -> Vec<Value> {
    vec![
        Value::Link(Link::new(routes::app(&client.id), client.name.clone())),
        Value::Code(client.id.to_string()),
        match uses.current.at {
            Some(at) => Value::Day(at),
            None => Value::Text(console.t("console-never")),
        },
        Value::Day(client.created_at),
    ]
}

/// Returns the row of an account.
pub(crate) fn account(console: &Console<'_>, user: &User) -> Vec<Value> {
    vec![
        Value::Link(Link::new(people::path(user.id), user.display_name())),
        Value::Code(user.email.clone()),
        people::last_sign_in(console, user),
        Value::Day(user.created_at),
    ]
}

#[cfg(test)]
mod tests {
    use super::{FILTER, Kind};
    use crate::home::unused_paths::UNUSED_LIST;

    #[test]
    fn list_of_each_kind_has_its_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            let list = kind.list();
            let query = format!("{FILTER}={}", kind.as_str());
            assert_eq!(list.home(), format!("{UNUSED_LIST}?{query}"));
            assert_eq!(list.path, format!("{UNUSED_LIST}/{}/bulk", kind.as_str()));
        }
        assert_eq!(Kind::parse("roles"), None);
    }
}

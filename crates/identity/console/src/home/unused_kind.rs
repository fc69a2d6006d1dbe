//! The kinds of objects in the list of unused ones, and their rows.

use doorward_domain::model::SecretUses;

use crate::people;
use doorward_console_ui::prelude::*;

pub(crate) const KEY_COLUMNS: &[&str] = &[
    "console-name",
    "console-id",
    "console-who",
    "console-allowed",
    "console-created",
    "console-expires",
    "console-last-use",
];
pub(crate) const UNUSED_DAYS: u32 = 90;

pub(crate) fn since(now: UnixSeconds) -> UnixSeconds {
    now - i64::from(UNUSED_DAYS) * 86_400
}

pub(crate) const FILTER: &str = "kind";

doorward_protocol::words! {
    pub(crate) enum Kind {
        /// Enabled clients with a secret.
        Apps = "apps",
        ApiKeys = "api-keys",
        Accounts = "accounts",
    }
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Apps => "console-apps",
            Self::ApiKeys => "api-keys-title",
            Self::Accounts => "console-accounts",
        }
    }

    pub(crate) const fn lead(self) -> &'static str {
        match self {
            Self::Apps => "console-unused-text",
            Self::ApiKeys => "console-unused-keys-text",
            Self::Accounts => "console-unused-accounts-text",
        }
    }

    pub(crate) fn list(self) -> &'static ChosenList {
        match self {
            Self::Apps => &APPS,
            Self::ApiKeys => &API_KEYS,
            Self::Accounts => &ACCOUNTS,
        }
    }

    pub(crate) fn is_readable(self, console: &Console<'_>) -> bool {
        match self {
            Self::Apps => console.may_globally("clients:read"),
            Self::ApiKeys => console.may_globally("users:read"),
            Self::Accounts => console.may("users:read"),
        }
    }

    pub(crate) const fn access(self) -> Access {
        match self {
            Self::Apps => Access::Global("clients:write"),
            Self::ApiKeys | Self::Accounts => Access::Global("users:write"),
        }
    }
}

pub(crate) fn app(console: &Console<'_>, client: &Client, uses: SecretUses) -> Vec<Value> {
    vec![
        Value::Link(Link::new(routes::app(&client.id), client.name.clone())),
        Value::Code(client.id.to_string()),
        console.day(uses.current.at, "console-never"),
        Value::Day(client.created_at),
    ]
}

pub(crate) fn account(console: &Console<'_>, user: &User) -> Vec<Value> {
    vec![
        people::link(user),
        Value::Code(user.email.clone()),
        people::last_sign_in(console, user),
        Value::Day(user.created_at),
    ]
}

const NAME: &str = "console-unused";

pub(crate) const APPS: ChosenList = ChosenList {
    section: Section::Apps,
    list: UNUSED,
    filter: "kind=apps",
    name: NAME,
    objects: Kind::Apps.name(),
    path: "/admin/unused/apps/bulk",
    field: "app",
    columns: &[
        "console-name",
        "console-id",
        "console-last-use",
        "console-created",
    ],
    submit: "console-chosen-apps",
    question: "console-chosen-apps-question",
    text: "console-chosen-apps-text",
    ended: "console-chosen-apps-ended",
    failed: "console-chosen-apps-failed",
};

pub(crate) const API_KEYS: ChosenList = ChosenList {
    section: Section::ApiAccess,
    list: UNUSED,
    filter: "kind=api-keys",
    name: NAME,
    objects: Kind::ApiKeys.name(),
    path: "/admin/unused/api-keys/bulk",
    field: "key",
    columns: KEY_COLUMNS,
    submit: "console-chosen-keys",
    question: "console-chosen-keys-question",
    text: "console-chosen-keys-text",
    ended: "console-chosen-keys-ended",
    failed: "console-chosen-keys-failed",
};

pub(crate) const ACCOUNTS: ChosenList = ChosenList {
    section: Section::People,
    list: UNUSED,
    filter: "kind=accounts",
    name: NAME,
    objects: Kind::Accounts.name(),
    path: "/admin/unused/accounts/bulk",
    field: "user",
    columns: &[
        "console-name",
        "email",
        "console-last-sign-in",
        "console-created",
    ],
    submit: "console-chosen-accounts",
    question: "console-bulk-disable-question",
    text: "console-bulk-disable-text",
    ended: "console-chosen-accounts-ended",
    failed: "console-chosen-accounts-failed",
};

#[cfg(test)]
mod tests;

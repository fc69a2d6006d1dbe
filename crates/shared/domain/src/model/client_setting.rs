//! The row of one setting in the table of client settings.

use serde_json::Value;

use self::Metadata::{Always, Converted, IfSet, No};
use super::Client;

/// The names of a setting in dynamic registration (RFC 7591 §2, OIDC Registration §2).
#[derive(Clone, Copy, Debug)]
pub enum Metadata {
    /// Every response contains the member.
    Always(&'static str),
    /// A response contains the member unless the value is null, false or an empty list.
    IfSet(&'static str),
    /// Members with another form, converted by `doorward_rules::client_registration::metadata`.
    Converted(&'static [&'static str]),
    /// Clients cannot register it, for this reason.
    No(&'static str),
}

/// The form of the value of a member in a request.
#[derive(Clone, Copy, Debug)]
pub enum SettingForm {
    Text,
    Flag,
    /// Seconds.
    Duration,
    /// A list of texts.
    Texts,
    /// Names separated by spaces.
    Names,
    /// An element of this list.
    Words(fn() -> Vec<&'static str>),
    /// An element of this list, or empty for none.
    OptionalWords(fn() -> Vec<&'static str>),
    /// A JSON object.
    Document,
}

impl SettingForm {
    /// Returns the sentence about a value of another form.
    pub fn expected(self) -> String {
        let expected = match self {
            Self::Text => "a text",
            Self::Flag => "true or false",
            Self::Duration => "a number of seconds",
            Self::Texts => "a list of texts",
            Self::Names => "names separated by single spaces",
            Self::Document => "an object",
            Self::Words(words) | Self::OptionalWords(words) => {
                let words = words().join(", ");
                let (others, last) = words.rsplit_once(", ").unwrap_or(("", &words));
                return format!("Must be {others} or {last}.");
            }
        };
        format!("Must be {expected}.")
    }
}

#[derive(Clone, Copy, Debug)]
pub struct ClientSetting {
    /// The name in [`ClientChange`](super::ClientChange) and the audit log.
    pub name: &'static str,
    /// The path of the field in [`Client`].
    pub field: &'static str,
    /// The columns of the table `clients`.
    pub columns: &'static [&'static str],
    /// The members of the admin API, as paths.
    pub members: &'static [&'static str],
    /// The command line options: one for each member, or the one that replaces a list and the one that adds
    /// to it. The first one names the setting in validation errors.
    pub options: &'static [&'static str],
    pub metadata: Metadata,
    pub form: SettingForm,
    pub value: fn(&Client) -> Value,
    /// The description for the reference.
    pub doc: &'static str,
}

impl ClientSetting {
    /// Returns a setting with the same name everywhere and no command line option.
    pub(super) const fn named(
        name: &'static [&'static str; 1],
        value: fn(&Client) -> Value,
        doc: &'static str,
        form: SettingForm,
    ) -> Self {
        Self {
            name: name[0],
            field: name[0],
            columns: name,
            members: name,
            options: &[],
            metadata: No("no registration metadata is defined for it"),
            form,
            value,
            doc,
        }
    }

    pub const fn metadata_members(&self) -> &[&'static str] {
        match &self.metadata {
            Always(name) | IfSet(name) => std::slice::from_ref(name),
            Converted(names) => names,
            No(_) => &[],
        }
    }
}

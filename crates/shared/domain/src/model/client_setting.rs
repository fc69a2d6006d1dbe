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
    /// The command line options. The first one names the setting in validation errors.
    pub options: &'static [&'static str],
    /// The member of the command line's JSON.
    pub shown: &'static str,
    pub metadata: Metadata,
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
    ) -> Self {
        Self {
            name: name[0],
            field: name[0],
            columns: name,
            members: name,
            options: &[],
            shown: name[0],
            metadata: No("no registration metadata is defined for it"),
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

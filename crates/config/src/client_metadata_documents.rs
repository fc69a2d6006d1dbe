//! `[client_metadata_documents]`: clients whose `client_id` is the address of a document.

use doorward_domain::rules::client_document::DocumentPolicy;
use doorward_protocol::scope::Scope;
use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Clients that nobody registers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientMetadataDocuments {
    /// Whether such clients are served.
    pub enabled: bool,
    /// The hosts that they may come from; empty: every host.
    pub allowed_hosts: Vec<String>,
    /// The scopes that they may ask for.
    pub scopes: Vec<String>,
    /// How many of them are kept at most.
    pub max_clients: u64,
}

/// The keys of `[client_metadata_documents]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "client_metadata_documents.enabled",
        Kind::Boolean,
        "false",
        "Whether an app that nobody has registered may ask people for access: its `client_id` is the \
         https address of a document about it, which the server fetches \
         (draft-ietf-oauth-client-id-metadata-document). MCP clients do so. In `dev`: `true`.",
    ),
    Key::new(
        "client_metadata_documents.allowed_hosts",
        Kind::StringList,
        "",
        "The hosts that such addresses may have, each in full, such as `claude.ai`; with its port where \
         that is not 443. Empty: every public host.",
    ),
    Key::new(
        "client_metadata_documents.scopes",
        Kind::StringList,
        "openid profile email offline_access",
        "The scopes that such an app may ask for. What is taken away here ends with the next refresh. \
         Never `admin`, \
         `groups` or `roles`. In `dev`: those of the tasks API too.",
    ),
    Key::new(
        "client_metadata_documents.max_clients",
        Kind::Number {
            min: 1,
            max: 100_000,
        },
        "2000",
        "How many such apps are kept at most. One that nobody has allowed anything is forgotten after \
         an hour; while all places are taken, new ones are refused.",
    ),
];

impl ClientMetadataDocuments {
    /// What they may ask for; names that no scope can have are left out.
    pub fn scope(&self) -> Scope {
        self.scopes.iter().map(String::as_str).collect()
    }

    /// Whom of these clients the operator serves.
    pub fn policy<'a>(&'a self, scopes: &'a Scope, plain_here: bool) -> DocumentPolicy<'a> {
        DocumentPolicy {
            enabled: self.enabled,
            allowed_hosts: &self.allowed_hosts,
            scopes,
            plain_here,
        }
    }
}

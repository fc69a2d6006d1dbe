//! `[client_metadata_documents]`: clients whose `client_id` is the URL of a metadata document.

use doorward_domain::model::PkcePolicy;
use doorward_protocol::scope::Scope;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::client_document::DocumentPolicy;
use doorward_rules::displayed_name::ProtectedNames;

use super::key::{Kind, ObjectKind};

section! {
    /// Settings of clients with a metadata document, which need no registration.
    pub struct ClientMetadataDocuments in "client_metadata_documents" {
        /// Enables clients without registration: the `client_id` is the https URL of a client
        /// metadata document, which the server fetches
        /// (draft-ietf-oauth-client-id-metadata-document). MCP clients use this. In `dev`: `true`.
        enabled: bool = Kind::Boolean.default("false");
        /// Allowed hosts of client metadata document URLs, each a full host name such as
        /// `claude.ai`, with its port if that is not 443. Empty: every public host.
        allowed_hosts: Vec<String> = Kind::StringList.default("");
        /// Scopes that such clients may request. A scope removed here ends with the next refresh.
        /// `admin`, `groups` and `roles` are not allowed. In `dev`: the scopes of the tasks API as
        /// well.
        scopes: Vec<String> = Kind::StringList
            .default("openid profile email offline_access")
            .naming(ObjectKind::Scope);
        /// Maximum number of such clients in the database. A client without any consent is removed
        /// after one hour. At the maximum, new clients are rejected.
        max_clients: u64 = Kind::Number(1, 100_000).default("2000");
    }
}

impl ClientMetadataDocuments {
    /// Returns the scopes that such clients may request, without names that are not valid scopes.
    pub fn scope(&self) -> Scope {
        self.scopes.iter().map(String::as_str).collect()
    }

    /// Returns the policy by which these clients are accepted.
    pub fn policy<'a>(
        &'a self,
        scopes: &'a Scope,
        pkce: PkcePolicy,
        algorithms: &'a [SigningAlg],
        plain_here: bool,
        redirect_schemes: &'a [String],
        site: &'a str,
    ) -> DocumentPolicy<'a> {
        DocumentPolicy {
            enabled: self.enabled,
            allowed_hosts: &self.allowed_hosts,
            scopes,
            pkce,
            algorithms,
            plain_here,
            redirect_schemes,
            names: ProtectedNames { site },
        }
    }
}

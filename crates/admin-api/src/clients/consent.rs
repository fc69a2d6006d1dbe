//! The consent page settings of a client, as a member of the document.

use doorward_domain::model::{ConsentChange, ConsentTerms};
use doorward_templates::consent::logo_path;
use doorward_web::api::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::parse::read_scope;

/// The consent page settings of a client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientConsent)]
pub struct ConsentView {
    /// Scopes that users may deselect, separated by spaces.
    optional_scope: String,
    /// Lifetime of a consent in seconds; absent: the setting for all clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    lifetime: Option<i64>,
    /// Publisher of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<String>,
    /// URL of the privacy policy (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_uri: Option<String>,
    /// URL of the terms of service (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    tos_uri: Option<String>,
    /// URL path of the logo on this server.
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
}

impl From<ConsentTerms> for ConsentView {
    fn from(terms: ConsentTerms) -> Self {
        Self {
            optional_scope: terms.optional_scopes.to_string(),
            lifetime: terms.lifetime,
            publisher: terms.publisher,
            policy_uri: terms.policy_uri,
            tos_uri: terms.tos_uri,
            logo: terms.logo.as_ref().map(logo_path),
        }
    }
}

/// Changes of the consent page settings. Omitted members stay unchanged.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClientConsentPatch)]
pub struct ConsentBody {
    /// Complete new list of scopes that users may deselect, separated by spaces.
    optional_scope: Option<String>,
    /// Lifetime of a consent in seconds; 0: the setting for all clients.
    lifetime: Option<i64>,
    /// Publisher of the client; empty: none.
    publisher: Option<String>,
    /// URL of the privacy policy (https); empty: none.
    policy_uri: Option<String>,
    /// URL of the terms of service (https); empty: none.
    tos_uri: Option<String>,
}

impl ConsentBody {
    /// Converts the body for the use case.
    pub(super) fn read(self) -> Result<ConsentChange, Problem> {
        Ok(ConsentChange {
            optional_scopes: read_scope(self.optional_scope)?,
            lifetime: self.lifetime,
            publisher: self.publisher,
            policy_uri: self.policy_uri,
            tos_uri: self.tos_uri,
        })
    }
}

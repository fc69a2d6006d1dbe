//! What the consent page says of an app, as a member of the document.

use doorward_domain::model::ConsentTerms;
use doorward_services::clients::consent::ConsentChange;
use doorward_templates::consent::logo_path;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::parse::read_scope;
use crate::api::problem::Problem;

/// What the consent page says of an app.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClientConsent)]
pub struct ConsentView {
    /// The scopes that people may leave out, separated by spaces.
    optional_scope: String,
    /// How long a consent counts, in seconds, where it is not as long as for every app.
    #[serde(skip_serializing_if = "Option::is_none")]
    lifetime: Option<i64>,
    /// Who stands behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<String>,
    /// How it treats what it learns of people (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_uri: Option<String>,
    /// Its terms (RFC 7591 §2).
    #[serde(skip_serializing_if = "Option::is_none")]
    tos_uri: Option<String>,
    /// Where its logo is, on this server.
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

/// What the consent page is to say of an app; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClientConsentPatch)]
pub struct ConsentBody {
    /// The scopes that people may leave out, separated by spaces: the whole new list.
    optional_scope: Option<String>,
    /// How long a consent counts, in seconds; 0 for as long as for every app.
    lifetime: Option<i64>,
    /// Who stands behind it; empty for nobody.
    publisher: Option<String>,
    /// How it treats what it learns of people (https); empty for none.
    policy_uri: Option<String>,
    /// Its terms (https); empty for none.
    tos_uri: Option<String>,
}

impl ConsentBody {
    /// As the flow takes it.
    pub(super) fn read(self) -> Result<ConsentChange, Problem> {
        Ok(ConsentChange {
            optional_scopes: read_scope(self.optional_scope.as_deref())?,
            lifetime: self.lifetime,
            publisher: self.publisher,
            policy_uri: self.policy_uri,
            tos_uri: self.tos_uri,
        })
    }
}

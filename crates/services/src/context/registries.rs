//! The registered scopes, resources, types of authorization details and custom claims.

use doorward_domain::model::{ClaimMapping, Resource, ScopeEntry};
use doorward_protocol::authorization_details::DetailType;
use doorward_rules::authorize::Registry;

/// The registered scopes, resources, types of authorization details and custom claims.
#[derive(Debug)]
pub struct Registries {
    pub scopes: Vec<ScopeEntry>,
    pub resources: Vec<Resource>,
    /// Every registered type of authorization details.
    pub details: Vec<DetailType>,
    pub claims: Vec<ClaimMapping>,
}

impl Registries {
    /// Returns the view that the domain's rules use.
    pub fn view(&self) -> Registry<'_> {
        Registry {
            scopes: &self.scopes,
            resources: &self.resources,
            details: &self.details,
        }
    }
}

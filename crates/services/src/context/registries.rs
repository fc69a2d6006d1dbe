//! The registered scopes, resources and types of authorization details.

use doorward_domain::model::{Resource, ScopeEntry};
use doorward_domain::rules::authorize::Registry;
use doorward_protocol::authorization_details::DetailType;

/// The registered scopes, resources and types of authorization details.
#[derive(Debug)]
pub struct Registries {
    /// Every registered scope.
    pub scopes: Vec<ScopeEntry>,
    /// Every registered resource.
    pub resources: Vec<Resource>,
    /// Every registered type of authorization details.
    pub details: Vec<DetailType>,
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

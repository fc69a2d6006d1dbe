//! Changes of the consent settings of a client.

use doorward_protocol::scope::Scope;

use super::ConsentTerms;

/// A change of the consent settings; `None` keeps the current value of a member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsentChange {
    /// The complete new list.
    pub optional_scopes: Option<Scope>,
    /// In seconds; 0 for the default of all clients.
    pub lifetime: Option<i64>,
    /// Empty for no publisher.
    pub publisher: Option<String>,
    /// Empty for none.
    pub policy_uri: Option<String>,
    /// Empty for none.
    pub tos_uri: Option<String>,
}

impl ConsentChange {
    /// Applies the change; returns true if it contains any value.
    pub fn apply(self, terms: &mut ConsentTerms) -> bool {
        let is_some = self != Self::default();
        let trimmed = |text: String| filled(text.trim().to_owned());
        if let Some(scopes) = self.optional_scopes {
            terms.optional_scopes = scopes;
        }
        if let Some(lifetime) = self.lifetime {
            terms.lifetime = Some(lifetime).filter(|lifetime| *lifetime != 0);
        }
        if let Some(publisher) = self.publisher {
            terms.publisher = trimmed(publisher);
        }
        if let Some(address) = self.policy_uri {
            terms.policy_uri = trimmed(address);
        }
        if let Some(address) = self.tos_uri {
            terms.tos_uri = trimmed(address);
        }
        is_some
    }
}

/// Returns none for an empty text, which removes a value.
pub(super) fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

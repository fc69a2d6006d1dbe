//! The token exchange rights of a client.

use doorward_domain::model::ExchangeRights;

/// Applies a change to the rights and returns the names of the changed fields.
pub(super) fn apply(
    rights: &mut ExchangeRights,
    (audiences, impersonation): (Option<Vec<String>>, Option<bool>),
) -> Vec<&'static str> {
    let mut fields = Vec::new();
    if let Some(audiences) = audiences {
        rights.audiences = audiences;
        fields.push("exchange_audiences");
    }
    if let Some(impersonation) = impersonation {
        rights.impersonation = impersonation;
        fields.push("exchange_impersonation");
    }
    fields
}

//! What a client may exchange tokens for.

use doorward_domain::model::ExchangeRights;

/// Puts a change into it; the fields that it changed.
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

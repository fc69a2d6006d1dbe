//! Checks of values that several operations take.

use doorward_domain::model::former_name::NameKind;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::{displayed_name, reserved_id};

use crate::prelude::*;

/// Checks a displayed text of one line; returns it without spaces at its ends.
pub fn check_line(field: &'static str, text: &str, max: usize) -> Result<String> {
    displayed_name::check_administered(text, max)
        .map_err(|error| AdminError::invalid(field, error.to_string()))
}

/// Checks a text of several lines.
pub(crate) fn check_description(text: &str) -> Result<()> {
    displayed_name::check_text(text, true)
        .map_err(|error| AdminError::invalid("description", error.to_string()))
}

/// Checks that the ID is not reserved for the server.
pub(crate) fn check_reserved(field: &'static str, id: &str) -> Result<()> {
    if reserved_id::is_reserved(id) {
        return Err(AdminError::invalid(field, reserved_id::PROBLEM));
    }
    Ok(())
}

/// Checks that this deployment offers an algorithm.
pub(crate) fn check_offered(
    context: &AdminContext<'_>,
    field: &'static str,
    alg: SigningAlg,
) -> Result<()> {
    alg.check_offered(context.settings.clients.algorithms)
        .map_err(|problem| AdminError::invalid(field, problem.to_string()))
}

/// Rejects a name that is a former one of another object, whose holders still have it in their tokens.
pub(crate) async fn require_unused(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    kind: NameKind,
    name: &str,
) -> Result<()> {
    if repo::former_names::is_former(tx, kind, name, context.now()).await? {
        return Err(AdminError::conflict(kind.as_str(), name));
    }
    Ok(())
}

//! The interaction that a page of the account keeps while it waits.

use doorward_domain::model::InteractionId;
use doorward_protocol::params::Params;

/// Returns the ID of the interaction that a page or form names; empty without one.
pub(super) fn waiting_flow(params: &Params) -> String {
    let named = params.optional("flow").ok().flatten();
    let id = named.and_then(InteractionId::parse);
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// Returns the path of a page with the pending interaction.
pub(super) fn within(page: &str, flow: &str) -> String {
    if flow.is_empty() {
        page.to_owned()
    } else {
        format!("{page}?flow={flow}")
    }
}

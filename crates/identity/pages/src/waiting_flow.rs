//! The interaction that a page continues.

use doorward_domain::model::InteractionId;
use doorward_oauth::authorize::types::ActiveInteraction;
use doorward_protocol::params::Params;

pub(super) fn flow_of(resumed: Option<&ActiveInteraction>) -> Option<&InteractionId> {
    resumed.map(|resumed| &resumed.interaction.id)
}

/// Returns the ID of an interaction for a form; empty without one.
pub(super) fn flow_text(flow: Option<&InteractionId>) -> String {
    flow.map(ToString::to_string).unwrap_or_default()
}

/// Returns the ID of the interaction that a page or form names; empty without one.
pub(super) fn waiting_flow(params: &Params) -> String {
    let named = params.optional("flow").ok().flatten();
    flow_text(named.and_then(InteractionId::parse).as_ref())
}

/// Returns the path of a page with the pending interaction.
pub(super) fn within(page: &str, flow: &str) -> String {
    if flow.is_empty() {
        page.to_owned()
    } else {
        format!("{page}?flow={flow}")
    }
}

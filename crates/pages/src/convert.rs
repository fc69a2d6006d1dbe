//! Conversions of flow results to view data, and of fields to the data of flows.

use doorward_accounts::federation::provider::ProviderOption;
use doorward_accounts::passkey::ceremony::{PasskeyResponse, Prompt};
use doorward_protocol::params::Params;
use doorward_templates::passkeys::PasskeyPrompt;
use doorward_templates::providers::ProviderButton;
use doorward_web::page::PageError;
use doorward_web::page_support::text;

/// Converts a ceremony to its view data.
pub(super) fn prompt(prompt: Prompt) -> PasskeyPrompt {
    PasskeyPrompt {
        options: prompt.options,
        ceremony: prompt.sealed,
    }
}

/// Converts an identity provider to its button.
pub(super) fn button(offer: ProviderOption) -> ProviderButton {
    ProviderButton {
        id: offer.id.to_string(),
        name: offer.name,
        was_last: offer.was_last,
    }
}

/// Returns the passkey response of a form.
pub(super) fn presented(fields: &Params) -> Result<PasskeyResponse, PageError> {
    Ok(PasskeyResponse {
        answer: text(fields, "credential")?.to_owned(),
        sealed: text(fields, "ceremony")?.to_owned(),
    })
}

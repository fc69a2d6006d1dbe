//! Conversions of flow results to view data.

use doorward_accounts::federation::provider::ProviderOption;
use doorward_accounts::passkey::ceremony::Prompt;
use doorward_templates::passkeys::PasskeyPrompt;
use doorward_templates::providers::ProviderButton;

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

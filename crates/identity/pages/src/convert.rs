//! Conversions of flow results to view data, and of fields to the data of flows.

use doorward_accounts::federation::provider::ProviderOption;
use doorward_accounts::passkey::ceremony::{PasskeyResponse, Prompt};
use doorward_domain::model::InteractionId;
use doorward_protocol::params::Params;
use doorward_templates::ErrorKind;
use doorward_templates::passkeys::PasskeyPrompt;
use doorward_templates::providers::ProviderButton;
use doorward_templates::status_page::{StatusPage, StepKind};
use doorward_web::page::{Page, Result};
use doorward_web::page_support::text;

use super::waiting_flow::flow_text;

pub(super) fn prompt(prompt: Prompt) -> PasskeyPrompt {
    PasskeyPrompt {
        options: prompt.options,
        ceremony: prompt.sealed,
    }
}

pub(super) fn button(offer: ProviderOption) -> ProviderButton {
    ProviderButton {
        id: offer.id.to_string(),
        name: offer.name,
        known: offer.known,
        was_last: offer.was_last,
    }
}

pub(super) fn presented(fields: &Params) -> Result<PasskeyResponse> {
    Ok(PasskeyResponse {
        answer: text(fields, "credential")?.to_owned(),
        sealed: text(fields, "ceremony")?.to_owned(),
    })
}

pub(super) fn optional<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>> {
    if text.is_empty() {
        return Ok(None);
    }
    Ok(Some(parse(text).ok_or(ErrorKind::BadRequest)?))
}

pub(super) fn status_page(
    page: &Page,
    kind: StepKind,
    flow: Option<&InteractionId>,
    address: Option<String>,
) -> StatusPage {
    StatusPage {
        layout: page.layout(),
        kind,
        flow: flow_text(flow),
        address,
        notice: None,
    }
}

//! Service providers as requests name them, and the proof of their requests.

use std::sync::Arc;

use doorward_domain::model::saml_client::{SamlClient, SamlSettings};
use doorward_domain::model::{Client, ClientId};
use doorward_protocol::error::{OAuthError, Reason};
use doorward_services::error::ServerError;
use doorward_store::repo;
use doorward_web::page::{Page, Result};

use crate::rejection::{self, unknown_issuer};
use doorward_saml_protocol::redirect::Received;
use doorward_saml_protocol::request::MessageError;

/// An active client with its settings.
pub struct Provider {
    pub client: Arc<Client>,
    pub saml: SamlClient,
}

/// Finds the client with this entity ID.
pub async fn find(page: &Page, issuer: &str) -> Result<Provider> {
    let core = &page.context.core;
    let found = repo::saml_clients::find_by_entity(core.db.read(), issuer).await;
    let saml = found.map_err(ServerError::from)?;
    let saml = saml.ok_or_else(|| unknown_issuer(issuer))?;
    let found = active(page, saml).await?;
    let found = found.ok_or_else(|| unknown_issuer(issuer))?;
    page.record_client(Some(found.client.id.as_str()));
    Ok(found)
}

/// Returns the client with this ID; `None` if it is not active, or does not speak SAML.
pub async fn by_id(page: &Page, id: &str) -> Result<Option<Provider>> {
    let Some(id) = ClientId::parse(id) else {
        return Ok(None);
    };
    let found = repo::saml_clients::find(page.context.core.db.read(), &id).await;
    match found.map_err(ServerError::from)? {
        Some(saml) => Ok(active(page, saml).await?),
        None => Ok(None),
    }
}

async fn active(page: &Page, saml: SamlClient) -> Result<Option<Provider>, ServerError> {
    let client = page.context.client(saml.client_id.as_str()).await?;
    let client = client.filter(|client| client.is_active());
    Ok(client.map(|client| Provider { client, saml }))
}

/// Returns true if one of the registered certificates verifies the signature of a message.
///
/// # Errors
/// Returns an error for a signature that none of them verifies, or without the destination that a signature must
/// cover (SAML Bindings §3.4.5.2).
pub fn is_signed(
    received: &Received,
    destination: Option<&str>,
    settings: &SamlSettings,
) -> Result<bool, OAuthError> {
    let keys = rejection::keys(&settings.signing_certificates)?;
    let Some(signature) = received.signature.as_ref().filter(|_| !keys.is_empty()) else {
        return Ok(false);
    };
    if destination.is_none() {
        let missing = MessageError::Missing("Destination");
        return Err(rejection::message_error(missing));
    }
    signature.verify(&keys).map_err(rejection::binding_error)?;
    Ok(true)
}

/// Rejects an unsigned request of a client that demands signed ones.
pub fn require_signature(is_signed: bool, settings: &SamlSettings) -> Result<(), OAuthError> {
    if is_signed || !settings.signed_requests {
        return Ok(());
    }
    let text = "the client requires signed requests: they must be sent by redirect (HTTP-Redirect) with SigAlg and \
                Signature, because signatures inside a message are not read";
    Err(OAuthError::invalid_request(text).because(Reason::SamlSignature))
}

//! Service providers as requests name them, and the proof of their requests.

use std::sync::Arc;

use doorward_domain::model::saml_client::SamlClient;
use doorward_domain::model::{Client, ClientId};
use doorward_protocol::error::{Cause, Reason};
use doorward_saml_protocol::error::MessageError;
use doorward_saml_protocol::key::{CertificateError, VerificationKey};
use doorward_saml_protocol::redirect::{self, Received};
use doorward_saml_protocol::request::Head;
use doorward_services::error::ServerError;
use doorward_store::repo;
use doorward_templates::ErrorKind;
use doorward_web::page::{Page, Result};

use crate::rejection::{mismatch, of_message};

/// An active client with its settings.
pub struct Provider {
    pub client: Arc<Client>,
    pub saml: SamlClient,
}

/// Returns the client with this ID; `None` if it is not active, or does not speak SAML.
pub async fn by_id(page: &Page, id: &ClientId) -> Result<Option<Provider>> {
    let found = repo::saml_clients::find(page.context.core.db.read(), id).await;
    active(page, found.map_err(ServerError::from)?).await
}

async fn active(page: &Page, saml: Option<SamlClient>) -> Result<Option<Provider>> {
    let Some(saml) = saml else {
        return Ok(None);
    };
    let client = page.context.client(saml.client_id.as_str()).await?;
    let client = client.filter(|client| client.is_active());
    Ok(client.map(|client| Provider { client, saml }))
}

/// Reads the message of a query.
pub fn read(query: &str) -> Result<Received> {
    redirect::read(query).map_err(of_message)
}

/// Finds the client that a message names. Returns it, and true if one of its registered certificates verifies the
/// signature of the message.
///
/// # Errors
/// Returns an error for a signature that none of them verifies, or without the destination that a signature must
/// cover (SAML Bindings §3.4.5.2).
pub async fn prove(page: &Page, head: &Head, received: &Received) -> Result<(Provider, bool)> {
    let core = &page.context.core;
    let found = repo::saml_clients::find_by_entity(core.db.read(), &head.issuer).await;
    let provider = active(page, found.map_err(ServerError::from)?).await?;
    let provider = provider.ok_or_else(|| {
        let cause = Cause::from(Reason::SamlIssuer).received(&*head.issuer);
        mismatch(ErrorKind::UnknownApp, cause)
    })?;
    page.record_client(Some(provider.client.id.as_str()));
    let certificates = provider.saml.settings.signing_certificates.iter();
    let keys = certificates.map(|text| VerificationKey::from_certificate(text));
    let keys: Result<Vec<_>, CertificateError> = keys.collect();
    let keys = keys.map_err(|error| of_message(error.into()))?;
    let Some(signature) = received.signature.as_ref().filter(|_| !keys.is_empty()) else {
        return Ok((provider, false));
    };
    if head.destination.is_none() {
        return Err(of_message(MessageError::Missing("Destination")));
    }
    signature.verify(&keys).map_err(of_message)?;
    Ok((provider, true))
}

/// Rejects an unsigned request of a client that demands signed ones.
pub fn require_signature(provider: &Provider, is_signed: bool) -> Result<()> {
    if is_signed || !provider.saml.settings.signed_requests {
        return Ok(());
    }
    let cause = Reason::SamlUnsigned.into();
    Err(mismatch(ErrorKind::BadAppRequest, cause))
}

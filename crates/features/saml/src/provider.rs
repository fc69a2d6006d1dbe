//! Service providers as requests name them, and the proof of their requests.

use std::sync::Arc;

use doorward_domain::model::saml_client::SamlClient;
use doorward_domain::model::{Client, ClientId};
use doorward_protocol::error::{Cause, Reason};
use doorward_saml_protocol::error::MessageError;
use doorward_saml_protocol::key::{CertificateError, VerificationKey};
use doorward_saml_protocol::redirect::{self, Received};
use doorward_saml_protocol::request::Head;
use doorward_services::cache::LoadedCache;
use doorward_services::context::{CACHE_TTL, Context};
use doorward_services::error::ServerError;
use doorward_store::repo;
use doorward_templates::ErrorKind;
use doorward_web::page::{Page, Result};

use crate::rejection::{mismatch, of_message};

/// Maximum number of kept settings, some kilobytes each.
const KEPT: u64 = 2_000;

/// Settings of clients, at most a second old, by client ID and by entity ID.
pub struct KeptSettings {
    by_id: LoadedCache<SamlClient>,
    by_entity: LoadedCache<SamlClient>,
}

impl Default for KeptSettings {
    fn default() -> Self {
        let [by_id, by_entity] = [(); 2].map(|()| LoadedCache::new(KEPT, CACHE_TTL));
        Self { by_id, by_entity }
    }
}

/// An active client with its settings.
pub struct Provider {
    pub client: Arc<Client>,
    pub saml: Arc<SamlClient>,
}

/// Returns the settings of a client; `None` if it does not speak SAML.
pub async fn settings(
    context: &Context,
    id: &ClientId,
) -> Result<Option<Arc<SamlClient>>, ServerError> {
    let conn = context.core.db.read();
    let kept = context.parts.get::<KeptSettings>();
    let find = || async { Ok(repo::saml_clients::find(conn, id).await?.map(Arc::new)) };
    kept.by_id.get_if_found(id.as_str(), find).await
}

/// Returns the client with this ID; `None` if it is not active, or does not speak SAML.
pub async fn by_id(page: &Page, id: &ClientId) -> Result<Option<Provider>> {
    active(page, settings(&page.context, id).await?).await
}

async fn active(page: &Page, saml: Option<Arc<SamlClient>>) -> Result<Option<Provider>> {
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
    let conn = page.context.core.db.read();
    let kept = page.context.parts.get::<KeptSettings>();
    let find = || async {
        let found = repo::saml_clients::find_by_entity(conn, &head.issuer).await?;
        Ok(found.map(Arc::new))
    };
    let found = kept.by_entity.get_if_found(&head.issuer, find).await?;
    let provider = active(page, found).await?;
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

//! The keys of this server with their certificates. A certificate is the same at every time, so it is made once.

use std::sync::{Arc, Mutex, PoisonError};

use doorward_domain::keys::Signer;
use doorward_domain::time::UnixSeconds;
use doorward_services::context::Context;
use doorward_services::error::{Result, ServerError};
use doorward_services::signing_keys::Keys;
use doorward_store::Db;

use doorward_saml_protocol::key::{PublishedKey, certificate};
use doorward_saml_protocol::metadata::{self, OwnAddresses};

/// A published key.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct OwnKey {
    pub kid: String,
    /// Base64 of DER.
    pub certificate: String,
    pub created_at: UnixSeconds,
    /// Time from which it signs.
    pub active_at: UnixSeconds,
}

/// The published keys, the active one first, with the IDs of all published keys when they were read.
#[derive(Default)]
pub struct OwnKeys(Mutex<(Vec<String>, Arc<Vec<OwnKey>>)>);

/// Reads the published keys, the active one first. It opens each of them.
pub async fn read(keys: &Keys, db: &Db, now: UnixSeconds) -> Result<Vec<OwnKey>> {
    let opened = keys.open_published(db, now).await?;
    let own = opened.into_iter().map(|(signer, record)| {
        let key: PublishedKey =
            serde_json::from_str(&record.public_jwk).map_err(ServerError::internal)?;
        let certificate = certificate(&signer, &key).map_err(ServerError::internal)?;
        Ok(OwnKey {
            kid: record.kid,
            certificate,
            created_at: record.created_at,
            active_at: record.active_at,
        })
    });
    own.collect()
}

/// Returns the published keys of the running server.
pub async fn published(context: &Context) -> Result<Arc<Vec<OwnKey>>> {
    let core = &context.core;
    let ring = context.issuing.keys.current(&core.db, core.now()).await?;
    let part = context.parts.get::<OwnKeys>();
    let (ids, kept) = part
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    if ids == ring.published() {
        return Ok(kept);
    }
    let fresh = Arc::new(read(&context.issuing.keys, &core.db, core.now()).await?);
    let ids = ring.published().to_vec();
    *part.0.lock().unwrap_or_else(PoisonError::into_inner) = (ids, Arc::clone(&fresh));
    Ok(fresh)
}

/// Returns the metadata of this server with these keys.
pub fn metadata(own: &OwnAddresses, keys: &[OwnKey]) -> Result<String> {
    let certificates = keys.iter().map(|own| own.certificate.as_str());
    metadata::write(own, certificates).map_err(ServerError::internal)
}

/// Returns the active key with its certificate.
pub async fn active(context: &Context) -> Result<(Arc<Signer>, String)> {
    let core = &context.core;
    let ring = context.issuing.keys.current(&core.db, core.now()).await?;
    let signer = Arc::clone(ring.active());
    let published = published(context).await?;
    let own = published.iter().find(|own| own.kid == signer.kid());
    let own = own.ok_or_else(|| ServerError::internal("the active key is not published"))?;
    Ok((signer, own.certificate.clone()))
}

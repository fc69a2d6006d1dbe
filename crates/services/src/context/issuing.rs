//! The keys and caches for issuing tokens.

use doorward_domain::derived_keys::DpopNonceKey;
use doorward_domain::model::ClientId;
use doorward_domain::rules::subject::SubjectKey;
use doorward_domain::secret::MasterKey;
use doorward_protocol::introspection::IntrospectionResponse;

use super::core::Core;
use super::settings;
use crate::read_cache::ReadCache;
use crate::signed_metadata::SignedMetadata;
use crate::signing_keys::Keys;

/// Signing keys and tokens.
#[derive(Debug)]
pub struct Issuing {
    /// The signing keys.
    pub keys: Keys,
    /// The key that derives pairwise subjects (OIDC Core §8).
    pub subject_key: SubjectKey,
    /// The key that generates the nonces of DPoP proofs.
    pub dpop_nonce_key: DpopNonceKey,
    /// The cache of signed server metadata.
    pub signed_metadata: SignedMetadata,
    /// The cache of introspection results, by client and token hash.
    pub introspections: ReadCache<(ClientId, [u8; 32]), Option<IntrospectionResponse>>,
}

impl Issuing {
    pub(super) fn new(core: &Core, master: MasterKey) -> Self {
        let policy = settings::rotation_policy(&core.config);
        Self {
            subject_key: SubjectKey::derive(&master),
            dpop_nonce_key: DpopNonceKey::derive(&master),
            keys: Keys::new(
                master,
                policy,
                core.config.keys.algorithms.clone(),
                core.random.clone(),
            ),
            signed_metadata: SignedMetadata::default(),
            introspections: ReadCache::new(2_000),
        }
    }
}

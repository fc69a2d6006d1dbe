//! The keys and caches for issuing tokens.

use doorward_domain::derived_keys::{DpopNonceKey, RefreshTokenKey};
use doorward_domain::keys::{KeyError, Signer};
use doorward_domain::model::ClientId;
use doorward_domain::secret::MasterKey;
use doorward_protocol::introspection::IntrospectionResponse;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_rules::subject::SubjectKey;
use serde_json::{Map, Value};

use super::core::Core;
use super::settings;
use crate::error::ServerError;
use crate::read_cache::ReadCache;
use crate::signing_keys::Keys;
use crate::verified_tokens::VerifiedTokens;

#[derive(Debug)]
pub struct Issuing {
    pub keys: Keys,
    /// The key that derives pairwise subjects (OIDC Core §8).
    pub subject_key: SubjectKey,
    /// The key that generates the nonces of DPoP proofs.
    pub dpop_nonce_key: DpopNonceKey,
    pub refresh_token_key: RefreshTokenKey,
    pub verified_tokens: VerifiedTokens,
    pub introspections: ReadCache<(ClientId, [u8; 32]), Option<IntrospectionResponse>>,
    /// The cache of the claims that an access token releases, by token hash.
    pub released_claims: ReadCache<[u8; 32], Map<String, Value>>,
}

impl Issuing {
    pub(super) fn new(core: &Core, master: MasterKey) -> Self {
        let policy = settings::rotation_policy(&core.config);
        Self {
            subject_key: SubjectKey::derive(&master),
            dpop_nonce_key: DpopNonceKey::derive(&master),
            refresh_token_key: RefreshTokenKey::derive(&master),
            keys: Keys::new(
                master,
                policy,
                core.config.keys.algorithms.clone(),
                core.random.clone(),
            ),
            verified_tokens: VerifiedTokens::default(),
            introspections: ReadCache::new(2_000),
            released_claims: ReadCache::new(2_000),
        }
    }

    /// Signs with the active key of an algorithm.
    ///
    /// # Errors
    /// Returns [`ServerError`] if the keys cannot be read, or none signs with the algorithm.
    pub async fn sign(
        &self,
        core: &Core,
        alg: SigningAlg,
        sign: impl FnOnce(&Signer) -> Result<String, KeyError>,
    ) -> Result<String, ServerError> {
        let ring = self.keys.current(&core.db, core.now()).await?;
        let signed = ring.signer(alg).and_then(|signer| sign(signer));
        signed.map_err(|error| ServerError::Internal(error.to_string()))
    }
}

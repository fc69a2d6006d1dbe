//! The key rings: the active signing key of each algorithm, and the JWKS.

use std::collections::BTreeMap;
use std::sync::Arc;

use doorward_access::jwt::jwks::KeySet;
use doorward_protocol::signing_alg::SigningAlg;

use super::key_pair::PublicJwk;
use super::rotate::{KeyRecord, RingsPlan};
use super::sign::{KeyError, Signer};
use crate::secret::MasterKey;
use crate::time::UnixSeconds;

#[cfg(test)]
mod tests;

/// The signing key of each algorithm, and the published keys of all. Immutable: a rotation replaces
/// the whole.
#[derive(Debug)]
pub struct KeyRing {
    active: Arc<Signer>,
    others: BTreeMap<SigningAlg, Arc<Signer>>,
    signing_since: UnixSeconds,
    published: Vec<String>,
    jwks_json: Arc<str>,
    verification: Arc<KeySet>,
}

impl KeyRing {
    /// Builds the rings of a plan; reuses the signers of `previous` whose keys still sign.
    pub fn build(
        records: &[KeyRecord],
        plan: &RingsPlan,
        master: &MasterKey,
        previous: Option<&Self>,
    ) -> Result<Self, KeyError> {
        let find = |kid: &str| records.iter().find(|k| k.kid == kid);
        let mut signers = BTreeMap::new();
        let mut signing_since = UnixSeconds::MAX;
        for (alg, kid) in &plan.active {
            let record = find(kid).ok_or(KeyError::NoActiveKey)?;
            signing_since = signing_since.min(record.active_at);
            let previous = previous.and_then(|ring| ring.signer(*alg).ok());
            let signer = match previous.filter(|signer| signer.kid() == record.kid) {
                Some(signer) => Arc::clone(signer),
                None => Arc::new(Signer::open(record, master)?),
            };
            signers.insert(*alg, signer);
        }
        let active = signers
            .remove(&SigningAlg::Rs256)
            .ok_or(KeyError::NoActiveKey)?;
        let mut jwks = Vec::with_capacity(plan.publish.len());
        for kid in &plan.publish {
            jwks.push(public_jwk(find(kid).ok_or(KeyError::NoActiveKey)?)?);
        }
        let jwks_json = serde_json::json!({ "keys": jwks }).to_string();
        let verification = KeySet::from_jwks(&jwks_json).map_err(|_| KeyError::Corrupt {
            kid: plan.publish.join(", "),
            what: "the published keys do not form a JWKS",
        })?;
        Ok(Self {
            active,
            others: signers,
            signing_since,
            published: plan.publish.clone(),
            jwks_json: jwks_json.into(),
            verification: Arc::new(verification),
        })
    }

    /// Returns the active signing key of RS256, the default.
    pub const fn active(&self) -> &Arc<Signer> {
        &self.active
    }

    /// Returns the active signing key of an algorithm.
    pub fn signer(&self, alg: SigningAlg) -> Result<&Arc<Signer>, KeyError> {
        if alg == SigningAlg::Rs256 {
            return Ok(&self.active);
        }
        self.others.get(&alg).ok_or(KeyError::NotOffered(alg))
    }

    /// Returns the time from which the oldest active key signs.
    pub const fn signing_since(&self) -> UnixSeconds {
        self.signing_since
    }

    /// Returns the ids of the published keys, those of RS256 first, with the active one first in
    /// each ring.
    pub fn published(&self) -> &[String] {
        &self.published
    }

    /// Returns the JWKS document (RFC 7517 §5), serialized once.
    pub fn jwks_json(&self) -> &Arc<str> {
        &self.jwks_json
    }

    /// Returns the published keys for verification of the server's own tokens.
    pub fn verification(&self) -> &Arc<KeySet> {
        &self.verification
    }
}

// The struct has only public members, so no other member of the stored JSON can be published.
fn public_jwk(record: &KeyRecord) -> Result<PublicJwk, KeyError> {
    let damaged = |name| KeyError::Corrupt {
        kid: record.kid.clone(),
        what: name,
    };
    let jwk: PublicJwk = serde_json::from_str(&record.public_jwk)
        .map_err(|_| damaged("the public part is not a public key"))?;
    // A key signs with one algorithm only.
    if jwk.alg != record.algorithm {
        return Err(damaged("the public part is of another algorithm"));
    }
    if jwk.kid != record.kid || jwk.thumbprint().as_ref() != Some(&record.kid) {
        return Err(damaged("the public part does not match the key id"));
    }
    Ok(jwk)
}

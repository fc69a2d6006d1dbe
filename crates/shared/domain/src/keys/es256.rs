//! ES256 signatures (RFC 7518 §3.4) by `ECDSA_do_sign`. The general signing interface of OpenSSL 3,
//! which josekit uses, looks up the algorithms for each signature and encodes it in DER: together
//! as expensive as the signature.

use std::fmt;

use josekit::JoseError;
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm;
use josekit::jws::{JwsAlgorithm, JwsSigner};
use openssl::ec::EcKey;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use sha2::{Digest as _, Sha256};

/// Length of each of the two integers of a signature in bytes.
const HALF: i32 = 32;

/// A private key on the curve P-256.
#[derive(Clone)]
pub(super) struct Es256Signer(EcKey<Private>);

impl Es256Signer {
    /// Reads a private key that [`EcdsaJwsAlgorithm::Es256`] has accepted.
    pub fn from_pem(pem: &[u8]) -> Result<Self, JoseError> {
        let key = PKey::private_key_from_pem(pem).and_then(|key| key.ec_key());
        key.map(Self)
            .map_err(|error| JoseError::InvalidKeyFormat(error.into()))
    }
}

impl fmt::Debug for Es256Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Es256Signer").finish_non_exhaustive()
    }
}

impl JwsSigner for Es256Signer {
    fn algorithm(&self) -> &dyn JwsAlgorithm {
        &EcdsaJwsAlgorithm::Es256
    }

    fn key_id(&self) -> Option<&str> {
        None
    }

    fn signature_len(&self) -> usize {
        64
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        let sign = || -> Result<Vec<u8>, ErrorStack> {
            let signature = EcdsaSig::sign(&Sha256::digest(message), &self.0)?;
            let mut bytes = signature.r().to_vec_padded(HALF)?;
            bytes.extend(signature.s().to_vec_padded(HALF)?);
            Ok(bytes)
        };
        sign().map_err(|error| JoseError::InvalidSignature(error.into()))
    }

    fn box_clone(&self) -> Box<dyn JwsSigner> {
        Box::new(self.clone())
    }
}

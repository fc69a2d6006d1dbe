//! The key of an account, and the signed bodies of requests (RFC 8555 §6.2).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::JoseError;
use josekit::jwk::KeyPair as _;
use josekit::jwk::alg::ec::{EcCurve, EcKeyPair};
use josekit::jws::JwsSigner as _;
use josekit::jws::alg::ecdsa::{EcdsaJwsAlgorithm, EcdsaJwsSigner};
use josekit::jws::alg::hmac::HmacJwsAlgorithm;
use openssl::sha::sha256;
use serde_json::{Value, json};

use super::authority_error::AcmeError;

/// The private key of an account: ES256.
pub struct AccountKey {
    signer: EcdsaJwsSigner,
    x: String,
    y: String,
}

impl AccountKey {
    /// Creates a key, and returns it in PEM.
    ///
    /// # Errors
    /// [`AcmeError::Key`] if OpenSSL has no random numbers.
    pub fn generate() -> Result<Vec<u8>, AcmeError> {
        let pair = EcKeyPair::generate(EcCurve::P256).map_err(unusable)?;
        Ok(pair.to_pem_private_key())
    }

    /// Reads a key in PEM.
    ///
    /// # Errors
    /// [`AcmeError::Key`] if it is not a key on the curve P-256.
    pub fn from_pem(pem: &[u8]) -> Result<Self, AcmeError> {
        let algorithm = EcdsaJwsAlgorithm::Es256;
        let signer = algorithm.signer_from_pem(pem).map_err(unusable)?;
        let pair = EcKeyPair::from_pem(pem, Some(EcCurve::P256)).map_err(unusable)?;
        let public = pair.to_jwk_public_key();
        let coordinate = |name: &str| {
            let value = public.parameter(name).and_then(Value::as_str);
            let value = value.map(str::to_owned);
            value.ok_or_else(|| AcmeError::Key("it has no coordinates".to_owned()))
        };
        Ok(Self {
            signer,
            x: coordinate("x")?,
            y: coordinate("y")?,
        })
    }

    /// Returns the public key (RFC 7517).
    pub(super) fn jwk(&self) -> Value {
        json!({ "crv": "P-256", "kty": "EC", "x": self.x, "y": self.y })
    }

    /// Returns the thumbprint of the public key (RFC 7638): its members in this order, without spaces.
    pub(super) fn thumbprint(&self) -> String {
        let Self { x, y, .. } = self;
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        URL_SAFE_NO_PAD.encode(sha256(canonical.as_bytes()))
    }

    /// Signs a payload with this protected header, which gets the algorithm.
    pub(super) fn sign(&self, mut header: Value, payload: &str) -> Result<Vec<u8>, AcmeError> {
        header["alg"] = "ES256".into();
        flattened(&header, payload, |input| self.signer.sign(input))
    }
}

/// Signs the public key of a new account with the key of an external account (RFC 8555 §7.3.4).
pub(super) fn bind_external(
    account: &AccountKey,
    key_id: &str,
    hmac_key: &str,
    url: &str,
) -> Result<Value, AcmeError> {
    // Authorities print the key in base64url; some add padding.
    let secret = URL_SAFE_NO_PAD.decode(hmac_key.trim().trim_end_matches('='));
    let secret =
        secret.map_err(|error| AcmeError::Key(format!("tls.acme.eab_hmac_key: {error}")))?;
    let signer = HmacJwsAlgorithm::Hs256.signer_from_bytes(secret);
    let signer = signer.map_err(unusable)?;
    let header = json!({ "alg": "HS256", "kid": key_id, "url": url });
    let payload = account.jwk().to_string();
    let body = flattened(&header, &payload, |input| signer.sign(input))?;
    serde_json::from_slice(&body).map_err(|error| AcmeError::Key(error.to_string()))
}

/// Writes a JWS in the flattened JSON form (RFC 7515 §7.2.2).
fn flattened(
    header: &Value,
    payload: &str,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, JoseError>,
) -> Result<Vec<u8>, AcmeError> {
    let protected = URL_SAFE_NO_PAD.encode(header.to_string());
    let payload = URL_SAFE_NO_PAD.encode(payload);
    let signature = sign(format!("{protected}.{payload}").as_bytes()).map_err(unusable)?;
    let signature = URL_SAFE_NO_PAD.encode(signature);
    let body = json!({ "protected": protected, "payload": payload, "signature": signature });
    Ok(body.to_string().into_bytes())
}

#[expect(clippy::needless_pass_by_value, reason = "used with map_err")]
fn unusable(error: JoseError) -> AcmeError {
    AcmeError::Key(error.to_string())
}

impl fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

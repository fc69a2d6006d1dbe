//! Client secrets that are JWTs, signed anew for each use, as Apple wants them ("Creating a client secret",
//! Sign in with Apple REST API).

use josekit::JoseError;
use josekit::jws::{ES256, JwsHeader};
use josekit::jwt::{self, JwtPayload};

use crate::secret::Secret;
use crate::time::UnixSeconds;

/// How long one is good, in seconds: for the request that it goes with.
const LIFE: UnixSeconds = 300;

/// What one says.
#[derive(Clone, Copy, Debug)]
pub struct SignedSecret<'a> {
    /// Who signs: the team (`iss`).
    pub team_id: &'a str,
    /// With which key (`kid`).
    pub key_id: &'a str,
    /// For whom: the issuer of the provider (`aud`).
    pub audience: &'a str,
    /// Who this server is there (`sub`).
    pub client_id: &'a str,
}

/// Whether this is a key that signs: PEM, PKCS #8, P-256.
pub fn is_key(pem: &str) -> bool {
    ES256.signer_from_pem(pem).is_ok()
}

/// Signs one, good for five minutes from `now`.
///
/// # Errors
/// Where [`is_key`] is false.
pub fn sign(
    pem: &Secret<String>,
    secret: &SignedSecret<'_>,
    now: UnixSeconds,
) -> Result<Secret<String>, JoseError> {
    let signer = ES256.signer_from_pem(pem.expose())?;
    let mut header = JwsHeader::new();
    header.set_key_id(secret.key_id);
    let mut claims = JwtPayload::new();
    claims.set_issuer(secret.team_id);
    claims.set_audience(vec![secret.audience]);
    claims.set_subject(secret.client_id);
    // Whole seconds: the library would write a fraction.
    claims.set_claim("iat", Some(now.into()))?;
    claims.set_claim("exp", Some((now + LIFE).into()))?;
    let text = jwt::encode_with_signer(&claims, &header, &signer)?;
    Ok(Secret::from(text.as_str()))
}

#[cfg(test)]
mod tests;

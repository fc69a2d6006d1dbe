//! Client secrets that are JWTs, newly signed for each use, as Apple requires ("Creating a client
//! secret", Sign in with Apple REST API).

use josekit::JoseError;
use josekit::jws::{ES256, JwsHeader};
use josekit::jwt::{self, JwtPayload};

use crate::secret::Secret;
use crate::time::UnixSeconds;

/// The lifetime of a secret in seconds: it only has to last for one request.
const TTL: UnixSeconds = 300;

#[derive(Clone, Copy, Debug)]
pub struct SignedSecret<'a> {
    /// The team id of the signer (`iss`).
    pub team_id: &'a str,
    /// The key id (`kid`).
    pub key_id: &'a str,
    /// The issuer of the identity provider (`aud`).
    pub audience: &'a str,
    /// The client id of this server at the provider (`sub`).
    pub client_id: &'a str,
}

/// Returns true if the text is a signing key: PEM, PKCS #8, P-256.
pub fn is_key(pem: &str) -> bool {
    ES256.signer_from_pem(pem).is_ok()
}

/// Signs a client secret that is valid for five minutes from `now`.
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
    // Whole seconds, because the setters of the library would write a fraction.
    claims.set_claim("iat", Some(now.into()))?;
    claims.set_claim("exp", Some((now + TTL).into()))?;
    let text = jwt::encode_with_signer(&claims, &header, &signer)?;
    Ok(Secret::from(text.as_str()))
}

#[cfg(test)]
mod tests;

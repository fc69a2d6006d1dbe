//! Proofs of possession (DPoP, RFC 9449): the sender of a request holds a private key.
//!
//! The identity server and every resource server check proofs with this function. Replays are not
//! detected here: the caller keeps a record of used proofs ([`Proof::name`]).

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_protocol::signing_alg::SigningAlg;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use url::Url;

use super::jwk::thumbprint;
use super::public_key::{has_private_part, is_plausible, verifier};
use super::verify::{Compact, REFUSED_PARAMETERS, TokenRejection, decode, decode_json, is_type};

/// Maximum difference between the clocks of the sender and this server in seconds, in both
/// directions.
pub const WINDOW: i64 = 60;
/// Maximum length of a proof in bytes: enough for an RSA key of 4096 bits and its signature.
pub const MAX_PROOF_BYTES: usize = 6 * 1024;
/// Maximum length of `jti` and `nonce` in bytes (RFC 9449 §11.1 asks for a limit).
const MAX_VALUE_BYTES: usize = 512;
/// The `typ` of a proof (RFC 9449 §4.2).
const TYPE: &str = "dpop+jwt";

/// Accepted algorithms of proofs: asymmetric only (RFC 9449 §4.3). Discovery, metadata and
/// challenges list the same.
pub const ALGS: [SigningAlg; 4] = [
    SigningAlg::Es256,
    SigningAlg::Ps256,
    SigningAlg::EdDsa,
    SigningAlg::Rs256,
];

/// Returns the names of [`ALGS`].
pub fn algs() -> [&'static str; 4] {
    ALGS.map(SigningAlg::as_str)
}

/// The request that contains a proof.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Method of the request.
    pub method: &'a str,
    /// URL of the request as the client knows it; query and fragment are ignored.
    pub uri: &'a str,
    /// Access token sent with the proof; `None` for a token request.
    pub access_token: Option<&'a str>,
    /// Current time in Unix seconds.
    pub now: i64,
}

/// A verified proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Algorithm of the signature.
    pub alg: SigningAlg,
    /// Thumbprint of the signing key (RFC 7638, SHA-256).
    pub jkt: String,
    /// Identifier of the proof.
    pub jti: String,
    /// Creation time in Unix seconds.
    pub iat: i64,
    /// Server nonce contained in the proof.
    pub nonce: Option<String>,
}

impl Proof {
    /// Returns the key of the proof in a replay store: equal for two copies, whatever other claims
    /// they have.
    pub fn name(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        // All thumbprints have the same length, so that no two pairs share a name.
        hash.update(b"dpop ");
        hash.update(self.jkt.as_bytes());
        hash.update(self.jti.as_bytes());
        hash.finalize().into()
    }

    /// Returns the time from which the proof is too old to be accepted and need not be stored.
    pub const fn expires_at(&self) -> i64 {
        self.iat.saturating_add(WINDOW + 1)
    }
}

/// The reason why a proof is rejected (RFC 9449 §4.3). The text contains nothing that the sender
/// must not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofRejection {
    /// A proof longer than [`MAX_PROOF_BYTES`].
    #[error("the DPoP proof is too long")]
    TooLong,
    /// A text that is not a compact JWS with unambiguous JSON.
    #[error("the DPoP proof is malformed: {0}")]
    Malformed(&'static str),
    /// A JWT of another type.
    #[error("the DPoP proof is not of type dpop+jwt")]
    Type,
    /// An algorithm that is not accepted.
    #[error("the DPoP proof's algorithm is not accepted")]
    Algorithm,
    /// A header parameter that would change the verified data or key.
    #[error("the DPoP proof's header has a parameter that is not accepted")]
    Header,
    /// A missing `jwk`, or a key that does not fit the algorithm.
    #[error("the DPoP proof's 'jwk' is no public key for its algorithm")]
    Key,
    /// A key with private parts.
    #[error("the DPoP proof's 'jwk' holds a private key, which is not private any more")]
    PrivateKey,
    /// A signature that does not match the key.
    #[error("the DPoP proof's signature is wrong")]
    Signature,
    /// A claim that is missing or has the wrong type.
    #[error("the DPoP proof's '{0}' is missing or malformed")]
    Claim(&'static str),
    /// A proof for another method.
    #[error("the DPoP proof's 'htm' is not the method of the request")]
    Method,
    /// A proof for another URL.
    #[error("the DPoP proof's 'htu' is not the address of the request")]
    Target,
    /// A proof that is too old, or from the future.
    #[error("the DPoP proof's 'iat' is more than 60 seconds from now")]
    Time,
    /// A proof for another access token.
    #[error("the DPoP proof's 'ath' is not the hash of the access token")]
    AccessToken,
}

impl From<TokenRejection> for ProofRejection {
    fn from(rejection: TokenRejection) -> Self {
        match rejection {
            TokenRejection::Malformed(name) => Self::Malformed(name),
            TokenRejection::TooLong => Self::TooLong,
            _ => Self::Malformed("it is no signed JWT"),
        }
    }
}

/// Verifies one proof (RFC 9449 §4.3), checks 2 to 9, 11 and 12a. The caller checks the rest: a
/// single header field, a current nonce, the key that the token is bound to, and replays.
///
/// # Errors
/// Returns a [`ProofRejection`] for the first failed check.
pub fn verify(proof: &str, expected: &Expected<'_>) -> Result<Proof, ProofRejection> {
    if proof.len() > MAX_PROOF_BYTES {
        return Err(ProofRejection::TooLong);
    }
    let jws = Compact::split(proof)?;
    let header = decode_json(jws.header)?;
    let (alg, jwk) = check_header(&header)?;
    let key = verifier(jwk, alg).ok_or(ProofRejection::Key)?;
    let jkt = thumbprint(jwk).ok_or(ProofRejection::Key)?;
    let signature = decode(jws.signature)?;
    if !is_plausible(alg, &signature) || key.verify(jws.signed, &signature).is_err() {
        return Err(ProofRejection::Signature);
    }
    // The payload is parsed only after verification: the parser never sees unsigned data.
    let claims = decode_json(jws.payload)?;
    check_claims(&claims, expected, (alg, jkt))
}

fn check_header(
    header: &Map<String, Value>,
) -> Result<(SigningAlg, &Map<String, Value>), ProofRejection> {
    match header.get("typ") {
        Some(Value::String(typ)) if is_type(typ, TYPE) => {}
        _ => return Err(ProofRejection::Type),
    }
    let alg = header.get("alg").and_then(Value::as_str);
    let alg = alg
        .and_then(SigningAlg::parse)
        .filter(|alg| ALGS.contains(alg))
        .ok_or(ProofRejection::Algorithm)?;
    let reject = |name: &&str| *name != "jwk" && header.contains_key(*name);
    if REFUSED_PARAMETERS.iter().any(reject) {
        return Err(ProofRejection::Header);
    }
    let Some(Value::Object(jwk)) = header.get("jwk") else {
        return Err(ProofRejection::Key);
    };
    if has_private_part(jwk) {
        return Err(ProofRejection::PrivateKey);
    }
    Ok((alg, jwk))
}

fn check_claims(
    claims: &Map<String, Value>,
    expected: &Expected<'_>,
    (alg, jkt): (SigningAlg, String),
) -> Result<Proof, ProofRejection> {
    let text = |name: &'static str| {
        let text = claims.get(name).and_then(Value::as_str);
        text.ok_or(ProofRejection::Claim(name))
    };
    let short = |name: &'static str| {
        let is_short = |text: &&str| !text.is_empty() && text.len() <= MAX_VALUE_BYTES;
        Some(text(name)?)
            .filter(is_short)
            .ok_or(ProofRejection::Claim(name))
    };
    let jti = short("jti")?.to_owned();
    // RFC 9110 §9.1: methods are case-sensitive.
    if text("htm")? != expected.method {
        return Err(ProofRejection::Method);
    }
    let target = target(text("htu")?).ok_or(ProofRejection::Claim("htu"))?;
    if self::target(expected.uri).is_none_or(|own| own != target) {
        return Err(ProofRejection::Target);
    }
    let iat = claims.get("iat").and_then(Value::as_i64);
    let iat = iat.ok_or(ProofRejection::Claim("iat"))?;
    if expected.now.saturating_sub(iat).saturating_abs() > WINDOW {
        return Err(ProofRejection::Time);
    }
    if let Some(token) = expected.access_token
        && text("ath")? != token_hash(token)
    {
        return Err(ProofRejection::AccessToken);
    }
    let nonce = match claims.get("nonce") {
        None => None,
        Some(_) => Some(short("nonce")?.to_owned()),
    };
    Ok(Proof {
        alg,
        jkt,
        jti,
        iat,
        nonce,
    })
}

/// Returns the `ath` value of an access token (RFC 9449 §4.2).
pub fn token_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(access_token.as_bytes()))
}

/// Returns a URL without query and fragment, normalized by RFC 3986 §6.2.2 and §6.2.3 (RFC 9449
/// §4.3). Returns `None` if the text is not an http or https URL.
fn target(uri: &str) -> Option<String> {
    // The URL parser trims and skips characters that are invalid in a URI.
    if !uri.bytes().all(|byte| byte.is_ascii_graphic()) || uri.contains('\\') {
        return None;
    }
    let url = Url::parse(uri).ok()?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !matches!(url.scheme(), "http" | "https") || !is_plain {
        return None;
    }
    let origin = url.origin().ascii_serialization();
    Some(format!("{origin}{}", normal_path(url.path())))
}

/// Normalizes percent-encoding (RFC 3986 §6.2.2.1 and §6.2.2.2): upper-case escapes, and none for
/// unreserved characters. The URL parser does neither.
fn normal_path(path: &str) -> String {
    let mut normal = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        normal.push_str(before);
        if let Some(byte) = after.get(..2).and_then(escaped) {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                normal.push(char::from(byte));
            } else {
                let _ = write!(normal, "%{byte:02X}");
            }
            rest = &after[2..];
        } else {
            normal.push('%');
            rest = after;
        }
    }
    normal.push_str(rest);
    normal
}

/// Returns the byte of two hexadecimal digits; a sign is not a digit.
fn escaped(digits: &str) -> Option<u8> {
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

#[cfg(test)]
mod tests;

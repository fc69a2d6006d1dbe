//! Verification of signed tokens against known attacks (RFC 8725, RFC 9068 §4).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::strict_json;
use serde_json::{Map, Value};

use super::claims::AccessTokenClaims;
use super::jwks::KeySet;
use crate::mutant::{self, Safeguard};
use crate::signals::RevokedBecause;

/// Maximum length of a token in bytes.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;
/// Maximum leeway in seconds.
pub const MAX_LEEWAY: i64 = 60;
/// The `typ` of an access token (RFC 9068 §2.1).
pub const ACCESS_TOKEN_TYPES: &[&str] = &["at+jwt"];
/// The generic `typ` of a JWT without a specific type.
pub const PLAIN_JWT: &str = "JWT";
/// The `typ` values of an ID token; the empty text means an absent one (OIDC Core §2 names none).
pub const ID_TOKEN_TYPES: &[&str] = &["JWT", ""];

/// The expected claims of an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Issuer; compared byte by byte.
    pub issuer: String,
    /// Former issuers with the same keys, after a change of the issuer's domain; compared alike.
    pub former_issuers: Vec<String>,
    /// Recipient that `aud` must contain; compared byte by byte.
    pub audience: String,
    /// Accepted clock difference in seconds; capped at [`MAX_LEEWAY`].
    pub leeway: i64,
    /// Accepts `typ` `JWT` in addition to `at+jwt`, for a resource that is registered so.
    pub plain_jwt: bool,
    /// Accepted algorithms, by default all of [`SigningAlg::ALL`]. A key verifies only its own.
    pub algorithms: Vec<SigningAlg>,
}

impl Expected {
    /// Creates the expectations with the default leeway of 60 seconds.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            former_issuers: Vec::new(),
            audience: audience.into(),
            leeway: MAX_LEEWAY,
            plain_jwt: false,
            algorithms: SigningAlg::ALL.to_vec(),
        }
    }

    /// Returns the accepted `typ` values.
    fn types(&self) -> Vec<&'static str> {
        let plain = self.plain_jwt.then_some(PLAIN_JWT);
        ACCESS_TOKEN_TYPES.iter().copied().chain(plain).collect()
    }

    fn leeway(&self) -> i64 {
        self.leeway.clamp(0, MAX_LEEWAY)
    }
}

/// The reason why a token is rejected. The text contains nothing that the holder must not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRejection {
    /// A token longer than [`MAX_TOKEN_BYTES`].
    #[error("the token is too long")]
    TooLong,
    /// A text that is not three parts of canonical base64url with unambiguous JSON (RFC 7515 §7.1).
    #[error("the token is malformed: {0}")]
    Malformed(&'static str),
    /// An algorithm that is not accepted, or is not the one of the key.
    #[error("the token's algorithm is not accepted")]
    Algorithm,
    /// A header parameter that would change the verified data or key.
    #[error("the token's header has a parameter that is not accepted")]
    Header,
    /// A token of another type (RFC 8725 §3.11).
    #[error("this is another type of token")]
    Type,
    /// A key ID that is not in the key set.
    #[error("the token was signed with an unknown key")]
    UnknownKey {
        /// Key ID of the token.
        kid: String,
    },
    /// A signature that does not match the token.
    #[error("the token's signature is wrong")]
    Signature,
    /// A missing required claim, or a claim of the wrong type.
    #[error("the token's claims are incomplete or of the wrong type")]
    Claims,
    /// A token of another issuer.
    #[error("the token is from another issuer")]
    Issuer,
    /// A token for another recipient.
    #[error("the token is for another audience")]
    Audience,
    /// A token past its `exp`.
    #[error("the token has expired")]
    Expired,
    /// A token before its `nbf`, or issued in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// A token with incomplete roles or groups (`overage`) at a service that cannot ask the issuer
    /// for them: a rule that forbids an omitted one would not see it.
    #[error(
        "the token could not carry all roles and groups, and this service does not ask the issuer for \
         them: its operator has to configure token introspection"
    )]
    Overage,
    /// A token that the issuer revoked, as this service has heard.
    #[error(transparent)]
    Revoked(#[from] RevokedBecause),
    /// A token of a subject with more roles or groups than the issuer lists.
    #[error(
        "the subject has more roles and groups than the issuer lists: an administrator has to remove \
         some"
    )]
    TooManyGroups,
}

/// The header of a verified token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// ID of the signing key.
    pub kid: String,
    /// Type as written, if present.
    pub typ: Option<String>,
    pub(crate) fingerprint: [u8; 32],
}

/// Verifies an access token (RFC 9068 §4). `now` is in Unix seconds.
///
/// `exp` is exclusive: at `exp + leeway` the token is expired (RFC 7519 §4.1.4).
pub fn verify_access_token(
    token: &str,
    keys: &KeySet,
    expected: &Expected,
    now: i64,
) -> Result<AccessTokenClaims, TokenRejection> {
    let (_, claims) = verify_access(token, keys, expected, now)?;
    let is_whole = is_whole(&claims.overage);
    is_whole.then_some(claims).ok_or(TokenRejection::Overage)
}

/// Returns true if `overage` names neither roles nor groups. Incomplete ones must never be read as
/// "no rule forbids it". Incomplete entitlements and managed groups are safe, because they only
/// grant access.
pub fn is_whole(overage: &[String]) -> bool {
    let is_safe = |name: &str| name == "entitlements" || name == "managed_groups";
    overage.iter().all(|name| is_safe(name))
}

/// Verifies an access token whose lists may be incomplete: the caller checks `overage`.
pub(crate) fn verify_access(
    token: &str,
    keys: &KeySet,
    expected: &Expected,
    now: i64,
) -> Result<(Header, AccessTokenClaims), TokenRejection> {
    let (header, payload) = verify_with(token, keys, &expected.types(), &expected.algorithms)?;
    let not_before = optional_time(&payload, "nbf")?;
    let claims: AccessTokenClaims =
        serde_json::from_value(Value::Object(payload)).map_err(|_| TokenRejection::Claims)?;
    check_claims(&claims, expected, now)?;
    if not_before.is_some_and(|start| start > now.saturating_add(expected.leeway())) {
        return Err(TokenRejection::NotYetValid);
    }
    Ok((header, claims))
}

/// Checks the claims of an access token after its signature was verified, except `overage`.
///
/// # Errors
/// Returns the [`TokenRejection`] for the first failed check.
pub fn check_claims(
    claims: &AccessTokenClaims,
    expected: &Expected,
    now: i64,
) -> Result<(), TokenRejection> {
    let empty = |text: &String| text.is_empty();
    if [&claims.iss, &claims.sub, &claims.client_id, &claims.jti]
        .into_iter()
        .any(empty)
    {
        return Err(TokenRejection::Claims);
    }
    if claims.iss != expected.issuer && !expected.former_issuers.contains(&claims.iss) {
        return Err(TokenRejection::Issuer);
    }
    let is_ours = !expected.audience.is_empty() && claims.aud.contains(&expected.audience);
    if !is_ours && !mutant::is_disabled(Safeguard::Audience) {
        return Err(TokenRejection::Audience);
    }
    let leeway = expected.leeway();
    if claims.exp.saturating_add(leeway) <= now {
        return Err(TokenRejection::Expired);
    }
    let latest_start = now.saturating_add(leeway);
    if claims.iat > latest_start {
        return Err(TokenRejection::NotYetValid);
    }
    Ok(())
}

/// Verifies a token's signature and type, by the algorithm of its key. The caller checks the claims,
/// and decides whether to accept an expired token (as for an `id_token_hint`, OIDC Core §3.1.2.1).
///
/// `typ_allowed` are media types without `application/`; the empty text allows an absent `typ`.
pub fn verify_jws(
    token: &str,
    keys: &KeySet,
    typ_allowed: &[&str],
) -> Result<(Header, Map<String, Value>), TokenRejection> {
    verify_with(token, keys, typ_allowed, &SigningAlg::ALL)
}

fn verify_with(
    token: &str,
    keys: &KeySet,
    typ_allowed: &[&str],
    algorithms: &[SigningAlg],
) -> Result<(Header, Map<String, Value>), TokenRejection> {
    let jws = Compact::split(token)?;
    let header = decode_json(jws.header)?;
    let (alg, typ) = check_header(&header, typ_allowed, algorithms)?;
    let kid = match header.get("kid") {
        Some(Value::String(kid)) if !kid.is_empty() => kid.clone(),
        _ => return Err(TokenRejection::Malformed("it does not name its key")),
    };
    let key = keys.get(&kid);
    // RFC 8725 §3.1: the key decides on the algorithm; the header is only compared with it.
    if key.is_some_and(|key| key.algorithm() != alg) {
        return Err(TokenRejection::Algorithm);
    }
    let signature = decode(jws.signature)?;
    let Some(key) = key else {
        return Err(TokenRejection::UnknownKey { kid });
    };
    if !key.verify(jws.signed, &signature) {
        return Err(TokenRejection::Signature);
    }
    // The payload is parsed only after verification: the parser never sees unsigned data.
    let payload = decode_json(jws.payload)?;
    let header = Header {
        kid,
        typ: typ.map(str::to_owned),
        fingerprint: key.fingerprint(),
    };
    Ok((header, payload))
}

/// The parts of a compact JWS (RFC 7515 §7.1), still encoded.
pub(super) struct Compact<'a> {
    pub(super) header: &'a str,
    pub(super) payload: &'a str,
    pub(super) signature: &'a str,
    /// Signed data: header and payload with the dot between them.
    pub(super) signed: &'a [u8],
}

impl<'a> Compact<'a> {
    pub(super) fn split(token: &'a str) -> Result<Self, TokenRejection> {
        Self::split_within(token, MAX_TOKEN_BYTES)
    }

    pub(super) fn split_within(token: &'a str, max: usize) -> Result<Self, TokenRejection> {
        if token.len() > max {
            return Err(TokenRejection::TooLong);
        }
        let mut parts = token.split('.');
        // Five parts are a JWE (RFC 7516 §9), which is not supported.
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenRejection::Malformed("it does not have three parts"));
        };
        Ok(Self {
            header,
            payload,
            signature,
            signed: &token.as_bytes()[..header.len() + 1 + payload.len()],
        })
    }
}

/// Header parameters that contain a key, change the signed data, or make the token a JWE (RFC 7515
/// §4.1).
pub(super) const REFUSED_PARAMETERS: &[&str] = &[
    "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip", "enc", "epk", "apu",
    "apv", "p2s", "p2c",
];

/// Checks a header except its key; returns its algorithm and type.
pub(super) fn check_header<'h>(
    header: &'h Map<String, Value>,
    typ_allowed: &[&str],
    algorithms: &[SigningAlg],
) -> Result<(SigningAlg, Option<&'h str>), TokenRejection> {
    let alg = header.get("alg").and_then(Value::as_str);
    let alg = alg
        .and_then(SigningAlg::parse)
        .filter(|alg| algorithms.contains(alg))
        .ok_or(TokenRejection::Algorithm)?;
    if REFUSED_PARAMETERS
        .iter()
        .any(|name| header.contains_key(*name))
    {
        return Err(TokenRejection::Header);
    }
    let typ = match header.get("typ") {
        None => None,
        Some(Value::String(typ)) => Some(typ.as_str()),
        Some(_) => return Err(TokenRejection::Type),
    };
    let written = typ.unwrap_or_default();
    if !typ_allowed.iter().any(|allowed| is_type(written, allowed)) {
        return Err(TokenRejection::Type);
    }
    Ok((alg, typ))
}

/// Returns true if the media types match, ignoring case and an omitted `application/` (RFC 7515
/// §4.1.9).
pub fn is_type(written: &str, allowed: &str) -> bool {
    const PREFIX: &str = "application/";
    let bare = match written.get(..PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => &written[PREFIX.len()..],
        _ => written,
    };
    bare.eq_ignore_ascii_case(allowed) && (allowed.is_empty() == written.is_empty())
}

pub(super) fn decode(part: &str) -> Result<Vec<u8>, TokenRejection> {
    // The engine rejects padding, other alphabets and non-canonical trailing bits.
    match URL_SAFE_NO_PAD.decode(part) {
        Ok(bytes) if !bytes.is_empty() => Ok(bytes),
        _ => Err(TokenRejection::Malformed(
            "a part is not canonical base64url",
        )),
    }
}

pub(super) fn decode_json(part: &str) -> Result<Map<String, Value>, TokenRejection> {
    strict_json::parse_object(&decode(part)?)
        .map_err(|_| TokenRejection::Malformed("a part is not an unambiguous JSON object"))
}

fn optional_time(payload: &Map<String, Value>, name: &str) -> Result<Option<i64>, TokenRejection> {
    match payload.get(name) {
        None => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or(TokenRejection::Claims),
    }
}

#[cfg(test)]
mod tests;

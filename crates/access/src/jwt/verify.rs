//! Verification of signed tokens, written against every known way to get around it
//! (RFC 8725, RFC 9068 §4, SECURITY KM-2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_protocol::strict_json;
use serde_json::{Map, Value};

use super::claims::AccessTokenClaims;
use super::jwks::KeySet;
use crate::mutant::{self, Safeguard};

/// The longest token, in bytes.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;
/// The greatest leeway, in seconds.
pub const MAX_LEEWAY: i64 = 60;
/// The `typ` of an access token (RFC 9068 §2.1).
pub const ACCESS_TOKEN_TYPES: &[&str] = &["at+jwt"];
/// The type of JWTs that say nothing about what they are.
pub const PLAIN_JWT: &str = "JWT";
/// The `typ` of an ID token; the empty text stands for an absent one (OIDC Core §2 names none).
pub const ID_TOKEN_TYPES: &[&str] = &["JWT", ""];

/// What an access token must say about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The issuer; compared byte by byte.
    pub issuer: String,
    /// The recipient that must be in `aud`; compared byte by byte.
    pub audience: String,
    /// How many seconds two clocks may differ; above [`MAX_LEEWAY`] it counts as [`MAX_LEEWAY`].
    pub leeway: i64,
    /// Accepts `typ` `JWT` beside `at+jwt`, for a resource that is registered so.
    pub plain_jwt: bool,
}

impl Expected {
    /// What to expect, with the usual leeway of 60 seconds.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            leeway: MAX_LEEWAY,
            plain_jwt: false,
        }
    }

    /// The types of token that are accepted.
    fn types(&self) -> Vec<&'static str> {
        let plain = self.plain_jwt.then_some(PLAIN_JWT);
        ACCESS_TOKEN_TYPES.iter().copied().chain(plain).collect()
    }

    fn leeway(&self) -> i64 {
        self.leeway.clamp(0, MAX_LEEWAY)
    }
}

/// Why a token is not accepted. Says nothing that the token's holder may not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenRejection {
    /// Longer than [`MAX_TOKEN_BYTES`].
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of canonical base64url with unambiguous JSON (RFC 7515 §7.1).
    #[error("the token is malformed: {0}")]
    Malformed(&'static str),
    /// An algorithm other than RS256.
    #[error("the token's algorithm is not accepted")]
    Algorithm,
    /// A header parameter that would change what is verified, or with what.
    #[error("the token's header has a parameter that is not accepted")]
    Header,
    /// Another kind of token (RFC 8725 §3.11).
    #[error("this is another type of token")]
    Type,
    /// No key of this id is known.
    #[error("the token was signed with an unknown key")]
    UnknownKey {
        /// The id that the token names.
        kid: String,
    },
    /// The signature does not belong to the token.
    #[error("the token's signature is wrong")]
    Signature,
    /// A required claim is missing, or a claim has the wrong type.
    #[error("the token's claims are incomplete or of the wrong type")]
    Claims,
    /// From another issuer.
    #[error("the token is from another issuer")]
    Issuer,
    /// For another recipient.
    #[error("the token is for another audience")]
    Audience,
    /// Past its `exp`.
    #[error("the token has expired")]
    Expired,
    /// Before its `nbf`, or issued in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// It names only a part of the person's roles or groups (`overage`): a rule that forbids by one
    /// of those left out would not see it.
    #[error("the token could not carry all roles and groups; ask for one of a single organization")]
    Overage,
}

/// The header of a verified token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The key that signed it.
    pub kid: String,
    /// The type as written, if there is one.
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
    verify_access(token, keys, expected, now).map(|(_, claims)| claims)
}

/// Whether the lists of roles and groups are whole, as far as `overage` says. One that was cut must
/// never be read as "no rule forbids it". Entitlements and managed groups are cut safely: they only
/// ever allow.
pub fn is_whole(overage: &[String]) -> bool {
    let is_safe = |name: &str| name == "entitlements" || name == "managed_groups";
    overage.iter().all(|name| is_safe(name))
}

pub(crate) fn verify_access(
    token: &str,
    keys: &KeySet,
    expected: &Expected,
    now: i64,
) -> Result<(Header, AccessTokenClaims), TokenRejection> {
    let (header, payload) = verify_jws(token, keys, &expected.types())?;
    let not_before = optional_time(&payload, "nbf")?;
    let claims: AccessTokenClaims =
        serde_json::from_value(Value::Object(payload)).map_err(|_| TokenRejection::Claims)?;
    check_claims(&claims, expected, now)?;
    if not_before.is_some_and(|start| start > now.saturating_add(expected.leeway())) {
        return Err(TokenRejection::NotYetValid);
    }
    Ok((header, claims))
}

/// What a service demands of the claims of an access token, once its signature is good.
///
/// # Errors
/// [`TokenRejection`]: what is wrong with them.
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
    if claims.iss != expected.issuer {
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
    if !is_whole(&claims.overage) {
        return Err(TokenRejection::Overage);
    }
    Ok(())
}

/// Verifies a signature and the token's type; the claims are the caller's to judge, also whether
/// an expired token is of use (an `id_token_hint` is, OIDC Core §3.1.2.1).
///
/// `typ_allowed` are media types without `application/`; the empty text allows an absent `typ`.
pub fn verify_jws(
    token: &str,
    keys: &KeySet,
    typ_allowed: &[&str],
) -> Result<(Header, Map<String, Value>), TokenRejection> {
    let jws = Compact::split(token)?;
    let (kid, typ) = check_header(&decode_json(jws.header)?, typ_allowed)?;
    let signature = decode(jws.signature)?;
    let Some(key) = keys.get(&kid) else {
        return Err(TokenRejection::UnknownKey { kid });
    };
    if !key.verify(jws.signed, &signature) {
        return Err(TokenRejection::Signature);
    }
    // Only now is the payload looked at: a parser is never fed what nobody signed.
    let payload = decode_json(jws.payload)?;
    Ok((
        Header {
            kid,
            typ,
            fingerprint: key.fingerprint(),
        },
        payload,
    ))
}

/// The parts of a compact JWS (RFC 7515 §7.1), still encoded.
pub(super) struct Compact<'a> {
    pub(super) header: &'a str,
    pub(super) payload: &'a str,
    pub(super) signature: &'a str,
    /// Header and payload with the dot between: what was signed.
    pub(super) signed: &'a [u8],
}

impl<'a> Compact<'a> {
    pub(super) fn split(token: &'a str) -> Result<Self, TokenRejection> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenRejection::TooLong);
        }
        let mut parts = token.split('.');
        // Five parts are a JWE (RFC 7516 §9), which nobody may send here.
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

/// RFC 7515 §4.1: parameters that bring a key along, change what is signed, or make it a JWE.
pub(super) const REFUSED_PARAMETERS: &[&str] = &[
    "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "b64", "zip", "enc", "epk", "apu",
    "apv", "p2s", "p2c",
];

fn check_header(
    header: &Map<String, Value>,
    typ_allowed: &[&str],
) -> Result<(String, Option<String>), TokenRejection> {
    // The algorithm is pinned; the header's word is compared, never obeyed (RFC 8725 §3.1).
    if header.get("alg").and_then(Value::as_str) != Some("RS256") {
        return Err(TokenRejection::Algorithm);
    }
    if REFUSED_PARAMETERS
        .iter()
        .any(|name| header.contains_key(*name))
    {
        return Err(TokenRejection::Header);
    }
    let typ = match header.get("typ") {
        None => None,
        Some(Value::String(typ)) => Some(typ.clone()),
        Some(_) => return Err(TokenRejection::Type),
    };
    let written = typ.as_deref().unwrap_or_default();
    if !typ_allowed.iter().any(|allowed| is_type(written, allowed)) {
        return Err(TokenRejection::Type);
    }
    match header.get("kid") {
        Some(Value::String(kid)) if !kid.is_empty() => Ok((kid.clone(), typ)),
        _ => Err(TokenRejection::Malformed("it does not name its key")),
    }
}

/// RFC 7515 §4.1.9: a media type, in any case, whose `application/` may be left out.
pub fn is_type(written: &str, allowed: &str) -> bool {
    const PREFIX: &str = "application/";
    let bare = match written.get(..PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => &written[PREFIX.len()..],
        _ => written,
    };
    bare.eq_ignore_ascii_case(allowed) && (allowed.is_empty() == written.is_empty())
}

pub(super) fn decode(part: &str) -> Result<Vec<u8>, TokenRejection> {
    // The engine refuses padding, other alphabets and non-canonical trailing bits.
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

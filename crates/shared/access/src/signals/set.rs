//! Verification of Security Event Tokens (RFC 8417), and their revocations.

use serde_json::{Map, Value};

use super::revocation::{Lists, OtherSubject, Revocation, RevokedBecause, Target, read_subject};
use crate::jwt::claims::Audience;
use crate::jwt::jwks::KeySet;
use crate::jwt::verify::{TokenRejection, verify_jws};

/// The `typ` of a Security Event Token (RFC 8417 §2.3).
const SET_TYPES: &[&str] = &["secevent+jwt"];
const CAEP: &str = "https://schemas.openid.net/secevent/caep/event-type/";
const RISC: &str = "https://schemas.openid.net/secevent/risc/event-type/";

/// The expected claims of a Security Event Token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) former_issuers: &'a [String],
    /// Client ID of the owner of the stream.
    pub(crate) audience: &'a str,
}

impl Expected<'_> {
    fn is_issuer(&self, issuer: &str) -> bool {
        issuer == self.issuer || self.former_issuers.iter().any(|former| former == issuer)
    }
}

/// A verified event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEvent {
    /// Token identifier, for its acknowledgement.
    pub jti: String,
    /// Revocation; `None` if the event has no effect on tokens of this issuer.
    pub revocation: Option<Revocation>,
}

/// An error code that a receiver reports (RFC 8935 §2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetCode {
    /// Malformed, or an event that this receiver cannot apply.
    InvalidRequest,
    /// An unknown key, or a wrong signature.
    InvalidKey,
    /// An event of another issuer.
    InvalidIssuer,
    /// An event for another receiver.
    InvalidAudience,
}

impl SetCode {
    /// Returns the code on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidKey => "invalid_key",
            Self::InvalidIssuer => "invalid_issuer",
            Self::InvalidAudience => "invalid_audience",
        }
    }
}

/// The reason why a Security Event Token is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetRejection {
    /// A token that cannot be verified.
    #[error(transparent)]
    Token(#[from] TokenRejection),
    /// `sub` or `exp`, which would let the token pass for another kind (SSF 1.0 §4.1; RFC 8417 §2.2).
    #[error("the event has a claim of other tokens")]
    ForeignClaim,
    /// Not exactly one event.
    #[error("the token does not have exactly one event")]
    Events,
    /// A revocation whose subject names no tokens.
    #[error("the event's subject is not understood")]
    Subject,
    /// Claims of the wrong type.
    #[error("the event is incomplete or has a member of the wrong type")]
    Event,
}

impl SetRejection {
    /// Returns the code for the transmitter.
    pub const fn code(&self) -> SetCode {
        match self {
            Self::Token(TokenRejection::UnknownKey { .. } | TokenRejection::Signature) => {
                SetCode::InvalidKey
            }
            Self::Token(TokenRejection::Issuer) => SetCode::InvalidIssuer,
            Self::Token(TokenRejection::Audience) => SetCode::InvalidAudience,
            _ => SetCode::InvalidRequest,
        }
    }
}

/// Verifies a Security Event Token. It has no expiry: a late revocation still counts.
pub(crate) fn verify(
    token: &str,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<SignedEvent, SetRejection> {
    let (_, claims) = verify_jws(token, keys, SET_TYPES)?;
    let iss = text(&claims, "iss")?;
    if !expected.is_issuer(iss) {
        return Err(TokenRejection::Issuer.into());
    }
    let audience = claims.get("aud").cloned().unwrap_or_default();
    let audience: Audience = serde_json::from_value(audience).map_err(|_| SetRejection::Event)?;
    if expected.audience.is_empty() || !audience.contains(expected.audience) {
        return Err(TokenRejection::Audience.into());
    }
    if claims.contains_key("sub") || claims.contains_key("exp") {
        return Err(SetRejection::ForeignClaim);
    }
    let jti = text(&claims, "jti")?.to_owned();
    let issued_at = claims.get("iat").and_then(seconds);
    let issued_at = issued_at.ok_or(SetRejection::Event)?;
    let events = claims.get("events").and_then(Value::as_object);
    let mut events = events.ok_or(SetRejection::Events)?.iter();
    let (Some((name, Value::Object(event))), None) = (events.next(), events.next()) else {
        return Err(SetRejection::Events);
    };
    let Some(kind) = Kind::of(name) else {
        return Ok(SignedEvent {
            jti,
            revocation: None,
        });
    };
    let at = match event.get("event_timestamp") {
        None => issued_at,
        Some(time) => seconds(time).ok_or(SetRejection::Event)?,
    };
    let subject = claims.get("sub_id").and_then(Value::as_object);
    let subject = subject.ok_or(SetRejection::Subject)?;
    let revocation = match read_subject(subject, &|iss| expected.is_issuer(iss)) {
        Ok(target) => Some(kind.revocation(target, at, event)?),
        Err(OtherSubject::Foreign) => None,
        Err(OtherSubject::Unusable) => return Err(SetRejection::Subject),
    };
    Ok(SignedEvent { jti, revocation })
}

/// An event that revokes tokens.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// CAEP session-revoked, RISC sessions-revoked.
    SessionRevoked,
    TokenClaimsChange,
    AccountDisabled,
    AccountPurged,
}

impl Kind {
    /// Returns the kind of a revoking event; `None` for all others, known or not.
    fn of(name: &str) -> Option<Self> {
        match (name.strip_prefix(CAEP), name.strip_prefix(RISC)) {
            (Some("session-revoked"), _) | (_, Some("sessions-revoked")) => {
                Some(Self::SessionRevoked)
            }
            (Some("token-claims-change"), _) => Some(Self::TokenClaimsChange),
            (_, Some("account-disabled")) => Some(Self::AccountDisabled),
            (_, Some("account-purged")) => Some(Self::AccountPurged),
            _ => None,
        }
    }

    fn revocation(
        self,
        target: Target,
        at: u32,
        event: &Map<String, Value>,
    ) -> Result<Revocation, SetRejection> {
        let mut kept = None;
        let because = match (self, &target) {
            (_, Target::All) => RevokedBecause::AllRevoked,
            (Self::SessionRevoked, Target::Session(_)) => RevokedBecause::SessionEnded,
            (Self::SessionRevoked, Target::Grant { .. }) => RevokedBecause::GrantRevoked,
            (Self::SessionRevoked, Target::Client(_)) => RevokedBecause::ClientRevoked,
            (Self::SessionRevoked, _) => RevokedBecause::SessionsEnded,
            (Self::TokenClaimsChange, _) => {
                let claims = event.get("claims").and_then(Value::as_object);
                kept = Some(claims.and_then(Lists::read).ok_or(SetRejection::Event)?);
                RevokedBecause::RolesReduced
            }
            (Self::AccountDisabled, _) => RevokedBecause::AccountDisabled,
            (Self::AccountPurged, _) => RevokedBecause::AccountPurged,
        };
        Ok(Revocation {
            target,
            at,
            because,
            kept,
        })
    }
}

/// Reads a time (RFC 7519 §2 `NumericDate`); a part of a second counts as a whole one.
fn seconds(time: &Value) -> Option<u32> {
    if let Some(whole) = time.as_u64() {
        return u32::try_from(whole).ok();
    }
    let time = time.as_f64()?.ceil();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the bounds of the type"
    )]
    (0.0..f64::from(u32::MAX))
        .contains(&time)
        .then_some(time as u32)
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Result<&'a str, SetRejection> {
    let found = claims.get(name).and_then(Value::as_str);
    found
        .filter(|text| !text.is_empty())
        .ok_or(SetRejection::Event)
}

#[cfg(test)]
mod tests;

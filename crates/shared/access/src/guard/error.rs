//! Errors in responses: RFC 9457 bodies and RFC 6750 challenges.

use std::fmt;

use doorward_protocol::bearer::Challenge;
use doorward_protocol::error::ErrorCode;
use doorward_protocol::scope::Scope;
use doorward_protocol::token::TokenType;
use serde::Serialize;

use super::accepted_credentials::AcceptedCredentials;
use super::request::Target;
use crate::access::Access;
use crate::jwt::dpop;
use crate::principal::Principal;
use crate::rbac::{Assurance, Decision, DecisionId, Reason};

/// Header field with the decision ID, which equals `decision_id` in the body.
pub const DECISION: &str = "x-decision-id";

/// A rejected request. It is a response of each framework: `ResponseError` of actix-web,
/// `IntoResponse` of axum.
#[derive(Debug)]
pub struct GuardError {
    body: Box<Body>,
    challenges: Vec<Challenge>,
    retry_after: Option<i64>,
    denied: Option<Box<DenialContext>>,
}

/// The details of a denial that a service can store for later explanation; an extension of the
/// response.
#[derive(Debug, Clone)]
pub struct DenialContext {
    /// Decision ID, also contained in the response.
    pub id: DecisionId,
    /// Denied caller, if known.
    pub principal: Option<Principal>,
    /// Permission that the route requires.
    pub permission: Option<&'static str>,
    /// Missing requirements.
    pub reasons: Vec<Reason>,
    /// Sentence that the caller received.
    pub detail: String,
}

/// A kind of problem (RFC 9457 §3.1).
#[derive(Debug, Clone, Copy, Serialize)]
struct Kind {
    r#type: &'static str,
    title: &'static str,
    status: u16,
}

macro_rules! kinds {
    ($($name:ident = $status:literal, $word:literal, $title:literal;)*) => {$(
        const $name: Kind = Kind {
            r#type: concat!("urn:doorward:problem:", $word),
            title: $title,
            status: $status,
        };
    )*};
}

kinds! {
    MALFORMED_REQUEST = 400, "malformed-request", "The request is ambiguous";
    TOKEN_REQUIRED = 401, "token-required", "A token is required";
    INVALID_TOKEN = 401, "invalid-token", "The token is not accepted";
    NO_PROOF = 401, "proof-of-possession", "The token comes without the proof of its key";
    INVALID_KEY = 401, "invalid-key", "The API key is not accepted";
    SIGN_IN_REQUIRED = 401, "sign-in-required", "Sign in again";
    PERMISSION_DENIED = 403, "permission-denied", "You may not do this";
    METHOD_NOT_ALLOWED = 405, "method-not-allowed", "This method is not allowed";
    TOO_MANY_BAD_KEYS = 429, "too-many-bad-keys", "Too many bad API keys";
    FAULT = 500, "fault", "Internal server error";
    UNAVAILABLE = 503, "unavailable", "Temporarily unavailable";
}

/// A problem body (RFC 9457 §3).
#[derive(Debug, Serialize)]
struct Body {
    #[serde(flatten)]
    kind: Kind,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_id: Option<DecisionId>,
}

impl GuardError {
    /// Creates a 401 without an error code: the request contains no token (RFC 6750 §3.1). The
    /// challenges name both schemes (RFC 9449 §7.2).
    pub(super) fn no_token(access: &Access, admission: AcceptedCredentials) -> Self {
        let id = DecisionId::random();
        tracing::info!(decision_id = %id, "no token");
        let mut refusal = Self::new(TOKEN_REQUIRED, admission.advice());
        if !access.requires_dpop() {
            refusal = refusal.challenge(access, challenge(access, TokenType::Bearer));
        }
        refusal
            .challenge(access, challenge(access, TokenType::Dpop))
            .denied(id, None, None)
    }

    /// Creates a 401 `invalid_token`. The reason contains nothing that the holder must not know.
    pub(super) fn invalid_token(
        access: &Access,
        target: Target<'_>,
        scheme: TokenType,
        reason: &dyn fmt::Display,
    ) -> Self {
        let id = DecisionId::random();
        let reason = reason.to_string();
        tracing::info!(decision_id = %id, path = target.path, reason, "token not accepted");
        let challenge = challenge(access, scheme).error(ErrorCode::InvalidToken, &reason);
        Self::new(INVALID_TOKEN, reason)
            .challenge(access, challenge)
            .denied(id, None, None)
    }

    /// Creates a 401 for a valid token whose sender lacks the bound key (RFC 9449 §7.1) or
    /// certificate (RFC 8705 §3).
    pub(super) fn unproved(
        access: &Access,
        target: Target<'_>,
        scheme: TokenType,
        code: ErrorCode,
        reason: &str,
    ) -> Self {
        let id = DecisionId::random();
        tracing::info!(decision_id = %id, path = target.path, reason, "no proof of possession");
        Self::new(NO_PROOF, reason)
            .challenge(access, challenge(access, scheme).error(code, reason))
            .denied(id, None, None)
    }

    /// Creates a 401 for an invalid API key. The account page of its owner shows the reason.
    pub(super) fn invalid_key(access: &Access, target: Target<'_>) -> Self {
        let id = DecisionId::random();
        tracing::info!(decision_id = %id, path = target.path, "API key not accepted");
        let detail = "It is unknown, over, revoked, not for this API, or not for your address.";
        Self::new(INVALID_KEY, detail)
            .challenge(access, challenge(access, TokenType::Bearer))
            .denied(id, None, None)
    }

    /// Creates a 429: too many invalid API keys from this address.
    pub(super) fn locked_out(wait: i64) -> Self {
        let detail = "API keys from your address are not looked at for a while.";
        Self::new(TOO_MANY_BAD_KEYS, detail).retry_after(wait)
    }

    /// Creates a 403: the route requires a user with a verified e-mail address.
    pub(super) fn unverified(target: Target<'_>, principal: &Principal) -> Self {
        let id = DecisionId::random();
        tracing::info!(
            decision_id = %id,
            method = target.method,
            path = target.path,
            subject = principal.subject,
            client_id = principal.client_id,
            "the user has no verified e-mail address"
        );
        Self::with_reasons(PERMISSION_DENIED, vec![Reason::Unverified]).denied(
            id,
            Some(principal),
            None,
        )
    }

    /// Creates a 400 `invalid_request`: the request contains a token and an API key.
    pub(super) fn two_proofs(access: &Access) -> Self {
        let detail = "send either an access token or an API key, not both";
        Self::malformed(access, detail)
    }

    /// Creates a 400 `invalid_request`: the request contains two tokens or two keys.
    pub(super) fn ambiguous(access: &Access) -> Self {
        let detail = "the request has more than one Authorization or X-API-Key header";
        Self::malformed(access, detail)
    }

    fn malformed(access: &Access, detail: &'static str) -> Self {
        let bearer = challenge(access, TokenType::Bearer);
        Self::new(MALFORMED_REQUEST, detail)
            .challenge(access, bearer.error(ErrorCode::InvalidRequest, detail))
    }

    /// Creates a 403 with every reason; `insufficient_scope` only if another scope would help.
    pub(super) fn forbidden(
        access: &Access,
        target: Target<'_>,
        principal: &Principal,
        decision: Decision,
    ) -> Self {
        let id = DecisionId::random();
        let Decision {
            requirement,
            reasons,
        } = decision;
        tracing::info!(
            decision_id = %id,
            method = target.method,
            path = target.path,
            subject = principal.subject,
            client_id = principal.client_id,
            permission = requirement.permission,
            scope = requirement.scope,
            granted_scope = %principal.scope,
            reasons = codes(&reasons),
            "permission denied"
        );
        let is_scope = |reason: &Reason| matches!(reason, Reason::MissingScope { .. });
        let needs_scope = reasons.iter().any(is_scope);
        let mut refusal = Self::with_reasons(PERMISSION_DENIED, reasons);
        if needs_scope {
            let needed: Scope = [requirement.scope].into_iter().collect();
            let challenge = challenge(access, scheme_of(principal))
                .error(ErrorCode::InsufficientScope, "the token lacks a scope")
                .scope(&needed);
            refusal = refusal.challenge(access, challenge);
        }
        refusal.denied(id, Some(principal), Some(requirement.permission))
    }

    /// Creates a 401 `insufficient_user_authentication` with the required authentication (RFC 9470
    /// §3).
    pub(super) fn sign_in(
        access: &Access,
        target: Target<'_>,
        principal: &Principal,
        required: &Assurance,
        reasons: Vec<Reason>,
    ) -> Self {
        let id = DecisionId::random();
        tracing::info!(
            decision_id = %id,
            method = target.method,
            path = target.path,
            reasons = codes(&reasons),
            "a stronger sign-in is required"
        );
        let mut challenge = challenge(access, scheme_of(principal)).error(
            ErrorCode::InsufficientUserAuthentication,
            "a stronger or more recent sign-in is required",
        );
        if !required.acr_values.is_empty() {
            challenge = challenge.acr_values(required.acr_values);
        }
        if let Some(max_age) = required.max_age {
            challenge = challenge.max_age(max_age);
        }
        Self::with_reasons(SIGN_IN_REQUIRED, reasons)
            .challenge(access, challenge)
            .denied(id, Some(principal), None)
    }

    /// Creates a 503: the token cannot be validated now. A 401 would sign the user out.
    pub(super) fn unavailable(retry_after: i64) -> Self {
        let detail = "The identity server is not available. Try again in a few seconds.";
        Self::new(UNAVAILABLE, detail).retry_after(retry_after)
    }

    /// Creates a 500: the service holds no `Access`. This is a programming error, so it is only
    /// logged.
    pub(crate) fn misconfigured() -> Self {
        tracing::error!("a guarded route was called, but the service holds no Access");
        Self::new(FAULT, "An internal error occurred. Try again later.")
    }

    /// Creates a 405 with the supported methods (RFC 9110 §15.5.6).
    pub(crate) fn method_not_allowed(allow: &str) -> Self {
        Self::new(METHOD_NOT_ALLOWED, format!("Use one of: {allow}."))
    }

    fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            body: Box::new(Body {
                kind,
                detail: detail.into(),
                reasons: Vec::new(),
                decision_id: None,
            }),
            challenges: Vec::new(),
            retry_after: None,
            denied: None,
        }
    }

    fn with_reasons(kind: Kind, reasons: Vec<Reason>) -> Self {
        let texts: Vec<_> = reasons.iter().map(Reason::to_string).collect();
        let mut refusal = Self::new(kind, texts.join("; "));
        refusal.body.reasons = reasons;
        refusal
    }

    fn denied(
        mut self,
        id: DecisionId,
        principal: Option<&Principal>,
        permission: Option<&'static str>,
    ) -> Self {
        self.body.decision_id = Some(id);
        self.denied = Some(Box::new(DenialContext {
            id,
            principal: principal.cloned(),
            permission,
            reasons: self.body.reasons.clone(),
            detail: self.body.detail.clone(),
        }));
        self
    }

    fn retry_after(mut self, seconds: i64) -> Self {
        self.retry_after = Some(seconds.max(1));
        self
    }

    fn challenge(mut self, access: &Access, challenge: Challenge) -> Self {
        self.challenges.push(match access.resource_metadata() {
            Some(url) => challenge.resource_metadata(url),
            None => challenge,
        });
        self
    }
}

/// Returns the codes of the reasons for the log.
fn codes(reasons: &[Reason]) -> String {
    let codes: Vec<_> = reasons.iter().map(Reason::code).collect();
    codes.join(" ")
}

/// Returns the challenge of the scheme that the token used or must use.
fn challenge(access: &Access, scheme: TokenType) -> Challenge {
    let bare = match scheme {
        TokenType::Bearer => Challenge::bearer(),
        TokenType::Dpop => Challenge::dpop(&dpop::algs()),
    };
    bare.realm(access.realm())
}

const fn scheme_of(principal: &Principal) -> TokenType {
    match &principal.confirmation {
        // A certificate-bound token uses the Bearer scheme (RFC 8705 §3).
        Some(bound_to) if bound_to.jkt.is_some() => TokenType::Dpop,
        _ => TokenType::Bearer,
    }
}

impl fmt::Display for GuardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.body.kind.status, self.body.detail)
    }
}

/// The response to a rejected request, for each framework.
impl GuardError {
    pub(crate) fn status(&self) -> u16 {
        self.body.kind.status
    }

    /// Returns the header fields, of which `WWW-Authenticate` may occur several times.
    pub(crate) fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("content-type", "application/problem+json".to_owned()),
            ("cache-control", "no-store".to_owned()),
        ];
        let challenges = self.challenges.iter();
        fields.extend(challenges.map(|challenge| ("www-authenticate", challenge.to_string())));
        fields.extend(self.body.decision_id.map(|id| (DECISION, id.to_string())));
        let seconds = self.retry_after;
        fields.extend(seconds.map(|seconds| ("retry-after", seconds.to_string())));
        fields
    }

    pub(crate) fn body(&self) -> String {
        serde_json::to_string(&self.body).unwrap_or_default()
    }

    pub(crate) fn denied_context(&self) -> Option<&DenialContext> {
        self.denied.as_deref()
    }
}

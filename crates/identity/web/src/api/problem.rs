//! Errors of the JSON API as RFC 9457 `application/problem+json`: one table of kinds, and the one
//! place that turns a failure into a status and a body. `docs/reference/problems.md` explains each.

use std::borrow::Cow;
use std::fmt;

use actix_web::ResponseError;
use actix_web::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use doorward_http_common::problem::Document;
pub use doorward_http_common::problem::FieldError;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::allowance;
use crate::prelude::*;

/// Seconds after which a request to a busy server may be retried.
const RETRY: &str = "2";

/// Name of the header with the decision ID of a denial, which is also in the body as `decision_id`.
pub const DECISION: HeaderName = HeaderName::from_static("x-decision-id");

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $status:ident, $slug:literal, $title:literal;)*) => {
        /// The kind of a problem. Its word is stable, and an anchor of the page `problems.md`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// Returns the last segment of its `type`.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            const fn uri(self) -> &'static str {
                match self { $(Self::$name => concat!("urn:doorward:problem:", $slug),)* }
            }

            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

kinds! {
    MalformedRequest => BAD_REQUEST, "malformed-request", "The request cannot be read";
    /// Some fields are invalid; `errors` names each.
    InvalidInput => BAD_REQUEST, "invalid-input", "Some fields are not valid";
    /// The token is missing or invalid (RFC 6750 §3.1).
    InvalidToken => UNAUTHORIZED, "invalid-token", "A valid access token is required";
    /// The name or the password is wrong; the response does not reveal which.
    SignInRejected => UNAUTHORIZED, "sign-in-rejected", "User name or password is wrong";
    /// The password is correct; a code of the second factor is required.
    MfaRequired => UNAUTHORIZED, "mfa-required", "A code of the second factor is required";
    WrongCode => UNAUTHORIZED, "wrong-code", "This code is wrong, or was used before";
    SignInOver => UNAUTHORIZED, "sign-in-over", "This sign-in has ended";
    InvalidRefreshToken => UNAUTHORIZED, "invalid-refresh-token", "The refresh token is not valid";
    ClientAuthentication => UNAUTHORIZED, "client-authentication", "Client authentication is required";
    /// The sign-in is too old or too weak for this (RFC 9470).
    SignInRequired => UNAUTHORIZED, "sign-in-required", "Sign in again";
    NotFirstParty => FORBIDDEN, "client-not-first-party", "This client may not use the account API";
    CrossSite => FORBIDDEN, "cross-site-request", "Another site sent this request";
    EmailNotVerified => FORBIDDEN, "email-not-verified", "The e-mail address must be verified first";
    PasswordChangeRequired => FORBIDDEN, "password-change-required", "The password is temporary";
    SecondFactorRequired => FORBIDDEN, "second-factor-required", "A second factor is required";
    /// Too many wrong codes in total.
    SecondFactorLocked => FORBIDDEN, "second-factor-locked", "Too many wrong codes";
    RegistrationClosed => FORBIDDEN, "registration-closed", "Registration is closed";
    LinkOver => BAD_REQUEST, "link-over", "This link is no longer valid";
    SecondFactorExists => CONFLICT, "second-factor-exists", "A second factor already exists";
    /// There is no second factor, or nothing to confirm.
    SecondFactorMissing => CONFLICT, "second-factor-missing", "There is no second factor";
    ChangedMeanwhile => PRECONDITION_FAILED, "changed-meanwhile", "It was changed in the meantime";
    PermissionDenied => FORBIDDEN, "permission-denied", "You may not do this";
    /// The object does not exist, or the caller may not know of it.
    NotFound => NOT_FOUND, "not-found", "Not found";
    AlreadyExists => CONFLICT, "already-exists", "It already exists";
    AlreadyDone => CONFLICT, "already-done", "It was already done";
    /// A second administrator has to approve the change.
    ApprovalNeeded => CONFLICT, "approval-needed", "A second administrator must approve this";
    /// Another object depends on it.
    StillNeeded => CONFLICT, "still-needed", "It is still needed";
    /// A request with the same key is in progress.
    InProgress => CONFLICT, "in-progress", "The same request is in progress";
    KeyReused => UNPROCESSABLE_ENTITY, "key-reused", "This key belongs to another request";
    VersionRequired => PRECONDITION_REQUIRED, "version-required", "The version to change is required";
    MethodNotAllowed => METHOD_NOT_ALLOWED, "method-not-allowed", "This method is not allowed";
    TooManyKeys => CONFLICT, "too-many-keys", "There are too many API keys";
    BodyTooLarge => PAYLOAD_TOO_LARGE, "body-too-large", "The body is too large";
    BodyTooSlow => REQUEST_TIMEOUT, "body-too-slow", "The body took too long";
    UriTooLong => URI_TOO_LONG, "uri-too-long", "The URL is too long";
    HeadersTooLarge => REQUEST_HEADER_FIELDS_TOO_LARGE, "headers-too-large", "The header fields are too large";
    UnknownHost => MISDIRECTED_REQUEST, "unknown-host", "This server does not serve that host";
    UnsupportedMediaType => UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "This content type is not supported";
    /// A rate limit was reached; `Retry-After` contains the time to wait.
    TooManyRequests => TOO_MANY_REQUESTS, "too-many-requests", "Too many requests";
    Fault => INTERNAL_SERVER_ERROR, "fault", "Internal server error";
    /// The server rejects changes for a period; `Retry-After` contains the time to wait.
    ReadOnly => SERVICE_UNAVAILABLE, "read-only", "No changes at the moment";
    /// A required component is unavailable.
    Unavailable => SERVICE_UNAVAILABLE, "unavailable", "Temporarily unavailable";
}

/// The members of a problem (RFC 9457 §3.1), for the document.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "describes the members of Document and Extension")]
pub struct ProblemSchema {
    /// Stable URI of the kind of problem; `docs/reference/problems.md` explains each.
    #[schema(example = "urn:doorward:problem:invalid-input")]
    r#type: String,
    /// Short summary, always the same for one `type`.
    title: String,
    /// Status of the response.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// Explanation of this occurrence for users.
    detail: String,
    /// Errors of the fields.
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// Request ID, as in the log of the server.
    #[schema(required = false)]
    request_id: String,
    /// Decision ID, with which an administrator can explain the denial: in every 401 and 403, and in
    /// a 404 that hides an object from an administrator. `X-Decision-Id` repeats it.
    #[schema(required = false)]
    decision_id: String,
}

/// An error as returned to the caller. Server errors contain no cause, only a status.
#[derive(Debug)]
pub struct Problem(Box<Content>);

#[derive(Debug)]
struct Content {
    kind: Kind,
    document: Document,
    members: Vec<(&'static str, Value)>,
    budget: Option<LimitStatus>,
    denial: Option<Box<dyn Denial>>,
    details: DenialDetails,
}

/// A denial that is recorded by the rules of one API.
pub trait Denial: fmt::Debug + Send + Sync {
    /// Records the denial before the response is sent. Returns its decision ID; `None`: it has none.
    fn record<'a>(
        &'a self,
        request: &'a HttpRequest,
    ) -> LocalBoxFuture<'a, Result<Option<String>, Problem>>;
}

/// The additional members of the body, in order.
#[derive(Serialize)]
struct Extension<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_id: Option<&'a str>,
    #[serde(flatten, serialize_with = "as_map")]
    members: &'a [(&'static str, Value)],
}

fn as_map<S: Serializer>(members: &[(&'static str, Value)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(members.iter().map(|(name, value)| (name, value)))
}

impl Problem {
    pub fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Content {
            kind,
            document: Document::new(kind.status(), kind.uri(), kind.title(), detail),
            members: Vec::new(),
            budget: None,
            denial: None,
            details: DenialDetails::default(),
        }))
    }

    /// Creates a 400 for a malformed request.
    pub fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::MalformedRequest, detail)
    }

    /// Creates a 400 for invalid fields of a well-formed request.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self::new(Kind::InvalidInput, "See errors for each field.").with_errors(errors)
    }

    /// Creates a 400 for an invalid query parameter or header field.
    pub fn parameter(name: &str, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::invalid(vec![FieldError::parameter(name, code, detail)])
    }

    /// Creates a 404: the object does not exist, or the caller may not know of it.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "It does not exist, or you may not see it.")
    }

    /// Creates a 405 with the supported methods (RFC 9110 §15.5.6).
    pub fn method_not_allowed(allow: &str) -> Self {
        let detail = format!("Use one of: {allow}.");
        Self::new(Kind::MethodNotAllowed, detail).with_header(ALLOW, allow)
    }

    /// Creates a 429 with the header fields of the limit.
    pub fn too_many(budget: LimitStatus) -> Self {
        let seconds = budget.reset;
        let detail = format!("Too many attempts. Wait {seconds} seconds.");
        Self::new(Kind::TooManyRequests, detail).with_budget(budget)
    }

    /// Adds the state of a limit (`RateLimit`).
    #[must_use]
    pub fn with_budget(mut self, budget: LimitStatus) -> Self {
        self.0.budget = Some(budget);
        self
    }

    /// Adds a member to the body (RFC 9457 §3.2).
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.0.members.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.document.errors = errors;
        self
    }

    /// Adds the denial that is recorded before the response is sent.
    #[must_use]
    pub fn denied(mut self, denial: impl Denial + 'static) -> Self {
        self.0.denial = Some(Box::new(denial));
        self
    }

    /// Adds details that are recorded with a denial and not sent.
    #[must_use]
    pub fn knowing(mut self, details: DenialDetails) -> Self {
        self.0.details = details;
        self
    }

    pub(super) fn denial(&self) -> Option<&dyn Denial> {
        self.0.denial.as_deref()
    }

    pub(super) const fn denial_details(&self) -> &DenialDetails {
        &self.0.details
    }

    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        self.0.document.add_header(name, value);
        self
    }

    /// Adds the challenge of a 401 (RFC 9110 §11.6.1).
    #[must_use]
    pub fn with_challenge(self, challenge: &str) -> Self {
        self.with_header(WWW_AUTHENTICATE, challenge)
    }

    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    pub fn respond(&self, request_id: &str) -> HttpResponse {
        self.respond_with(request_id, None)
    }

    /// Returns the response with the request ID and the decision ID.
    pub(super) fn respond_with(&self, request_id: &str, decision: Option<&str>) -> HttpResponse {
        let content = &*self.0;
        let mut response = content.document.respond(&Extension {
            request_id,
            decision_id: decision,
            members: &content.members,
        });
        if let Some(id) = decision.and_then(|id| HeaderValue::from_str(id).ok()) {
            response.headers_mut().insert(DECISION, id);
        }
        if let Some(budget) = &content.budget {
            allowance::from_status(budget).insert(response.headers_mut());
        }
        response
    }
}

/// Returns the problem of a deployment without mail.
pub fn no_mail() -> Problem {
    Problem::new(
        Kind::NotFound,
        "No mail can be sent, because the operator has not configured it.",
    )
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.kind.word())
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.kind.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.respond("")
    }
}

impl From<FlowError<Self>> for Problem {
    fn from(error: FlowError<Self>) -> Self {
        match error {
            FlowError::Rejected(problem) => problem,
            FlowError::Server(error) => error.into(),
        }
    }
}

impl From<ServerError> for Problem {
    fn from(error: ServerError) -> Self {
        // The log line is in the request's span, which has the request ID.
        tracing::error!(fault = %error, "fault");
        match error {
            ServerError::Unavailable(_) => {
                Self::new(Kind::Unavailable, "Try again in a few seconds.")
                    .with_header(RETRY_AFTER, RETRY)
            }
            ServerError::Internal(_) => {
                Self::new(Kind::Fault, "An internal error occurred. Try again later.")
            }
        }
    }
}

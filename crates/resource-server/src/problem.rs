//! Errors of the API as RFC 9457 `application/problem+json`: the only conversion of failures to a
//! status and a body.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpResponse, ResponseError};
use doorward_access::guard::DECISION;
use doorward_access::rbac::DecisionId;
use doorward_http_common::problem::{Document, FieldError};
use doorward_http_common::rejection::Rejected;
use serde::Serialize;

use crate::decisions::{DecisionRecord, MissingRequirement};

/// An error in a response (RFC 9457 §3.1). Server errors contain no cause, only a status.
#[derive(Debug)]
pub struct Problem(Box<Content>);

/// A problem document with the additional members of this server.
#[derive(Debug, Serialize)]
struct Content {
    #[serde(skip)]
    document: Document,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<MissingRequirement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_id: Option<DecisionId>,
    /// Record of a denial, which the middleware around every route stores.
    #[serde(skip)]
    record: Option<DecisionRecord>,
}

impl Problem {
    fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Content {
            document: Document::new(status, kind, title, detail),
            reasons: Vec::new(),
            decision_id: None,
            record: None,
        }))
    }

    /// Creates a 400: the request cannot be parsed.
    pub fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "urn:doorward:problem:malformed-request",
            "The request cannot be read",
            detail,
        )
    }

    /// Creates a 400: the request has invalid fields.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(
            StatusCode::BAD_REQUEST,
            "urn:doorward:problem:invalid-input",
            "Some fields are not valid",
            "See errors for each field.",
        );
        problem.0.document.errors = errors;
        problem
    }

    /// Creates a 403: the caller may know of the object, but not perform this action.
    pub(crate) fn forbidden(missing: Vec<MissingRequirement>, record: DecisionRecord) -> Self {
        let mut problem = Self::new(
            StatusCode::FORBIDDEN,
            "urn:doorward:problem:permission-denied",
            "You may not do this",
            "A permission is missing. See reasons.",
        );
        problem.0.reasons = missing;
        problem.explained(record)
    }

    /// Adds a decision that can be looked up.
    pub(crate) fn explained(mut self, record: DecisionRecord) -> Self {
        let id = record.id;
        self.0.decision_id = Some(id);
        self.0.record = Some(record);
        self.with_header(HeaderName::from_static(DECISION), &id.to_string())
    }

    /// Creates a 403: a page of another site sent the request.
    pub fn cross_site() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "urn:doorward:problem:cross-site-request",
            "Another site sent this request",
            "Pages of other sites may not send this.",
        )
    }

    /// Creates a 409: the object is still needed.
    pub(crate) fn still_needed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "urn:doorward:problem:still-needed",
            "It is still needed",
            detail,
        )
    }

    /// Creates a 409: an object of the request was deleted concurrently.
    fn vanished() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "urn:doorward:problem:vanished-meanwhile",
            "An object was removed in the meantime",
            "An object that the request names was removed at the same time. Read the current state.",
        )
    }

    /// Creates a 404: the object does not exist, or the caller may not know of it.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "urn:doorward:problem:not-found",
            "Not found",
            "It does not exist, or you may not see it.",
        )
    }

    /// Creates a 405 with the supported methods (RFC 9110 §15.5.6).
    pub fn method_not_allowed(allow: &str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "urn:doorward:problem:method-not-allowed",
            "This method is not allowed",
            format!("Use one of: {allow}."),
        )
        .with_header(header::ALLOW, allow)
    }

    /// Creates a 412: the object has changed since the caller read it (RFC 9110 §13.1.1).
    pub fn precondition_failed() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "urn:doorward:problem:changed-meanwhile",
            "It was changed in the meantime",
            "Read it again and repeat the change with its new ETag.",
        )
    }

    /// Creates a 408: the body did not arrive in time; the connection is closed (RFC 9110 §15.5.9).
    pub fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "urn:doorward:problem:body-too-slow",
            "The body took too long",
            "The body took too long to arrive.",
        )
    }

    /// Creates a 413 with the limit in bytes.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "urn:doorward:problem:body-too-large",
            "The body is too large",
            format!("At most {limit} bytes are read."),
        )
    }

    /// Creates a 414 with the limit in bytes.
    pub fn uri_too_long(limit: usize) -> Self {
        Self::new(
            StatusCode::URI_TOO_LONG,
            "urn:doorward:problem:uri-too-long",
            "The URL is too long",
            format!("At most {limit} bytes are read."),
        )
    }

    /// Creates a 431 with the limit in bytes.
    pub fn headers_too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "urn:doorward:problem:headers-too-large",
            "The header fields are too large",
            format!("At most {limit} bytes are read."),
        )
    }

    /// Creates a 415 with the supported media types.
    pub fn unsupported_media_type(accept: &'static str) -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "urn:doorward:problem:unsupported-media-type",
            "This content type is not supported",
            format!("Send {accept}."),
        )
    }

    /// Creates a 429 with the seconds until the next request makes sense (RFC 6585 §4).
    pub(crate) fn too_many(seconds: i64) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "urn:doorward:problem:too-many-requests",
            "Too many requests",
            format!("Try again in {seconds} seconds."),
        )
    }

    /// Creates a 429: other lists of the same user are still running.
    pub(crate) fn one_at_a_time() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "urn:doorward:problem:lists-in-progress",
            "Your other lists are still running",
            "Searches and filtered lists of a user run one at a time. Wait for their responses, then \
             try again.",
        )
        .with_header(header::RETRY_AFTER, "1")
    }

    /// Creates a 400: a list was stopped at its deadline.
    pub(crate) fn too_expensive(deadline: Duration) -> Self {
        let seconds = deadline.as_secs_f64();
        Self::new(
            StatusCode::BAD_REQUEST,
            "urn:doorward:problem:list-too-expensive",
            "The list takes too long",
            format!(
                "It was stopped after {seconds} seconds. Search for longer or more words, add \
                 filters, or list without them."
            ),
        )
    }

    /// Creates a 409: a user or an organization has too many objects of a kind.
    pub(crate) fn quota_reached(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "urn:doorward:problem:quota-reached",
            "The quota is reached",
            detail,
        )
    }

    /// Creates a 500: an error of this server; the cause is only logged.
    pub fn server_error(cause: &dyn fmt::Display) -> Self {
        tracing::error!(%cause, "server error in the tasks API");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "urn:doorward:problem:fault",
            "Internal server error",
            "An internal error occurred. Try again later.",
        )
    }

    /// Creates a 503: a dependency is unavailable; the cause is only logged.
    pub fn unavailable(cause: &dyn fmt::Display) -> Self {
        tracing::error!(%cause, "dependency of the tasks API unavailable");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "urn:doorward:problem:unavailable",
            "Temporarily unavailable",
            "Try again in a few seconds.",
        )
        .with_header(header::RETRY_AFTER, "5")
    }

    /// Returns the body of the response.
    pub fn to_json(&self) -> String {
        self.0.document.to_json(&self.0)
    }

    fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        self.0.document.add_header(name, value);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Document { status, title, .. } = &self.0.document;
        write!(f, "{status}: {title}")
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.document.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = self.0.document.respond(&self.0);
        if let Some(record) = &self.0.record {
            let cause = response.extensions_mut().remove::<Rejected>();
            let missing: Vec<String> = self.0.reasons.iter().map(ToString::to_string).collect();
            let mut cause = cause.unwrap_or_default();
            if !missing.is_empty() {
                cause.reason = missing.join("; ");
            }
            cause.decision_id = Some(record.id.to_string());
            cause.attach(&mut response);
            response.extensions_mut().insert(record.clone());
        }
        response
    }
}

/// Returns true if a referenced row was deleted between two statements.
fn is_dangling(cause: &sea_orm::DbErr) -> bool {
    matches!(
        cause.sql_err(),
        Some(sea_orm::SqlErr::ForeignKeyConstraintViolation(_))
    )
}

impl From<sea_orm::DbErr> for Problem {
    fn from(cause: sea_orm::DbErr) -> Self {
        match cause {
            sea_orm::DbErr::Conn(_) | sea_orm::DbErr::ConnectionAcquire(_) => {
                Self::unavailable(&cause)
            }
            _ if is_dangling(&cause) => Self::vanished(),
            _ => Self::server_error(&cause),
        }
    }
}

#[cfg(test)]
mod tests {
    /// Every problem type of the tasks API and of its guards.
    #[test]
    fn every_kind_of_problem_is_documented() {
        let page = include_str!("../../../docs/reference/problems.md");
        let mut found = 0;
        for source in [
            include_str!("problem.rs"),
            include_str!("../../access/src/guard/error.rs"),
        ] {
            for part in source.split("\"urn:doorward:problem:").skip(1) {
                let word = part.split('"').next().unwrap();
                let heading = format!("\n## {word}\n");
                assert!(page.contains(&heading) || word.is_empty(), "no `## {word}`");
                found += 1;
            }
        }
        assert!(found > 20, "{found}");
    }
}

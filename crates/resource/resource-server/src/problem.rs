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
use doorward_http_common::rejection_log::Rejected;
use serde::Serialize;

use crate::decision_record::{DecisionRecord, MissingRequirement};

pub(crate) type Result<T, E = Problem> = std::result::Result<T, E>;

/// The result of a handler.
pub(crate) type Answer = Result<HttpResponse>;

/// An error in a response (RFC 9457 §3.1). Server errors contain no cause, only a status.
#[derive(Debug)]
pub(crate) struct Problem(Box<Content>);

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

/// Defines the constructors of problems, each with its status, type, title and detail.
macro_rules! problems {
    ($(
        $(#[$about:meta])*
        $name:ident($($value:ident: $type:ty)?) =>
            $status:ident, $kind:literal, $title:literal, $detail:expr;
    )*) => {
        impl Problem {
            $(
                $(#[$about])*
                pub(crate) fn $name($($value: $type)?) -> Self {
                    Self::new(StatusCode::$status, $kind, $title, $detail)
                }
            )*
        }
    };
}

problems! {
    malformed(detail: impl Into<Cow<'static, str>>) => BAD_REQUEST,
        "urn:doorward:problem:malformed-request", "The request cannot be read", detail;
    invalid_input() => BAD_REQUEST,
        "urn:doorward:problem:invalid-input", "Some fields are not valid",
        "See errors for each field.";
    permission_denied() => FORBIDDEN,
        "urn:doorward:problem:permission-denied", "You may not do this",
        "A permission is missing. See reasons.";
    /// A page of another site sent the request.
    cross_site() => FORBIDDEN,
        "urn:doorward:problem:cross-site-request", "Another site sent this request",
        "Pages of other sites may not send this.";
    /// The object does not exist, or the caller may not know of it.
    not_found() => NOT_FOUND,
        "urn:doorward:problem:not-found", "Not found",
        "It does not exist, or you may not see it.";
    still_needed(detail: &'static str) => CONFLICT,
        "urn:doorward:problem:still-needed", "It is still needed", detail;
    /// An object of the request was deleted concurrently.
    vanished() => CONFLICT,
        "urn:doorward:problem:vanished-meanwhile", "An object was removed in the meantime",
        "An object that the request names was removed at the same time. Read the current state.";
    /// A user or an organization has too many objects of a kind.
    quota_reached(detail: String) => CONFLICT,
        "urn:doorward:problem:quota-reached", "The quota is reached", detail;
    /// The object has changed since the caller read it (RFC 9110 §13.1.1).
    precondition_failed() => PRECONDITION_FAILED,
        "urn:doorward:problem:changed-meanwhile", "It was changed in the meantime",
        "Read it again and repeat the change with its new ETag.";
    /// The body did not arrive in time; the connection is closed (RFC 9110 §15.5.9).
    too_slow() => REQUEST_TIMEOUT,
        "urn:doorward:problem:body-too-slow", "The body took too long",
        "The body took too long to arrive.";
    too_large(limit: usize) => PAYLOAD_TOO_LARGE,
        "urn:doorward:problem:body-too-large", "The body is too large",
        format!("At most {limit} bytes are read.");
    uri_too_long(limit: usize) => URI_TOO_LONG,
        "urn:doorward:problem:uri-too-long", "The URL is too long",
        format!("At most {limit} bytes are read.");
    headers_too_large(limit: usize) => REQUEST_HEADER_FIELDS_TOO_LARGE,
        "urn:doorward:problem:headers-too-large", "The header fields are too large",
        format!("At most {limit} bytes are read.");
    /// The supported media type is `accept`.
    unsupported_media_type(accept: &'static str) => UNSUPPORTED_MEDIA_TYPE,
        "urn:doorward:problem:unsupported-media-type", "This content type is not supported",
        format!("Send {accept}.");
    /// The next request makes sense after some `seconds` (RFC 6585 §4).
    too_many(seconds: i64) => TOO_MANY_REQUESTS,
        "urn:doorward:problem:too-many-requests", "Too many requests",
        format!("Try again in {seconds} seconds.");
    lists_in_progress() => TOO_MANY_REQUESTS,
        "urn:doorward:problem:lists-in-progress", "Your other lists are still running",
        "Searches and filtered lists of a user run one at a time. Wait for their responses, then try again.";
    too_expensive(deadline: Duration) => BAD_REQUEST,
        "urn:doorward:problem:list-too-expensive", "The list takes too long",
        format!(
            "It was stopped after {} seconds. Search for longer or more words, add filters, or list \
             without them.",
            deadline.as_secs_f64()
        );
    fault() => INTERNAL_SERVER_ERROR,
        "urn:doorward:problem:fault", "Internal server error",
        "An internal error occurred. Try again later.";
    temporarily_unavailable() => SERVICE_UNAVAILABLE,
        "urn:doorward:problem:unavailable", "Temporarily unavailable",
        "Try again in a few seconds.";
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

    /// Creates a 400: a member of the body is invalid.
    pub(crate) fn member(field: &str, code: &'static str, detail: &'static str) -> Self {
        Self::invalid(vec![FieldError::member(field, code, detail)])
    }

    /// Returns the problem of these errors, if there are any.
    pub(crate) fn check(errors: Vec<FieldError>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self::invalid(errors))
        }
    }

    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::invalid_input();
        problem.0.document.errors = errors;
        problem
    }

    /// Creates a 403: the caller may know of the object, but not perform this action.
    pub(crate) fn forbidden(missing: Vec<MissingRequirement>, record: DecisionRecord) -> Self {
        let mut problem = Self::permission_denied();
        if let Some(detail) = sentence_of_rules(&missing) {
            problem.0.document.detail = detail.into();
        }
        problem.0.reasons = missing;
        problem.explained(record)
    }

    pub(crate) fn explained(mut self, record: DecisionRecord) -> Self {
        let id = record.id;
        self.0.decision_id = Some(id);
        self.0.record = Some(record);
        self.with_header(HeaderName::from_static(DECISION), &id.to_string())
    }

    pub(crate) fn one_at_a_time() -> Self {
        Self::lists_in_progress().with_header(header::RETRY_AFTER, "1")
    }

    /// Creates a 500: an error of this server; the cause is only logged.
    fn server_error(cause: &dyn fmt::Display) -> Self {
        tracing::error!(%cause, "server error in the tasks API");
        Self::fault()
    }

    /// Creates a 503: a dependency is unavailable; the cause is only logged.
    pub(crate) fn unavailable(cause: &dyn fmt::Display) -> Self {
        tracing::error!(%cause, "dependency of the tasks API unavailable");
        Self::temporarily_unavailable().with_header(header::RETRY_AFTER, "5")
    }

    pub(crate) fn to_json(&self) -> String {
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
            let mut cause = cause.unwrap_or_default();
            let missing: Vec<String> = self.0.reasons.iter().map(ToString::to_string).collect();
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

/// Returns the texts of the rules as a sentence, which says who may; `None` if a permission is missing.
fn sentence_of_rules(missing: &[MissingRequirement]) -> Option<String> {
    let texts = missing.iter().map(|reason| match reason {
        MissingRequirement::Rule {
            permission: None,
            detail,
            ..
        } => Some(detail.as_str()),
        MissingRequirement::Rule { .. } | MissingRequirement::Route(_) => None,
    });
    let text = texts.collect::<Option<Vec<&str>>>()?.join("; ");
    let mut rest = text.chars();
    let first = rest.next()?.to_uppercase();
    Some(format!("{first}{}.", rest.as_str()))
}

/// Returns true if a referenced row was deleted between two statements.
pub(crate) fn is_dangling(cause: &sea_orm::DbErr) -> bool {
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
    use super::*;

    /// The text of a rule says who may; a missing permission is in the reasons.
    #[test]
    fn detail_of_denial_is_text_of_rules() {
        let rule = |permission: Option<&str>, detail: &str| MissingRequirement::Rule {
            code: "not_permitted",
            permission: permission.map(str::to_owned),
            detail: detail.to_owned(),
        };
        let leads = || rule(None, "only leads of the project remove this");
        for (missing, expected) in [
            (
                vec![leads()],
                Some("Only leads of the project remove this."),
            ),
            (
                vec![leads(), rule(None, "this is locked")],
                Some("Only leads of the project remove this; this is locked."),
            ),
            (
                vec![rule(Some("tasks:write"), "the account does not")],
                None,
            ),
            (
                vec![leads(), rule(Some("tasks:write"), "the account")],
                None,
            ),
            (vec![], None),
        ] {
            assert_eq!(
                sentence_of_rules(&missing).as_deref(),
                expected,
                "{missing:?}"
            );
        }
    }

    /// Every problem type of the tasks API and of its guards.
    #[test]
    fn every_kind_of_problem_is_documented() {
        let page = include_str!("../../../../docs/reference/problems.md");
        let mut found = 0;
        for source in [
            include_str!("problem.rs"),
            include_str!("../../../shared/access/src/guard/error.rs"),
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

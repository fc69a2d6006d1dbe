//! The log of rejected requests: one line for each, with its cause and what to change.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderMap, RETRY_AFTER};
use doorward_protocol::displayed_text::is_hidden;

use crate::header::text;

/// The target of the log events; `doorward dev` prints them at every level.
pub const TARGET: &str = "doorward::rejected";

/// Maximum length of a logged text in characters.
const MAX_TEXT: usize = 400;

/// The cause of a rejection, an extension of its response. It contains no secret.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Rejected {
    /// Stable name of the error.
    pub error: Cow<'static, str>,
    pub reason: String,
    /// Command or instruction that changes the outcome; empty if the reason says it.
    pub fix: String,
    pub client_id: Option<String>,
    /// Value that would have been accepted.
    pub expected: Option<String>,
    pub received: Option<String>,
    /// First character at which the two differ.
    pub differs_at: Option<usize>,
    /// ID of the decision, which `doorward explain` finds.
    pub decision_id: Option<String>,
}

/// Marks a response of the 4xx class that is a step of its protocol, not a rejection: a poll that must
/// wait, or a nonce.
#[derive(Clone, Copy, Debug)]
pub struct ProtocolStep;

#[derive(Clone, Copy, Debug)]
pub struct LoggedRequest<'a> {
    pub server: &'static str,
    /// Method as sent.
    pub method: &'a str,
    /// Path without the query.
    pub path: &'a str,
    pub client_id: Option<&'a str>,
    pub request_id: Option<&'a str>,
}

impl Rejected {
    /// Returns the cause of a response that names none.
    pub fn from_status(status: StatusCode, headers: &HeaderMap) -> Self {
        let (error, reason, fix) = match status.as_u16() {
            400 => (
                "bad_request",
                "the request is malformed",
                "correct the request",
            ),
            401 => (
                "not_authenticated",
                "the credentials are missing or wrong",
                "sign in, or send valid credentials; `doorward attempt list` shows failed sign-ins",
            ),
            403 => (
                "forbidden",
                "the caller may not do this",
                "`doorward attempt list` and `doorward explain` show the reason",
            ),
            404 => (
                "not_found",
                "nothing is at this path, or the caller may not see it",
                "correct the path",
            ),
            405 => (
                "method_not_allowed",
                "the path does not support the method",
                "",
            ),
            408 => (
                "too_slow",
                "the request did not arrive in time",
                "send it again",
            ),
            413 => ("too_large", "the body is too large", "send less"),
            414 => (
                "too_long",
                "the URL is too long",
                "send the values in a form",
            ),
            415 => (
                "media_type",
                "the media type is not supported",
                "send another type",
            ),
            422 => (
                "invalid_form",
                "a field of the form is not valid; the page names it",
                "correct the field",
            ),
            429 => ("too_many_requests", "a limit was reached", ""),
            431 => (
                "headers_too_large",
                "the header fields are too large",
                "send fewer",
            ),
            _ => (
                "rejected",
                status
                    .canonical_reason()
                    .unwrap_or("the request was rejected"),
                "",
            ),
        };
        let fix = match (status, text(headers, ALLOW), text(headers, RETRY_AFTER)) {
            (StatusCode::METHOD_NOT_ALLOWED, Some(methods), _) => format!("use {methods}"),
            (StatusCode::TOO_MANY_REQUESTS, _, Some(seconds)) => {
                format!("try again in {seconds} seconds")
            }
            (StatusCode::TOO_MANY_REQUESTS, _, None) => "try again later".to_owned(),
            _ => fix.to_owned(),
        };
        Self {
            error: error.into(),
            reason: reason.to_owned(),
            fix,
            ..Self::default()
        }
    }

    pub fn attach<B>(self, response: &mut HttpResponse<B>) {
        response.extensions_mut().insert(self);
    }
}

/// Logs a response if it rejects the request: by a status of the 4xx class, or by a redirect with an
/// error, which names its cause.
pub fn log<B>(request: &LoggedRequest<'_>, response: &HttpResponse<B>) {
    let named = response.extensions().get::<Rejected>().cloned();
    log_cause(request, response, named);
}

/// Logs a response as [`log`] does, with this cause.
pub fn log_cause<B>(
    request: &LoggedRequest<'_>,
    response: &HttpResponse<B>,
    cause: Option<Rejected>,
) {
    if response.extensions().get::<ProtocolStep>().is_some()
        || (cause.is_none() && !response.status().is_client_error())
    {
        return;
    }
    let unnamed = || Rejected::from_status(response.status(), response.headers());
    let rejected = cause.unwrap_or_else(unnamed);
    let client_id = rejected.client_id.as_deref().or(request.client_id);
    tracing::info!(
        target: TARGET,
        server = request.server,
        method = request.method,
        endpoint = plain(request.path),
        status = response.status().as_u16(),
        client_id = client_id.map(plain),
        error = &*rejected.error,
        reason = plain(&rejected.reason),
        expected = rejected.expected.as_deref().map(plain),
        received = rejected.received.as_deref().map(plain),
        differs_at = rejected.differs_at,
        fix = plain(&rejected.fix),
        decision_id = rejected.decision_id,
        request_id = request.request_id,
        "rejected"
    );
}

/// Returns a bounded text on one line, which cannot control a terminal.
fn plain(text: &str) -> String {
    let shown = |c: char| if is_hidden(c) { '\u{fffd}' } else { c };
    text.chars().take(MAX_TEXT).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every status of the 4xx class that a server sends has a cause and an advice.
    #[test]
    fn each_status_says_what_to_change() {
        for status in [400, 401, 403, 404, 405, 408, 413, 414, 415, 422, 429, 431] {
            let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap());
            response.insert_header((ALLOW, "GET, HEAD"));
            let response = response.finish();
            let cause = Rejected::from_status(response.status(), response.headers());
            assert!(
                !cause.error.is_empty() && !cause.reason.is_empty(),
                "{status}"
            );
            assert!(!cause.fix.is_empty(), "{status}");
        }
        let mut response = HttpResponse::TooManyRequests();
        let response = response.insert_header((RETRY_AFTER, "7")).finish();
        let cause = Rejected::from_status(response.status(), response.headers());
        assert_eq!(cause.fix, "try again in 7 seconds");
    }

    #[test]
    fn logged_text_is_plain_and_bounded() {
        assert_eq!(
            plain("a\r\nrejected b\u{1b}[2J\u{200b}"),
            "a\u{fffd}\u{fffd}rejected b\u{fffd}[2J\u{fffd}"
        );
        assert_eq!(plain(&"x".repeat(5_000)).len(), MAX_TEXT);
    }
}

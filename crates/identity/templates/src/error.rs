//! The error page: what happened, why, the next step, and details to quote.

use doorward_i18n::Lang;
use doorward_protocol::error::{OAuthError, Reason};
use doorward_rules::rejection::Rejection;

use super::field_error::minutes;
use super::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The sign-in took too long, or its record was removed.
    FlowExpired,
    /// The sign-in was finished before (Back button, or a second tab).
    FlowFinished,
    /// The sign-in belongs to another browser, or cookies are disabled.
    OtherBrowser,
    StaleForm,
    /// The client does not exist or is disabled.
    UnknownApp,
    RedirectMismatch,
    BadAppRequest,
    /// The client's pushed request was used before (RFC 9126 §4).
    RequestUsed,
    BadRequest,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    /// The body or the URL is too long.
    TooLarge,
    /// The body did not arrive in time.
    TooSlow,
    UnsupportedMedia,
    TooManyRequests {
        retry_after: i64,
    },
    /// A mailed link has expired, was used, or was replaced by a newer one.
    LinkInvalid,
    /// There is no administrator yet, and the URL of `/setup` is not valid, or no longer valid.
    SetupLink,
    RegistrationClosed,
    Internal,
    /// The server rejects changes for a period.
    ReadOnly {
        /// Seconds until the end of the period.
        retry_after: i64,
    },
    /// The database or another component is unavailable.
    Unavailable {
        /// Seconds until a retry is useful.
        retry_after: i64,
    },
}

impl ErrorKind {
    pub const ALL: &[Self] = &[
        Self::FlowExpired,
        Self::FlowFinished,
        Self::OtherBrowser,
        Self::StaleForm,
        Self::UnknownApp,
        Self::RedirectMismatch,
        Self::BadAppRequest,
        Self::RequestUsed,
        Self::BadRequest,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::TooLarge,
        Self::TooSlow,
        Self::UnsupportedMedia,
        Self::TooManyRequests { retry_after: 90 },
        Self::LinkInvalid,
        Self::SetupLink,
        Self::RegistrationClosed,
        Self::Internal,
        Self::ReadOnly { retry_after: 1_800 },
        Self::Unavailable { retry_after: 30 },
    ];

    /// Returns the HTTP status, the code, and the message keys of title and text.
    const fn row(self) -> (u16, &'static str, &'static str, &'static str) {
        match self {
            Self::FlowExpired => (400, "flow_expired", "error-expired", "error-expired-text"),
            Self::FlowFinished => (
                400,
                "flow_finished",
                "error-finished",
                "error-finished-text",
            ),
            Self::OtherBrowser => (400, "other_browser", "error-browser", "error-browser-text"),
            Self::StaleForm => (400, "stale_form", "error-stale", "error-stale-text"),
            Self::UnknownApp => (400, "unknown_app", "error-app", "error-app-text"),
            Self::RedirectMismatch => (
                400,
                "redirect_mismatch",
                "error-redirect",
                "error-redirect-text",
            ),
            Self::BadAppRequest => (
                400,
                "bad_app_request",
                "error-app-request",
                "error-app-request-text",
            ),
            Self::RequestUsed => (400, "request_used", "error-used", "error-used-text"),
            Self::BadRequest => (400, "bad_request", "error-request", "error-request-text"),
            Self::Forbidden => (403, "forbidden", "error-forbidden", "error-forbidden-text"),
            Self::NotFound => (404, "not_found", "error-not-found", "error-not-found-text"),
            Self::MethodNotAllowed => (
                405,
                "method_not_allowed",
                "error-method",
                "error-method-text",
            ),
            Self::TooLarge => (413, "too_large", "error-large", "error-large-text"),
            Self::TooSlow => (408, "too_slow", "error-slow", "error-slow-text"),
            Self::UnsupportedMedia => (415, "unsupported_media", "error-media", "error-media-text"),
            Self::TooManyRequests { .. } => {
                (429, "too_many_requests", "error-many", "error-many-text")
            }
            Self::LinkInvalid => (400, "link_over", "error-link", "error-link-text"),
            Self::SetupLink => (403, "setup_link", "error-setup", "error-setup-text"),
            Self::RegistrationClosed => (
                403,
                "registration_closed",
                "error-closed",
                "error-closed-text",
            ),
            Self::Internal => (500, "internal", "error-internal", "error-internal-text"),
            Self::ReadOnly { .. } => (503, "read_only", "error-read-only", "error-read-only-text"),
            Self::Unavailable { .. } => (503, "unavailable", "error-away", "error-away-text"),
        }
    }

    pub const fn status(self) -> u16 {
        self.row().0
    }

    /// Returns a short stable code for users to quote and for tests to find.
    pub const fn code(self) -> &'static str {
        self.row().1
    }

    /// Returns true if only the client's developer can correct the error.
    pub(super) const fn is_apps_mistake(self) -> bool {
        matches!(
            self,
            Self::UnknownApp | Self::RedirectMismatch | Self::BadAppRequest
        )
    }
}

/// The next step. Every URL is a path of this server, or one that was validated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorAction {
    /// Sign in again: `/login`, with the interaction of the client if there is one.
    SignIn(String),
    /// Go to the account page: `/account`.
    Account,
    /// Open the same page again: a path with its query.
    Retry(String),
    /// Return to the client: a registered URL.
    App(String),
}

/// Returns the received redirect URI of an error about one: bounded text, never a link. Any client can
/// cause the error, so the registered URIs, and where they differ, are only in the log.
pub fn received_redirect_uri(error: &OAuthError) -> Option<String> {
    let rejection = Rejection::from_error(error);
    let is_address = rejection.reason == Some(Reason::RedirectUri);
    rejection.received.filter(|_| is_address)
}

/// Any failure that a user sees. It shows a request ID, never a cause.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/error.html")]
pub struct ErrorPage {
    /// Layout data shared by every page; its `request_id` is shown.
    pub layout: Layout,
    pub kind: ErrorKind,
    pub app_name: Option<String>,
    /// OAuth error code or another code to quote, in place of the kind's code.
    pub code: Option<String>,
    /// Description for the client's developer, from the server's error table; never the request's
    /// text.
    pub description: Option<String>,
    /// Redirect URI of the request, if it is not registered.
    pub received: Option<String>,
    pub at: i64,
    pub next: Option<ErrorAction>,
}

impl ErrorPage {
    fn heading(&self) -> String {
        self.layout.t(self.kind.row().2)
    }

    fn sentence(&self) -> String {
        self.text_in(self.layout.lang)
    }

    /// Returns the text of the page in a language, for the log in English.
    pub fn text_in(&self, lang: Lang) -> String {
        let key = self.kind.row().3;
        match self.kind {
            ErrorKind::TooManyRequests { retry_after }
            | ErrorKind::ReadOnly { retry_after }
            | ErrorKind::Unavailable { retry_after } => {
                lang.text_with(key, &[("minutes", minutes(retry_after).into())])
            }
            _ => lang.text(key),
        }
    }

    fn public_code(&self) -> &str {
        self.code.as_deref().unwrap_or_else(|| self.kind.code())
    }

    fn next_link(&self) -> Option<(String, &str)> {
        self.next.as_ref().map(|next| match next {
            ErrorAction::SignIn(path) => (self.layout.t("next-sign-in"), path.as_str()),
            ErrorAction::Account => (self.layout.t("next-account"), "/account"),
            ErrorAction::Retry(path) => (self.layout.t("next-retry"), path.as_str()),
            ErrorAction::App(url) => (self.layout.t("next-app"), url.as_str()),
        })
    }
}

/// Fallback page without variables, for a failure while another page is rendered.
pub const FALLBACK: &str = include_str!("../../../../templates/fallback.html");

#[cfg(test)]
mod tests;

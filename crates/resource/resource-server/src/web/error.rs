//! Error pages of the web client, which name the problem and one next step. Causes are only logged.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use askama::Template;
use doorward_http_common::rejection_log::Rejected;

use super::api::ApiError;
use super::http_client::HttpError;
use super::page::{CSS_PATH, respond, see_other};
use super::provider::ProviderError;
use crate::problem::Problem;
use crate::random::NoRandomness;

/// An error page: the problem, its reason, and one next step.
struct Message {
    status: StatusCode,
    title: &'static str,
    text: &'static str,
    action: &'static str,
    href: &'static str,
}

#[derive(Template)]
#[template(path = "web/message.html")]
struct MessagePage<'a> {
    css: &'a str,
    message: &'a Message,
}

impl Message {
    fn respond(&self) -> HttpResponse {
        let page = MessagePage {
            css: &CSS_PATH,
            message: self,
        };
        let html = page.render().unwrap_or_else(|_| self.title.to_owned());
        respond(self.status, html)
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum WebError {
    #[error("signed out")]
    SignedOut,
    /// A callback that belongs to no sign-in of this browser, or comes too late.
    #[error("the sign-in is not known to this browser")]
    UnknownSignIn,
    /// A response from another issuer than the one that was asked (RFC 9207 §2.4).
    #[error("the answer came from another issuer")]
    WrongIssuer,
    /// An error response of the issuer (RFC 6749 §4.1.2.1).
    #[error("the issuer answered {0}")]
    Denied(String),
    /// A request that this site's own form did not send.
    #[error("the form was not sent by this site")]
    Forged,
    #[error("{0}")]
    Request(#[from] Problem),
    #[error("there is no such page")]
    NotFound,
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error(transparent)]
    Database(#[from] sea_orm::DbErr),
    #[error(transparent)]
    Random(#[from] NoRandomness),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Render(#[from] askama::Error),
}

impl WebError {
    fn message(&self) -> Message {
        let sign_in = |status, title, text| Message {
            status,
            title,
            text,
            action: "Sign in again",
            href: "/web/login",
        };
        let tasks = |status, title, text| Message {
            status,
            title,
            text,
            action: "Go to your tasks",
            href: "/web/",
        };
        match self {
            Self::UnknownSignIn => sign_in(
                StatusCode::BAD_REQUEST,
                "This sign-in has expired",
                "It took too long, or it was started in another browser.",
            ),
            Self::Denied(code) if code == "access_denied" => sign_in(
                StatusCode::FORBIDDEN,
                "You did not allow access",
                "Without it, this page cannot show your tasks. Nothing was changed.",
            ),
            Self::Denied(_) | Self::WrongIssuer => sign_in(
                StatusCode::BAD_REQUEST,
                "You are not signed in",
                "The sign-in service could not finish. Start once more.",
            ),
            Self::Provider(ProviderError::GrantEnded | ProviderError::IdToken(_)) => sign_in(
                StatusCode::BAD_REQUEST,
                "You are not signed in",
                "The sign-in could not be confirmed. Start once more.",
            ),
            Self::Provider(_) => sign_in(
                StatusCode::BAD_GATEWAY,
                "Signing in does not work right now",
                "The sign-in service does not answer as it should. Wait a moment.",
            ),
            Self::Forged => tasks(
                StatusCode::FORBIDDEN,
                "This form is out of date",
                "Nothing was changed. Open your tasks and try again.",
            ),
            Self::Request(problem) => tasks(
                problem.status_code(),
                "This request cannot be read",
                "Nothing was changed. Open your tasks and try again.",
            ),
            Self::NotFound => tasks(
                StatusCode::NOT_FOUND,
                "There is no such page",
                "It may have moved.",
            ),
            Self::Api(ApiError::Forbidden) => tasks(
                StatusCode::FORBIDDEN,
                "You may not do this",
                "Your account lacks the permission. An administrator can give it to you.",
            ),
            Self::Api(ApiError::NotFound) => tasks(
                StatusCode::NOT_FOUND,
                "This task is gone",
                "It was deleted meanwhile.",
            ),
            _ => tasks(
                StatusCode::SERVICE_UNAVAILABLE,
                "Your tasks cannot be shown right now",
                "It is not your fault. Try again in a moment.",
            ),
        }
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        self.message().status
    }

    fn error_response(&self) -> HttpResponse {
        if matches!(self, Self::SignedOut) {
            return see_other("/web/?notice=ended");
        }
        let message = self.message();
        let mut response = message.respond();
        if message.status.is_server_error() {
            tracing::error!(cause = %self, "web client failed");
        } else {
            let cause = Rejected {
                error: "web_client".into(),
                reason: self.to_string(),
                fix: message.text.to_owned(),
                ..Rejected::default()
            };
            cause.attach(&mut response);
        }
        response
    }
}

/// Returns the response to an unknown path under `/web/`.
pub(crate) fn page_not_found() -> HttpResponse {
    WebError::NotFound.error_response()
}

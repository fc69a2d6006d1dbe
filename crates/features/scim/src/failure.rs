//! Failures of requests, and their form in SCIM (RFC 7644 §3.12).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use doorward_admin::operator::AdminError;
use doorward_scim_protocol::error::{ScimError, ScimType};
use doorward_services::error::ServerError;
use doorward_store::StoreError;

/// The media type of requests and responses (RFC 7644 §8.1).
pub(crate) const MEDIA_TYPE: &str = "application/scim+json";
/// Seconds after which a request to a busy server may be repeated.
const RETRY: i64 = 2;

#[derive(Debug)]
pub(crate) enum Failure {
    Scim(ScimError),
    Admin(AdminError),
    /// A rate limit was reached; with the seconds to wait.
    TooMany(i64),
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl From<ScimError> for Failure {
    fn from(error: ScimError) -> Self {
        Self::Scim(error)
    }
}

impl From<AdminError> for Failure {
    fn from(error: AdminError) -> Self {
        Self::Admin(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Admin(error.into())
    }
}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        Self::Admin(error.into())
    }
}

impl Failure {
    /// Returns the error for the client. Errors of the server contain no cause.
    pub(crate) fn error(self) -> ScimError {
        let error = match self {
            Self::Scim(error) => return error,
            Self::TooMany(_) => return ScimError::new(429, "there are too many requests"),
            Self::Admin(error) => error,
        };
        match error {
            AdminError::NotFound { name, .. } => ScimError::not_found(&name),
            error @ AdminError::Taken { .. } => ScimError::taken(error.to_string()),
            error @ (AdminError::Invalid { .. }
            | AdminError::Choice { .. }
            | AdminError::Body(_)
            | AdminError::Password(_)) => ScimError::value(error.to_string()),
            error @ (AdminError::Changed | AdminError::Overtaken) => {
                ScimError::new(412, error.to_string())
            }
            error @ (AdminError::LastHolder(_)
            | AdminError::Denied(_)
            | AdminError::Waiting(_)
            | AdminError::Managed(_)
            | AdminError::NoChange(_)
            | AdminError::OnlySignInMethod) => ScimError::new(403, error.to_string()),
            AdminError::TooMany(_) => ScimError::new(429, "there are too many requests"),
            AdminError::Store(error) => of_server(&ServerError::from(error)),
            AdminError::Fault(error) => of_server(&error),
            error @ (AdminError::MailDisabled | AdminError::Hash(_)) => {
                of_server(&ServerError::Internal(error.to_string()))
            }
        }
    }

    pub(crate) fn respond(self) -> HttpResponse {
        let wait = match &self {
            Self::TooMany(seconds) => Some(*seconds),
            _ => None,
        };
        let error = self.error();
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = HttpResponse::build(status);
        response.insert_header((CACHE_CONTROL, "no-store"));
        response.insert_header((CONTENT_TYPE, MEDIA_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"doorward\"");
            response.insert_header((WWW_AUTHENTICATE, challenge));
        }
        if let Some(seconds) = wait.or((error.status == 503).then_some(RETRY)) {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        response.body(error.document().to_string())
    }
}

fn of_server(error: &ServerError) -> ScimError {
    tracing::error!(%error, "a SCIM request failed");
    match error {
        ServerError::Unavailable(_) => {
            ScimError::new(503, "the server is busy; repeat the request")
        }
        ServerError::Internal(_) => ScimError::new(500, "an internal error occurred"),
    }
}

/// Returns the error of a change that the source may not make.
pub(crate) fn forbidden(detail: impl Into<String>) -> Failure {
    ScimError::new(403, detail).into()
}

pub(crate) fn invalid_value(detail: impl Into<String>) -> Failure {
    ScimError::invalid(ScimType::InvalidValue, detail).into()
}

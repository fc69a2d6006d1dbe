//! The end of a handler before its last line.

use actix_web::HttpResponse;
use doorward_admin::operator::AdminError;
use doorward_services::error::ServerError;
use doorward_templates::ErrorKind;
use doorward_web::page::PageError;

/// An answer, such as a form with an error, or an error.
pub struct Stop(PageError);

pub type Answer = Result<HttpResponse, Stop>;

impl Stop {
    pub fn answer(response: HttpResponse) -> Self {
        Self(PageError::Response(Box::new(response)))
    }
}

impl From<Stop> for PageError {
    fn from(stop: Stop) -> Self {
        stop.0
    }
}

impl From<PageError> for Stop {
    fn from(error: PageError) -> Self {
        Self(error)
    }
}

impl From<ErrorKind> for Stop {
    fn from(kind: ErrorKind) -> Self {
        Self(kind.into())
    }
}

impl From<ServerError> for Stop {
    fn from(error: ServerError) -> Self {
        Self(error.into())
    }
}

impl From<AdminError> for Stop {
    /// Converts an error of reading: an object out of reach, and one that the administrator may not
    /// read, do not exist. The result of a change goes to `Console::change`, which records a denial.
    fn from(error: AdminError) -> Self {
        Self(match error {
            AdminError::NotFound { .. } => ErrorKind::NotFound.into(),
            AdminError::Body(_) => ErrorKind::BadRequest.into(),
            AdminError::Denied(_) => PageError::Because(
                ErrorKind::NotFound,
                "the user has no permission to read this in the console",
            ),
            AdminError::Store(error) => ServerError::from(error).into(),
            AdminError::Fault(error) => error.into(),
            error => ServerError::Internal(error.to_string()).into(),
        })
    }
}

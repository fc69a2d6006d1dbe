//! Functions shared by several administration endpoints.

use actix_web::HttpResponse;
use doorward_http_common::problem::FieldError;
use doorward_web::api::problem::Problem;

pub(super) fn wrong(field: &str, code: &'static str, detail: &'static str) -> Problem {
    Problem::invalid(vec![FieldError::member(field, code, detail)])
}

/// Checks that a member that repeats the ID of the path has the same value: the authorized object
/// is the changed one.
pub(super) fn same_id(field: &str, body: Option<&str>, path: &str) -> Result<(), Problem> {
    match body {
        Some(id) if id != path => {
            let detail = "Must equal the one in the URL.";
            Err(wrong(field, "differs", detail))
        }
        _ => Ok(()),
    }
}

pub(super) fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

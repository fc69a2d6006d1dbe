//! Functions shared by several administration endpoints.

use actix_web::HttpResponse;
use actix_web::http::header::ETAG;
use doorward_admin::operator::version;
use doorward_domain::model::ClientId;
use doorward_http_common::problem::FieldError;
use doorward_web::api::problem::Problem;
use serde::Serialize;

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

pub(super) fn versioned_response<T: Serialize, V: Serialize>(
    item: T,
    view: impl FnOnce(T) -> V,
) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((ETAG, format!("\"{}\"", version(&item))))
        .json(view(item))
}

pub(super) fn client_id(text: &str) -> Result<ClientId, Problem> {
    ClientId::parse(text).ok_or_else(Problem::not_found)
}

pub(super) fn no_content() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

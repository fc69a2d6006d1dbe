//! Functions that several endpoints of the administration share.

use actix_web::HttpResponse;
use actix_web::http::header::ETAG;
use doorward_admin::operator::version;
use doorward_domain::time::UnixSeconds;
use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::api::problem::{FieldError, Problem};

/// Reads a time in RFC 3339.
pub(super) fn read_time(field: &str, text: &str) -> Result<UnixSeconds, Problem> {
    let read = OffsetDateTime::parse(text, &Rfc3339).map(OffsetDateTime::unix_timestamp);
    read.map_err(|_| {
        wrong(
            field,
            "invalid",
            "Write a time such as 2027-01-31T12:00:00Z.",
        )
    })
}

pub(super) fn wrong(field: &str, code: &'static str, detail: &'static str) -> Problem {
    Problem::invalid(vec![FieldError::member(field, code, detail)])
}

/// A member of the body that repeats the id of the path has to repeat it rightly (SECURITY HD-4):
/// what is authorised is what is changed.
pub(super) fn same_id(field: &str, body: Option<&str>, path: &str) -> Result<(), Problem> {
    match body {
        Some(id) if id != path => {
            let detail = "The address names another one.";
            Err(wrong(field, "differs", detail))
        }
        _ => Ok(()),
    }
}

/// A member that is there, with `null` as a value of its own.
#[expect(
    clippy::option_option,
    reason = "absent, null and a value are three things"
)]
pub(super) fn given<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// 200 with something, and its version.
pub(super) fn shown<T: std::fmt::Debug, V: Serialize>(
    one: T,
    view: impl FnOnce(T) -> V,
) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((ETAG, format!("\"{}\"", version(&one))))
        .json(view(one))
}

pub(super) fn gone() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

//! `/api/admin/…`: administration, over the same use cases as the command line.
//!
//! Whoever calls brings an access token whose audience is this server and whose scope contains
//! `admin`; what they may is read from the store at that moment, in the organization that the token
//! names. A handler turns a request into a call of [`crate::flow::admin`] and its answer into JSON.

mod api_keys;
mod assignments;
mod audit;
mod caller;
mod clients;
mod groups;
mod invitations;
mod keys;
mod member;
mod once;
mod organizations;
mod paging;
mod permissions;
mod providers;
mod registration_tokens;
mod roles;
mod sessions;
mod users;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use doorward_domain::time::UnixSeconds;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::flow::admin::version;
use crate::http::api::Endpoints;
use crate::http::api::problem::{FieldError, Problem};

pub(super) use caller::Admin;
use once::Made;

/// Registers the endpoints.
pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .configure(users::configure)
        .configure(roles::configure)
        .configure(permissions::configure)
        .configure(assignments::configure)
        .configure(groups::configure)
        .configure(organizations::configure)
        .configure(invitations::configure)
        .configure(clients::configure)
        .configure(registration_tokens::configure)
        .configure(sessions::configure)
        .configure(api_keys::configure)
        .configure(keys::configure)
        .configure(providers::configure)
        .configure(audit::configure);
}

/// A time as RFC 3339 in UTC.
fn time(at: UnixSeconds) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&Rfc3339).unwrap_or_default()
}

/// Reads a time in RFC 3339.
fn read_time(field: &str, text: &str) -> Result<UnixSeconds, Problem> {
    let read = OffsetDateTime::parse(text, &Rfc3339).map(OffsetDateTime::unix_timestamp);
    read.map_err(|_| {
        wrong(
            field,
            "invalid",
            "Write a time such as 2027-01-31T12:00:00Z.",
        )
    })
}

fn wrong(field: &str, code: &'static str, detail: &'static str) -> Problem {
    Problem::invalid(vec![FieldError::member(field, code, detail)])
}

/// A member of the body that repeats the id of the path has to repeat it rightly (SECURITY HD-4):
/// what is authorised is what is changed.
fn same_id(field: &str, body: Option<&str>, path: &str) -> Result<(), Problem> {
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
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// 200 with something, and its version.
fn shown<T: std::fmt::Debug, V: Serialize>(one: T, view: impl FnOnce(T) -> V) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((ETAG, format!("\"{}\"", version(&one))))
        .json(view(one))
}

/// 201, for [`once::create`].
fn made(view: &impl Serialize, location: String, version: Option<String>) -> Made {
    Made {
        status: StatusCode::CREATED,
        body: serde_json::to_value(view).unwrap_or(Value::Null),
        location: Some(location),
        version,
    }
}

fn created(made: &Made) -> HttpResponse {
    let mut response = HttpResponse::build(made.status);
    if let Some(location) = &made.location {
        response.insert_header((LOCATION, location.as_str()));
    }
    if let Some(version) = &made.version {
        response.insert_header((ETAG, format!("\"{version}\"")));
    }
    response.json(&made.body)
}

fn gone() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

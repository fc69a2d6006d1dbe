//! Names that most modules need.

pub(crate) use actix_web::http::StatusCode;
pub(crate) use actix_web::web::Path;
pub(crate) use actix_web::{HttpResponse, delete, get, post};
pub(crate) use doorward_domain::secret::Secret;
pub(crate) use doorward_http_common::problem::FieldError;
pub(crate) use doorward_protocol::bearer::Challenge;
pub(crate) use doorward_services::denial_log::DenialDetails;
pub(crate) use doorward_web::api::bearer::reauthenticate;
pub(crate) use doorward_web::api::{Answer, ApiRequest, Bearer, Json, Kind, Problem};
pub(crate) use doorward_web::{cookies, view};
pub(crate) use serde::{Deserialize, Serialize};
pub(crate) use utoipa::ToSchema;

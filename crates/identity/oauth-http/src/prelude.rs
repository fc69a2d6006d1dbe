//! Names that most modules need.

pub(crate) use actix_web::http::StatusCode;
pub(crate) use actix_web::http::header::WWW_AUTHENTICATE;
pub(crate) use actix_web::web::{Data, Payload};
pub(crate) use actix_web::{HttpRequest, HttpResponse};
pub(crate) use doorward_oauth::client_auth;
pub(crate) use doorward_protocol::error::{ErrorCode, OAuthError};
pub(crate) use doorward_protocol::params::Params;
pub(crate) use doorward_services::error::{FlowError, ServerError};
pub(crate) use doorward_web::oauth_response::no_store;
pub(crate) use doorward_web::web_context::WebContext;
pub(crate) use std::sync::Arc;

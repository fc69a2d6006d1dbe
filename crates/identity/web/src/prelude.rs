//! Names that most modules need.

pub(crate) use actix_web::body::{BoxBody, EitherBody, MessageBody};
pub(crate) use actix_web::dev::{ServiceRequest, ServiceResponse};
pub(crate) use actix_web::http::header::{
    ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue,
};
pub(crate) use actix_web::http::{Method, StatusCode};
pub(crate) use actix_web::middleware::Next;
pub(crate) use actix_web::web::{Data, Payload};
pub(crate) use actix_web::{
    Error, FromRequest, HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder, Route,
};
pub(crate) use base64::Engine as _;
pub(crate) use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub(crate) use doorward_domain::boxed;
pub(crate) use doorward_domain::model::InteractionId;
pub(crate) use doorward_domain::secret::OpaqueToken;
pub(crate) use doorward_domain::time::UnixSeconds;
pub(crate) use doorward_http_common::body::{Excess, ReadError};
pub(crate) use doorward_http_common::header;
pub(crate) use doorward_http_common::rejection_log::Rejected;
pub(crate) use doorward_protocol::error::OAuthError;
pub(crate) use doorward_protocol::params::Params;
pub(crate) use doorward_protocol::redirect_uri;
pub(crate) use doorward_services::caller::Caller;
pub(crate) use doorward_services::context::{Context, Core};
pub(crate) use doorward_services::denial_log::DenialDetails;
pub(crate) use doorward_services::error::{FlowError, ServerError};
pub(crate) use doorward_services::known_device::KnownDevice;
pub(crate) use doorward_services::limits::LimitStatus;
pub(crate) use doorward_services::signed_in::SignedIn;
pub(crate) use doorward_templates::ErrorKind;
pub(crate) use futures_util::future::LocalBoxFuture;
pub(crate) use std::future::{Ready, ready};
pub(crate) use std::rc::Rc;
pub(crate) use std::sync::Arc;
pub(crate) use utoipa::ToSchema;

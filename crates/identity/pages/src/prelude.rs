//! Names that nearly every page uses: the request and its end, the interaction that it continues, the
//! parts of an answer.

pub(super) use actix_web::HttpResponse;
pub(super) use actix_web::http::StatusCode;
pub(super) use actix_web::web::Payload;
pub(super) use doorward_domain::model::InteractionId;
pub(super) use doorward_domain::secret::Secret;
pub(super) use doorward_i18n::device::Device;
pub(super) use doorward_oauth::authorize::interaction;
pub(super) use doorward_oauth::authorize::types::ActiveInteraction;
pub(super) use doorward_protocol::params::Params;
pub(super) use doorward_services::error::{FlowError, ServerError};
pub(super) use doorward_services::factors;
pub(super) use doorward_services::signed_in::SignedIn;
pub(super) use doorward_templates::ErrorKind;
pub(super) use doorward_templates::status_page::StepKind;
pub(super) use doorward_web::cookies;
pub(super) use doorward_web::page::{Page, PageError, Result};
pub(super) use doorward_web::page_support::{account_path, chip, go_on, text};

pub(super) use super::convert::{self, status_page};
pub(super) use super::mail_link::{self, clear_token, follow, invalid_link};
pub(super) use super::sign_in_response::{after_sign_in, with_session};
pub(super) use super::waiting_flow::{flow_of, flow_text};

pub(super) type Answer = Result<HttpResponse, PageError>;

//! Names that nearly every module of the endpoints uses: the administrator, the request and the parts of
//! a response.

pub(crate) use actix_web::web::Path;
pub(crate) use actix_web::{HttpResponse, get};
pub(crate) use doorward_admin::idempotency::StoredResponse;
pub(crate) use doorward_admin::operator::{AdminContext, Result};
pub(crate) use doorward_domain::time::UnixSeconds;
pub(crate) use doorward_web::api::Json;
pub(crate) use doorward_web::api::paging::{Listing, PageParams};
pub(crate) use doorward_web::api::problem::Problem;
pub(crate) use doorward_web::view;
pub(crate) use serde_json::Value;

pub(crate) use crate::caller::{AdminCaller, Answer, IfMatch, ReasonHeader};
pub(crate) use crate::idempotency::{self, CreatedResource, IdempotencyKey};
pub(crate) use crate::support::{no_content, same_id};

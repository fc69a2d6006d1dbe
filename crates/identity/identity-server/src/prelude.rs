//! Names that most modules need.

pub(crate) use actix_web::web::Data;
pub(crate) use doorward_admin::operator::AdminContext;
pub(crate) use doorward_config::address::sqlite_path;
pub(crate) use doorward_config::{Config, SecretText};
pub(crate) use doorward_domain::boxed;
pub(crate) use doorward_domain::random::Random;
pub(crate) use doorward_domain::time::{Clock, UnixSeconds};
pub(crate) use doorward_email::delivery::Mailer;
pub(crate) use doorward_services::context::{Context, Core};
pub(crate) use doorward_services::error::{Result, ServerError};
pub(crate) use doorward_store::{Db, OpenOptions, StoreError, repo};
pub(crate) use doorward_web::web_context::WebContext;
pub(crate) use std::path::Path;
pub(crate) use std::sync::Arc;
pub(crate) use std::time::{Duration, Instant};

//! Names that many commands need.

pub(super) use clap::{Args, Subcommand};
pub(super) use doorward_access::clock::SystemClock;
pub(super) use doorward_admin::operator::{AdminContext, AdminError};
pub(super) use doorward_admin::{clients, users};
pub(super) use doorward_config::Config;
pub(super) use doorward_domain::model::{Client, User};
pub(super) use doorward_store::Db;
pub(super) use serde_json::{Value, json};
pub(super) use std::fs::File;
pub(super) use std::path::{Path, PathBuf};
pub(super) use std::sync::Arc;

pub(super) use crate::error::{CliError, Result};
pub(super) use crate::output::{self, Output};
pub(super) use crate::target::{ActingTarget, Installation, TargetArgs};

//! Names that many commands need.

pub use clap::{Args, Subcommand};
pub use doorward_access::clock::SystemClock;
pub use doorward_admin::operator::{AdminContext, AdminError};
pub use doorward_admin::{clients, users};
pub use doorward_config::Config;
pub use doorward_domain::model::Client;
pub use doorward_store::Db;
pub use serde_json::{Value, json};
pub use std::fs::File;
pub use std::path::{Path, PathBuf};
pub use std::sync::Arc;

pub use crate::error::{CliError, Result};
pub(crate) use crate::output::{self, Output};
pub use crate::target::{ActingTarget, Installation, TargetArgs};

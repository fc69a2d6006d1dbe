//! Names that most commands need.

pub(super) use clap::{Args, Subcommand};
pub(super) use doorward_admin::operator::AdminContext;
pub(super) use serde_json::{Value, json};

pub(super) use crate::error::CliError;
pub(super) use crate::output::{self, Output};
pub(super) use crate::target::{Installation, TargetArgs};

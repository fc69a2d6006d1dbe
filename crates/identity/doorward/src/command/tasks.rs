//! `doorward tasks`: the tasks API as a separate process.

use clap::Args;

use crate::{error::Result, target::ConfigFile};

#[derive(Debug, Args)]
pub struct TasksArgs {
    #[command(flatten)]
    file: ConfigFile,
}

/// Runs the server until it is stopped.
pub fn run(args: &TasksArgs) -> Result {
    Ok(doorward_tasks::run(&args.file.load()?)?)
}

//! `doorward healthcheck`: a probe for containers without other programs.

use clap::Args;

use crate::error::{CliError, Result};
use crate::target::ConfigFile;

#[derive(Debug, Args)]
pub struct HealthcheckArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// Check the tasks API instead
    #[arg(long)]
    tasks: bool,
    /// Check only that the process responds, not that its database does
    #[arg(long)]
    live: bool,
}

/// Returns `Ok` if the server is ready.
pub async fn run(args: &HealthcheckArgs) -> Result {
    let config = args.file.load()?;
    let listen = if args.tasks {
        config.tasks.listen
    } else {
        config.listen
    };
    let ready = doorward_process::probe(listen, args.live).await;
    ready.map_err(CliError::Unavailable)
}

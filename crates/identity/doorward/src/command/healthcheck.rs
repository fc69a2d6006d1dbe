//! `doorward healthcheck`: a probe for containers without other programs.

use clap::Args;
use doorward_config::Listen;
use doorward_process::{Probed, probe};

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
    let listen = match &config.listen {
        _ if args.tasks => Probed::Http(config.tasks.listen),
        Listen::Unix(path) => Probed::Unix(path),
        Listen::Address(address) if config.serves_tls() => Probed::Https(*address),
        Listen::Address(address) => Probed::Http(*address),
    };
    let ready = probe(listen, args.live).await;
    ready.map_err(CliError::Unavailable)
}

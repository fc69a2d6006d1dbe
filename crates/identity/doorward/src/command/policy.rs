use clap::Args;
use doorward_tasks::policy::{self, PolicyCommand};

use crate::{error::Result, target::ConfigFile};

#[derive(Debug, Args)]
pub struct PolicyArgs {
    #[command(flatten)]
    file: ConfigFile,
    #[command(subcommand)]
    verb: PolicyCommand,
}

pub fn run(args: &PolicyArgs) -> Result {
    policy::run(&args.verb, || args.file.load())
}

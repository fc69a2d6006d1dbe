//! `doorward dev`: both servers on loopback, with no configuration.

#[cfg(feature = "demo")]
mod both_servers;
mod identity;
#[cfg(not(feature = "demo"))]
mod identity_server;
#[cfg(not(feature = "demo"))]
mod tasks_program;
mod welcome;

use std::path::PathBuf;

use clap::Args;
use doorward_identity_server::dev::{self, Options};
use doorward_process::logging::{self, DevCommands};
use doorward_process::run_servers;
use doorward_rules::rejection::quoted;

#[cfg(feature = "demo")]
use self::both_servers as servers;
use self::identity::{bind, port_of};
#[cfg(not(feature = "demo"))]
use self::identity_server as servers;
use self::welcome::program;
use crate::error::{CliError, Result};
use crate::target;

/// Default port of the identity server.
pub const PORT: u16 = 8400;
/// Default port of the tasks API.
pub const TASKS_PORT: u16 = 8401;

#[derive(Debug, Args)]
pub struct DevArgs {
    /// Port of the identity server
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// Port of the tasks API and its web client
    #[arg(long, value_name = "PORT", default_value_t = TASKS_PORT)]
    tasks_port: u16,
    /// Directory of the databases and generated keys
    #[arg(long, value_name = "DIR", default_value = ".doorward")]
    data_dir: PathBuf,
    /// Delete the data of an earlier start
    #[arg(long)]
    fresh: bool,
}

/// Prepares the instance and runs it until it is stopped.
pub fn run(args: &DevArgs) -> Result {
    // With port 0 the system chooses each port, so the two may be equal.
    if args.port == args.tasks_port && args.port != 0 {
        return Err(CliError::usage("--port and --tasks-port must differ"));
    }
    // Binds first, so that a port in use changes nothing in the data directory.
    let identity = bind(args.port, "--port")?;
    let (tasks, tasks_port) = servers::listen(args.tasks_port)?;
    let options = Options {
        data_dir: args.data_dir.clone(),
        port: port_of(&identity)?,
        tasks_port,
        fresh: args.fresh,
    };
    // A second process would change the clients of the first one, or delete its data.
    drop(dev::lock(&args.data_dir).map_err(CliError::failure)?);
    let instance = dev::prepare(&options, target::environment()).map_err(CliError::failure)?;
    let _lock = dev::lock(&args.data_dir).map_err(CliError::failure)?;
    let commands = DevCommands {
        program: program(),
        option: format!(
            "--data-dir {}",
            quoted(&args.data_dir.display().to_string())
        ),
    };
    logging::start(&instance.config.logging, Some(commands))?;
    run_servers(servers::serve(&instance, identity, tasks, &args.data_dir))
}

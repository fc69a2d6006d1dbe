//! `doorward healthcheck`: for a container that has no other program in it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use clap::Args;

use crate::{error::CliError, target::ConfigFile};

/// Ask the server of this configuration, on this machine, whether it is ready.
#[derive(Debug, Args)]
pub struct HealthcheckArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// Ask the tasks API instead
    #[arg(long)]
    tasks: bool,
    /// Ask only whether the process answers, not whether its database does
    #[arg(long)]
    live: bool,
}

/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(5);

/// Succeeds when it is.
pub async fn run(args: &HealthcheckArgs) -> Result<(), CliError> {
    let config = args.file.load()?;
    let listen = if args.tasks {
        config.tasks.listen
    } else {
        config.listen
    };
    let path = if args.live { "livez" } else { "readyz" };
    let url = format!("http://{}/{path}", nearby(listen));
    let none = |problem: &dyn std::fmt::Display| {
        CliError::Unavailable(format!("{url} does not answer: {problem}"))
    };
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(CliError::failure)?;
    let answer = client.get(&url).send().await;
    let status = answer.map_err(|error| none(&error))?.status();
    if status.is_success() {
        Ok(())
    } else {
        Err(CliError::Unavailable(format!("{url} answers {status}")))
    }
}

/// Where a listener on every address answers on this machine.
fn nearby(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

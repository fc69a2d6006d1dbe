//! `doorward healthcheck`: a probe for containers without other programs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use clap::Args;

use crate::{error::CliError, target::ConfigFile};

/// Check whether the server of this configuration is ready on this machine.
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

/// Maximum time to wait for the response.
const PATIENCE: Duration = Duration::from_secs(5);

/// Returns `Ok` if the server is ready.
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
    let response = client.get(&url).send().await;
    let status = response.map_err(|error| none(&error))?.status();
    if status.is_success() {
        Ok(())
    } else {
        Err(CliError::Unavailable(format!("{url} answers {status}")))
    }
}

/// Returns the local address that reaches a listener, also one that is bound to all addresses.
fn nearby(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

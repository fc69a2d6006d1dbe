//! A probe of a server on this machine, for containers without other programs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

/// Maximum time to wait for the response.
const PATIENCE: Duration = Duration::from_secs(5);

/// Checks whether the server with this listener is ready, or with `is_live` only that its process
/// responds.
///
/// # Errors
/// Returns a sentence that names the address and the response.
pub async fn probe(listen: SocketAddr, is_live: bool) -> Result<(), String> {
    let path = if is_live { "livez" } else { "readyz" };
    let url = format!("http://{}/{path}", nearby(listen));
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .map_err(|error| error.to_string())?;
    let response = client.get(&url).send().await;
    let response = response.map_err(|problem| format!("{url} does not answer: {problem}"))?;
    if response.status().is_success() {
        Ok(())
    } else {
        Err(format!("{url} answers {}", response.status()))
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

//! A probe of a server on this machine, for containers without other programs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

/// Maximum time to wait for the response.
const PATIENCE: Duration = Duration::from_secs(5);

/// The listener of a server on this machine.
#[derive(Clone, Copy, Debug)]
pub enum Probed<'a> {
    Http(SocketAddr),
    Https(SocketAddr),
    /// A Unix socket, by its path.
    Unix(&'a Path),
}

impl From<SocketAddr> for Probed<'_> {
    fn from(address: SocketAddr) -> Self {
        Self::Http(address)
    }
}

impl Probed<'_> {
    /// Returns the URL of a path; that of a Unix socket has a host which no server compares.
    fn url(self, path: &str) -> String {
        match self {
            Self::Http(address) => format!("http://{}/{path}", nearby(address)),
            Self::Https(address) => format!("https://{}/{path}", nearby(address)),
            Self::Unix(_) => format!("http://localhost/{path}"),
        }
    }
}

/// Checks whether the server with this listener is ready, or with `is_live` only that its process
/// responds.
///
/// # Errors
/// Returns a sentence that names the address and the response.
pub async fn probe(listen: impl Into<Probed<'_>>, is_live: bool) -> Result<(), String> {
    let listen = listen.into();
    let path = if is_live { "livez" } else { "readyz" };
    let url = listen.url(path);
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    let client = match listen {
        Probed::Http(_) => client,
        // The certificate is for the issuer, not for an address of this machine.
        Probed::Https(_) => client.tls_danger_accept_invalid_certs(true),
        #[cfg(unix)]
        Probed::Unix(path) => client.unix_socket(path),
        #[cfg(not(unix))]
        Probed::Unix(_) => return Err("this system has no Unix sockets".to_owned()),
    };
    let client = client.build().map_err(|error| error.to_string())?;
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

//! Connections to servers of other protocols than HTTP, to checked addresses.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use doorward_domain::boxed;
use doorward_rules::url_source::UrlSource;
use tokio::net::TcpStream;

use super::EgressClient;
use super::address::Reach;
use super::error::{EgressError, not_admitted};

impl EgressClient {
    /// Connects to a server that the operator named, within a time. Its addresses must be public or in
    /// the allowed networks; each is tried in order, as checked.
    ///
    /// # Errors
    /// [`EgressError::Address`] if an address is not allowed, [`EgressError::Unreachable`] without a
    /// connection in time.
    #[boxed]
    pub async fn connect(
        &self,
        host: &str,
        port: u16,
        limit: Duration,
    ) -> Result<TcpStream, EgressError> {
        let connecting = async {
            let mut reason = "the name has no address".to_owned();
            for ip in self.addresses(host).await? {
                match TcpStream::connect(SocketAddr::new(ip, port)).await {
                    Ok(stream) => return Ok(stream),
                    Err(error) => reason = error.to_string(),
                }
            }
            Err(EgressError::Unreachable(reason))
        };
        match tokio::time::timeout(limit, connecting).await {
            Ok(connected) => connected,
            Err(_) => Err(EgressError::Unreachable("no connection in time".to_owned())),
        }
    }

    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, EgressError> {
        let literal = host.trim_matches(['[', ']']).parse();
        let found = if let Ok(ip) = literal {
            vec![ip]
        } else {
            let found = self.lookup.lookup(host).await;
            found.map_err(|error| EgressError::Unreachable(error.to_string()))?
        };
        let source = UrlSource::Operator;
        let allowed = &self.allowed[source as usize];
        let is_allowed = |ip: &IpAddr| Reach::Public.admits(*ip, allowed);
        if found.iter().all(is_allowed) {
            return Ok(found);
        }
        Err(EgressError::Address(not_admitted(source)))
    }
}

//! The client for the operator's syslog server over TLS (RFC 5425). Only the configuration names its
//! address, as that of the trace collector.

use std::fmt::Display;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use doorward_domain::boxed;
use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{SslConnector, SslMethod, SslOptions, SslVersion};
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use super::error::EgressError;

/// The timeout of a connection with its frames, until the server has closed it.
const TOTAL: Duration = Duration::from_secs(15);
/// Time within which a reset arrives that answers the last frames.
const RESET: Duration = Duration::from_millis(300);

#[derive(Debug)]
pub struct SyslogServer {
    connector: SslConnector,
    /// Host and port.
    address: String,
}

/// The client certificate: the chain and its private key, both PEM.
#[derive(Clone, Copy)]
pub struct ClientIdentity<'a> {
    pub chain: &'a [u8],
    pub private_key: &'a [u8],
}

impl std::fmt::Debug for ClientIdentity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientIdentity")
    }
}

impl SyslogServer {
    /// Creates a client for a host and port, with the authorities (PEM) to trust instead of those of the
    /// operating system.
    ///
    /// # Errors
    /// [`EgressError::Unreachable`] if the certificates or the key cannot be used.
    pub fn new(
        address: &str,
        identity: Option<ClientIdentity<'_>>,
        authorities: Option<&[u8]>,
    ) -> Result<Self, EgressError> {
        let connector = connector(identity, authorities);
        Ok(Self {
            connector: connector.map_err(unreachable)?,
            address: address.to_owned(),
        })
    }

    /// Sends frames on a new connection, and waits until the server has closed it: a server that ended
    /// before it has read all of them resets the connection instead.
    ///
    /// # Errors
    /// [`EgressError::Unreachable`] if the server does not take all frames in time.
    #[boxed]
    pub async fn send(&self, frames: &[u8]) -> Result<(), EgressError> {
        let sent = tokio::time::timeout(TOTAL, self.deliver(frames)).await;
        match sent {
            Ok(outcome) => outcome.map_err(unreachable),
            Err(_) => Err(unreachable(
                "the server did not take all messages and close the connection in time",
            )),
        }
    }

    async fn deliver(&self, frames: &[u8]) -> io::Result<()> {
        let (host, _) = self.address.rsplit_once(':').unwrap_or_default();
        let host = host.trim_matches(['[', ']']);
        let ssl = self.connector.configure()?.into_ssl(host)?;
        let tcp = TcpStream::connect(&self.address).await?;
        let mut stream = SslStream::new(ssl, tcp)?;
        let connected = Pin::new(&mut stream).connect().await;
        connected.map_err(io::Error::other)?;
        stream.write_all(frames).await?;
        stream.flush().await?;
        stream.shutdown().await?;
        // A syslog server sends nothing; the end of the connection is the only answer.
        let mut ignored = [0; 512];
        while stream.read(&mut ignored).await? > 0 {}
        // A server that had closed the connection before answers the frames with a reset.
        tokio::time::sleep(RESET).await;
        stream.get_ref().take_error()?.map_or(Ok(()), Err)
    }
}

fn connector(
    identity: Option<ClientIdentity<'_>>,
    authorities: Option<&[u8]>,
) -> Result<SslConnector, ErrorStack> {
    let mut builder = SslConnector::builder(SslMethod::tls_client())?;
    builder.set_min_proto_version(Some(SslVersion::TLS1_2))?;
    // Some servers close the connection without `close_notify`.
    builder.set_options(SslOptions::IGNORE_UNEXPECTED_EOF);
    if let Some(pem) = authorities {
        let mut store = X509StoreBuilder::new()?;
        for authority in X509::stack_from_pem(pem)? {
            store.add_cert(authority)?;
        }
        builder.set_cert_store(store.build());
    }
    if let Some(identity) = identity {
        let mut chain = X509::stack_from_pem(identity.chain)?.into_iter();
        if let Some(own) = chain.next() {
            builder.set_certificate(&own)?;
        }
        for further in chain {
            builder.add_extra_chain_cert(further)?;
        }
        builder.set_private_key(&*PKey::private_key_from_pem(identity.private_key)?)?;
        builder.check_private_key()?;
    }
    Ok(builder.build())
}

fn unreachable(problem: impl Display) -> EgressError {
    EgressError::Unreachable(problem.to_string())
}

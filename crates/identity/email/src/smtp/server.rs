//! The mail server of the configuration: its address, its password, and whether TLS is used.

use std::net::SocketAddr;

use percent_encoding::percent_decode_str;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_native_tls::TlsConnector;
use url::{Host, Url};

use super::reply::Command;
use super::session::{Connection, Credentials, Failure, PATIENCE, Session};

/// The ports of SMTP, of submission, and of submission over TLS (RFC 5321 §4.5.4.2, RFC 6409, RFC 8314).
const PORTS: [u16; 3] = [25, 587, 465];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tls {
    Never,
    IfOffered,
    Required,
    /// From the start of the connection (RFC 8314 §3.3).
    Implicit,
}

pub(super) struct Server {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
    /// `None` if TLS is never used.
    connector: Option<TlsConnector>,
    /// The name with which this server introduces itself (RFC 5321 §4.1.1.1).
    hello: String,
}

impl Server {
    /// Parses an address such as `smtps://user:password@mail.example.org`.
    pub(super) fn parse(address: &str, hello: &str) -> Result<Self, String> {
        let url = Url::parse(address).map_err(|error| error.to_string())?;
        let (tls, port) = tls_of(&url)?;
        // A host of another scheme than `https` is not parsed as an IPv4 address.
        let host = url.host().ok_or("it has no host")?;
        let host = match host {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let decoded = |text: &str| {
            let text = percent_decode_str(text).decode_utf8();
            text.map(std::borrow::Cow::into_owned)
                .map_err(|error| error.to_string())
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials {
                user: decoded(url.username())?,
                password: decoded(password)?,
            }),
            None => None,
        };
        let connector = match tls {
            Tls::Never => None,
            Tls::IfOffered | Tls::Required | Tls::Implicit => Some(connector()?),
        };
        Ok(Self {
            host,
            port: url.port().unwrap_or(port),
            tls,
            credentials,
            connector,
            hello: hello.to_owned(),
        })
    }

    /// Connects, and authenticates if a password is configured.
    pub(super) async fn open(&self) -> Result<Session, Failure> {
        let stream: Box<dyn Connection> = Box::new(self.connect().await?);
        let stream = match self.tls {
            Tls::Implicit => self.encrypt(Command::Connect, stream).await?,
            Tls::Never | Tls::IfOffered | Tls::Required => stream,
        };
        let mut session = Session::begin(stream, &self.hello).await?;
        let starts_tls = match self.tls {
            Tls::Required => true,
            Tls::IfOffered => session.offers_tls(),
            Tls::Never | Tls::Implicit => false,
        };
        if starts_tls {
            let stream = session.start_tls().await?;
            let stream = self.encrypt(Command::StartTls, stream).await?;
            session = Session::resume(stream, &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            session.authenticate(credentials).await?;
        }
        Ok(session)
    }

    /// Connects to the first address of the host that answers.
    async fn connect(&self) -> Result<TcpStream, Failure> {
        let failed = |cause: &dyn std::fmt::Display| Failure::new(Command::Connect, cause);
        let host = (self.host.as_str(), self.port);
        let addresses = tokio::net::lookup_host(host).await;
        let addresses: Vec<SocketAddr> = addresses.map_err(|error| failed(&error))?.collect();
        let mut failure = failed(&"the host has no address");
        for address in &addresses {
            // Another address is tried within the time of one.
            let count = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
            match timeout(PATIENCE / count, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => failure = failed(&error),
                Err(_) => failure = Failure::timeout(Command::Connect),
            }
        }
        Err(failure)
    }

    async fn encrypt(
        &self,
        command: Command,
        stream: Box<dyn Connection>,
    ) -> Result<Box<dyn Connection>, Failure> {
        let Some(connector) = &self.connector else {
            return Err(Failure::new(command, "TLS is not used"));
        };
        match timeout(PATIENCE, connector.connect(&self.host, stream)).await {
            Ok(Ok(stream)) => Ok(Box::new(stream)),
            Ok(Err(error)) => Err(Failure::new(command, error)),
            Err(_) => Err(Failure::timeout(command)),
        }
    }
}

fn connector() -> Result<TlsConnector, String> {
    let connector = native_tls::TlsConnector::builder()
        .min_protocol_version(Some(native_tls::Protocol::Tlsv12))
        .build();
    connector
        .map(TlsConnector::from)
        .map_err(|error| error.to_string())
}

/// Returns whether TLS is used, and the port without another one in the address.
fn tls_of(url: &Url) -> Result<(Tls, u16), String> {
    let named = url.query_pairs().find(|(name, _)| name == "tls");
    let named = named.map(|(_, value)| value.into_owned());
    let [plain, submission, encrypted] = PORTS;
    match (url.scheme(), named.as_deref()) {
        ("smtps", _) => Ok((Tls::Implicit, encrypted)),
        ("smtp", None) => Ok((Tls::Never, plain)),
        ("smtp", Some("required")) => Ok((Tls::Required, submission)),
        ("smtp", Some("opportunistic")) => Ok((Tls::IfOffered, submission)),
        ("smtp", Some(_)) => Err("tls must be required or opportunistic".to_owned()),
        (_, _) => Err("it must begin with smtps:// or smtp://".to_owned()),
    }
}

#[cfg(test)]
mod tests;

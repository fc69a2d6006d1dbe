//! TLS of listeners for protocols other than HTTP, whose clients name no protocol (RFC 7301).

use std::pin::Pin;

use openssl::ssl::{Ssl, SslContext};
use tokio::net::TcpStream;
use tokio_openssl::SslStream;

use crate::context;
use crate::key_pair::{KeyPair, PairError};

/// A connection after its handshake.
pub type TlsStream = SslStream<TcpStream>;

/// The certificate of a listener.
#[derive(Clone, Debug)]
pub struct PlainContext(SslContext);

impl PlainContext {
    /// # Errors
    /// Returns an error if OpenSSL does not accept the pair.
    pub fn new(pair: &KeyPair) -> Result<Self, PairError> {
        Ok(Self(context::context(pair, None)?))
    }

    /// Returns the stream after the handshake; `None` if it failed. The caller limits its time.
    pub async fn accept(&self, stream: TcpStream) -> Option<TlsStream> {
        let mut stream = SslStream::new(Ssl::new(&self.0).ok()?, stream).ok()?;
        Pin::new(&mut stream).accept().await.ok()?;
        Some(stream)
    }
}

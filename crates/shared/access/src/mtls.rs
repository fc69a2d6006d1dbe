//! A listener that requests client certificates (RFC 8705): TLS in this process on a separate port,
//! so that browsers do not ask users to choose a certificate.
//!
//! A certificate proves only that the client holds its key. The consumer checks whether an
//! authority issued it.

use std::fmt::Debug;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_http::{HttpService, Request, Response};
use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt as _, map_config};
use actix_tls::accept::TlsError;
use actix_tls::accept::openssl::{Acceptor, TlsStream};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Extensions};
use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{
    SslAcceptor, SslAcceptorBuilder, SslMethod, SslOptions, SslRef, SslSessionCacheMode,
    SslVerifyMode, SslVersion,
};
use openssl::x509::X509;
use tokio::net::TcpStream;

use crate::guard::CallerCertificate;

/// The certificates of a connection in DER: the client's own first, then its chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerCertificates(pub Vec<Vec<u8>>);

/// Connection data that marks connections of this listener, with or without a certificate: headers
/// must not name a certificate for them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MtlsConnection;

/// The limits of the listener.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Maximum time for a handshake, and for the head of a request.
    pub time_limit: Duration,
    /// Maximum number of concurrent connections per worker.
    pub connections: usize,
    /// Maximum time in seconds for requests in progress when the server stops.
    pub shutdown_seconds: u64,
    /// Number of threads; by default one for each core.
    pub workers: Option<usize>,
}

impl Limits {
    /// Begins a server with these limits.
    pub fn server(&self) -> ServerBuilder {
        let builder = Server::build()
            .disable_signals()
            .max_concurrent_connections(self.connections)
            .shutdown_timeout(self.shutdown_seconds);
        match self.workers {
            Some(workers) => builder.workers(workers),
            None => builder,
        }
    }
}

/// TLS 1.2 cipher suites: ECDHE with AES-GCM only (RFC 9325 §4.2). TLS 1.3 has no others.
const TLS_1_2_CIPHERS: &str = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
                               ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

/// Begins an acceptor with TLS 1.2 and 1.3 and the suites of RFC 9325; it has no certificate yet.
///
/// # Errors
/// Returns an error if OpenSSL does not support the suites.
pub fn builder() -> Result<SslAcceptorBuilder, ErrorStack> {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    builder.set_min_proto_version(Some(SslVersion::TLS1_2))?;
    builder.set_cipher_list(TLS_1_2_CIPHERS)?;
    Ok(builder)
}

/// Requests a certificate from every client; accepts clients without one and self-signed
/// certificates.
///
/// # Errors
/// Returns an error if OpenSSL cannot parse the chain (PEM, the server's own certificate first) or
/// the key (PEM), or if they do not match.
pub fn acceptor(chain: &[u8], private_key: &[u8]) -> Result<SslAcceptor, ErrorStack> {
    let mut builder = builder()?;
    let mut chain = X509::stack_from_pem(chain)?.into_iter();
    if let Some(own) = chain.next() {
        builder.set_certificate(&own)?;
    }
    for further in chain {
        builder.add_extra_chain_cert(further)?;
    }
    builder.set_private_key(&*PKey::private_key_from_pem(private_key)?)?;
    builder.check_private_key()?;
    builder.set_verify_callback(SslVerifyMode::PEER, |_, _| true);
    // Every connection must send its chain: a resumed one would have only the client's own
    // certificate.
    builder.set_session_cache_mode(SslSessionCacheMode::OFF);
    builder.set_options(SslOptions::NO_TICKET);
    builder.set_num_tickets(0)?;
    Ok(builder.build())
}

/// Serves an app on this listener. Adds the client's certificates to the connection data:
/// [`CallerCertificate`] for the guards, and [`PeerCertificates`].
///
/// # Errors
/// Returns the errors of the socket.
pub fn serve<F, I, S, B>(
    listener: TcpListener,
    acceptor: SslAcceptor,
    limits: Limits,
    app: F,
) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error>,
    S::InitError: Debug,
    S::Response: Into<Response<B>>,
    B: MessageBody + 'static,
{
    let address = listener.local_addr()?;
    let builder = limits.server().listen("mtls", listener, move || {
        let app = app().into_factory().map_err(|error| {
            let error: actix_web::Error = error.into();
            error.error_response()
        });
        let http = HttpService::build()
            .client_request_timeout(limits.time_limit)
            .local_addr(address)
            .on_connect_ext(attach_certificates)
            .h1(map_config(app, |()| AppConfig::default()));
        let mut tls = Acceptor::new(acceptor.clone());
        tls.set_handshake_timeout(limits.time_limit);
        tls.map_init_err(|()| ())
            .map_err(TlsError::into_service_error)
            .map(|stream: TlsStream<TcpStream>| {
                let peer = stream.get_ref().peer_addr().ok();
                (stream, peer)
            })
            .and_then(http.map_err(TlsError::Service))
    })?;
    Ok(builder.run())
}

fn attach_certificates(stream: &TlsStream<TcpStream>, data: &mut Extensions) {
    data.insert(MtlsConnection);
    let chain = peer_certificates(stream.ssl());
    if let Some(own) = chain.first() {
        data.insert(CallerCertificate::from_der(own));
        data.insert(PeerCertificates(chain));
    }
}

fn peer_certificates(ssl: &SslRef) -> Vec<Vec<u8>> {
    let Some(own) = ssl.peer_certificate() else {
        return Vec::new();
    };
    // On the server side, this chain excludes the client's own certificate.
    let further = ssl.peer_cert_chain();
    let further = further
        .into_iter()
        .flatten()
        .map(openssl::x509::X509Ref::to_der);
    let chain: Result<Vec<_>, _> = std::iter::once(own.to_der()).chain(further).collect();
    chain.unwrap_or_default()
}

#[cfg(test)]
mod tests;

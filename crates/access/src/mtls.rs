//! A listener that asks its clients for certificates (RFC 8705): TLS in this process, on a port of its own,
//! so that no browser shows people a choice of certificates.
//!
//! Who shows a certificate proves to hold its key, and no more. Whether an authority stands behind it is
//! for whoever looks at it.

use std::fmt::Debug;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_http::{HttpService, Request, Response};
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactory, ServiceFactoryExt as _, map_config};
use actix_tls::accept::TlsError;
use actix_tls::accept::openssl::{Acceptor, TlsStream};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, Extensions};
use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{
    SslAcceptor, SslMethod, SslOptions, SslRef, SslSessionCacheMode, SslVerifyMode, SslVersion,
};
use openssl::x509::X509;
use tokio::net::TcpStream;

use crate::guard::CallerCertificate;

/// The certificates of a connection, in DER: first the client's own, then what it sent along.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerCertificates(pub Vec<Vec<u8>>);

/// That a connection came in here, certificate or not: no header says anything about its client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MtlsConnection;

/// The limits of the listener.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a handshake, and the head of a request, may take.
    pub patience: Duration,
    /// The most connections at a time, per worker.
    pub connections: usize,
    /// How long requests in progress may take when the server stops, in seconds.
    pub shutdown_seconds: u64,
    /// Threads; by default one for each core.
    pub workers: Option<usize>,
}

/// The cipher suites for TLS 1.2: ECDHE with AES-GCM alone (RFC 9325 §4.2). TLS 1.3 has no others.
const TLS_1_2_CIPHERS: &str = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
                               ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

/// Asks every client for a certificate, and lets in whoever shows none, or one of its own making.
///
/// # Errors
/// When OpenSSL cannot read the chain (PEM, the server's own certificate first) or the key (PEM), or they
/// do not belong together.
pub fn acceptor(chain: &[u8], private_key: &[u8]) -> Result<SslAcceptor, ErrorStack> {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    builder.set_min_proto_version(Some(SslVersion::TLS1_2))?;
    builder.set_cipher_list(TLS_1_2_CIPHERS)?;
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
    // Every connection shows its chain anew: a resumed one would have the certificate alone.
    builder.set_session_cache_mode(SslSessionCacheMode::OFF);
    builder.set_options(SslOptions::NO_TICKET);
    builder.set_num_tickets(0)?;
    Ok(builder.build())
}

/// Serves an app on this listener. What a client shows is among the data of its connection:
/// [`CallerCertificate`] for the guards, and [`PeerCertificates`].
///
/// # Errors
/// Those of the socket.
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
    let mut builder = Server::build()
        .disable_signals()
        .max_concurrent_connections(limits.connections)
        .shutdown_timeout(limits.shutdown_seconds);
    if let Some(workers) = limits.workers {
        builder = builder.workers(workers);
    }
    let builder = builder.listen("mtls", listener, move || {
        let app = app().into_factory().map_err(|error| {
            let error: actix_web::Error = error.into();
            error.error_response()
        });
        let http = HttpService::build()
            .client_request_timeout(limits.patience)
            .local_addr(address)
            .on_connect_ext(note)
            .h1(map_config(app, |()| AppConfig::default()));
        let mut tls = Acceptor::new(acceptor.clone());
        tls.set_handshake_timeout(limits.patience);
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

fn note(stream: &TlsStream<TcpStream>, data: &mut Extensions) {
    data.insert(MtlsConnection);
    let chain = shown(stream.ssl());
    if let Some(own) = chain.first() {
        data.insert(CallerCertificate::from_der(own));
        data.insert(PeerCertificates(chain));
    }
}

fn shown(ssl: &SslRef) -> Vec<Vec<u8>> {
    let Some(own) = ssl.peer_certificate() else {
        return Vec::new();
    };
    // At this end of the connection, without the client's own.
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

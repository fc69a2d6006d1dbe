//! The listeners of the server, and the servers that answer at them.

use std::net::TcpListener;
#[cfg(unix)]
use std::os::unix::net::UnixListener;

use actix_web::HttpServer;
use doorward_access::mtls::{self, Limits};
use doorward_http_common::open_files::{self, Share};
use doorward_web::proxy_socket::ProxySocket;
use openssl::ssl::SslAcceptor;

use crate::app::{AppData, application};
use crate::https::Https;
use crate::prelude::*;

/// Maximum time until a client has sent the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum seconds that requests in progress may take after SIGTERM.
const SHUTDOWN_SECONDS: u64 = 8;
/// Maximum number of connections per worker, if the limit of open files allows them.
const MAX_CONNECTIONS: usize = 10_000;

/// The main listener: TCP, or a Unix socket for a proxy on this machine.
#[derive(Debug)]
pub enum MainListener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

impl From<TcpListener> for MainListener {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}

#[derive(Debug)]
pub struct Listeners {
    pub main: MainListener,
    /// Listener that redirects plain HTTP to HTTPS, if `tls.http_listen` is set.
    pub http: Option<TcpListener>,
    /// Listener that requests client certificates, if `mtls.listen` is set.
    pub mtls: Option<TcpListener>,
    /// Metrics listener; `None` if metrics are disabled.
    pub metrics: Option<TcpListener>,
}

impl From<TcpListener> for Listeners {
    fn from(main: TcpListener) -> Self {
        Self {
            main: main.into(),
            http: None,
            mtls: None,
            metrics: None,
        }
    }
}

/// Returns the limits of a listener with this share of the open files.
pub(crate) fn limits(share: Share, workers: Option<usize>) -> Limits {
    Limits {
        time_limit: HEAD_TIMEOUT,
        connections: open_files::connections(share, workers, MAX_CONNECTIONS),
        shutdown_seconds: SHUTDOWN_SECONDS,
        workers,
    }
}

/// Binds the app to the main listener: HTTPS if there is a certificate, otherwise plain HTTP.
pub(crate) fn bind(
    data: AppData,
    listener: MainListener,
    https: Option<&Https>,
    workers: Option<usize>,
) -> std::io::Result<actix_web::dev::Server> {
    match (listener, https) {
        (MainListener::Tcp(listener), Some(https)) => {
            let (certificates, stopping) =
                (Arc::clone(&https.certificates), https.stopping.clone());
            let limits = limits(Share::Main, workers);
            let app = move || application(&data);
            doorward_https::serve(listener, certificates, stopping, limits, app)
        }
        (listener, _) => bind_plain(data, listener, workers),
    }
}

fn bind_plain(
    data: AppData,
    listener: MainListener,
    workers: Option<usize>,
) -> std::io::Result<actix_web::dev::Server> {
    let limits = limits(Share::Main, workers);
    let mut server = HttpServer::new(move || application(&data))
        .client_request_timeout(limits.time_limit)
        .max_connections(limits.connections)
        .shutdown_timeout(limits.shutdown_seconds)
        .disable_signals();
    if let Some(workers) = workers {
        server = server.workers(workers);
    }
    let server = match listener {
        MainListener::Tcp(listener) => server.listen(listener)?,
        #[cfg(unix)]
        MainListener::Unix(listener) => server
            .on_connect(|_, data| {
                data.insert(ProxySocket);
            })
            .listen_uds(listener)?,
    };
    Ok(server.run())
}

/// Binds the same app behind TLS that requests client certificates (RFC 8705).
pub(crate) fn bind_mtls(
    data: AppData,
    listener: TcpListener,
    acceptor: SslAcceptor,
    workers: Option<usize>,
) -> std::io::Result<actix_web::dev::Server> {
    let app = move || application(&data);
    mtls::serve(listener, acceptor, limits(Share::Beside, workers), app)
}

//! The task of each server that accepts connections, within limits: none of them makes others wait.

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use doorward_https::TlsStream;
use doorward_services::context::Context;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::connection::Connection;
use crate::places::Places;
use crate::server::Server;

/// Maximum time of a TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Pause after an error of the listener, such as the lack of files.
const PAUSE: Duration = Duration::from_millis(200);
/// Pause until the address is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// Serves LDAP until the task is aborted.
pub async fn run(context: Arc<Context>) {
    let Some(address) = context.core.config.ldap.listen else {
        return;
    };
    let server = match Server::open(context) {
        Ok(server) => Rc::new(server),
        Err(problem) => return tracing::error!(%problem, key = "ldap.base_dn", "no LDAP server"),
    };
    let listener = bind(address).await;
    tracing::info!(%address, base = %server.names.base, "LDAP server ready");
    tokio::select! {
        () = server.certificate.follow(&server.context) => {}
        () = accept(&listener, &server) => {}
    }
}

async fn bind(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(error) => tracing::error!(%error, %address, "the LDAP server cannot listen"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn accept(listener: &TcpListener, server: &Rc<Server>) {
    let limits = &server.context.core.config.ldap;
    let (all, each) = (limits.connections, limits.connections_per_address);
    let places = Places::new(all, each);
    let mut running = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = running.join_next() => {
                server.metrics().ldap_connections(places.count());
                continue;
            }
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                log_failure(&error);
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let address = peer.ip().to_canonical();
        let Some(place) = places.take(address) else {
            // The client gets no message: writing one could wait for it.
            server.metrics().ldap_operation("connect", "limit");
            continue;
        };
        server.metrics().ldap_connections(places.count());
        let server = Rc::clone(server);
        running.spawn_local(async move {
            let serve = async {
                if let Some(stream) = handshake(&server, stream).await {
                    Connection::new(&server, &place).serve(stream).await;
                }
            };
            tokio::select! {
                () = serve => {}
                () = place.taken() => server.metrics().ldap_operation("connect", "limit"),
            }
        });
    }
}

fn log_failure(error: &io::Error) {
    // The client left before it was accepted.
    if error.kind() != io::ErrorKind::ConnectionAborted {
        tracing::warn!(%error, "LDAP connection not accepted");
    }
}

/// Returns the stream after the handshake. A failed one is the client's error and not logged.
async fn handshake(server: &Server, stream: TcpStream) -> Option<TlsStream> {
    // Responses are small; waiting for more would delay them.
    let _ = stream.set_nodelay(true);
    let context = server.certificate.current()?;
    let done = tokio::time::timeout(HANDSHAKE, context.accept(stream));
    done.await.ok()?
}

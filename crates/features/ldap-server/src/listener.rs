//! The task of each server that accepts connections, within limits: none of them makes others wait.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use doorward_https::TlsStream;
use doorward_services::context::Context;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::connection::Connection;
use crate::server::Server;

/// Maximum time of a TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Pause after an error of the listener, such as the lack of files.
const PAUSE: Duration = Duration::from_millis(200);
/// Pause until the address is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// The open connections, and how many of each address.
#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A connection among the open ones, until it is dropped.
#[derive(Debug)]
struct Place {
    open: Rc<RefCell<Open>>,
    address: IpAddr,
}

impl Place {
    /// Counts a connection; returns `None` beyond a limit.
    fn take(open: &Rc<RefCell<Open>>, address: IpAddr, all: usize, each: usize) -> Option<Self> {
        let mut counts = open.borrow_mut();
        let own = counts.by_address.get(&address).copied().unwrap_or_default();
        if counts.all >= all || own >= each {
            return None;
        }
        counts.all += 1;
        counts.by_address.insert(address, own + 1);
        Some(Self {
            open: Rc::clone(open),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.open.borrow_mut();
        counts.all = counts.all.saturating_sub(1);
        match counts.by_address.get_mut(&self.address) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                counts.by_address.remove(&self.address);
            }
        }
    }
}

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
    let open = Rc::new(RefCell::new(Open::default()));
    let mut running = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = running.join_next() => {
                server.metrics().ldap_connections(open.borrow().all);
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
        let Some(place) = Place::take(&open, address, all, each) else {
            // The client gets no message: writing one could wait for it.
            server.metrics().ldap_operation("connect", "limit");
            continue;
        };
        server.metrics().ldap_connections(open.borrow().all);
        let server = Rc::clone(server);
        running.spawn_local(async move {
            if let Some(stream) = handshake(&server, stream).await {
                Connection::new(&server, address).serve(stream).await;
            }
            drop(place);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_limited_in_all_and_by_address() {
        let open = Rc::default();
        let [one, other]: [IpAddr; 2] = [[192, 0, 2, 1].into(), [192, 0, 2, 2].into()];
        let take = |address| Place::take(&open, address, 3, 2);
        let first = take(one).unwrap();
        let second = take(one).unwrap();
        assert!(take(one).is_none());
        let third = take(other).unwrap();
        assert!(take(other).is_none());
        drop(first);
        let fourth = take(one).unwrap();
        drop((second, third, fourth));
        assert_eq!(open.borrow().all, 0);
        assert!(open.borrow().by_address.is_empty());
    }
}

//! Listeners: TCP, and Unix sockets for a proxy on the same machine.

use std::io;
use std::net::{SocketAddr, TcpListener};
#[cfg(unix)]
use std::os::unix::net::UnixListener;
#[cfg(unix)]
use std::path::Path;

use socket2::SockRef;

#[cfg(unix)]
mod socket_file;

#[cfg(unix)]
pub use socket_file::SocketFile;

/// Maximum number of connections waiting to be accepted; the kernel limit (`somaxconn`) is usually
/// 4096. The standard library requests 128: connections beyond that are dropped, and the client
/// retries after one second.
const BACKLOG: i32 = 4096;

/// Binds a listener with a backlog for bursts.
///
/// # Errors
/// Returns the system's error, for example if the address is in use or not local.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    SockRef::from(&listener).listen(BACKLOG)?;
    Ok(listener)
}

/// Binds the metrics listener of this key. If a second server on this machine finds the default address
/// in use, it runs without metrics.
///
/// # Errors
/// Returns the system's error if the address cannot be bound and is not the default.
pub fn listen_for_metrics(
    key: &str,
    address: SocketAddr,
    is_default: bool,
) -> io::Result<Option<TcpListener>> {
    match listen(address) {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if is_default => {
            tracing::warn!(listen = %address, %error, "no metrics: set {key} to a free address");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Binds a Unix socket that the user and the group of this process may connect to. Replaces the file
/// of a server that has ended.
///
/// # Errors
/// Returns the system's error, for example if a server listens there or the directory is not writable.
#[cfg(unix)]
pub fn listen_unix(path: &Path) -> io::Result<(UnixListener, SocketFile)> {
    let bound = socket_file::bind(path)?;
    SockRef::from(&bound.0).listen(BACKLOG)?;
    Ok(bound)
}

/// A listener whose queue the server takes in before it stops.
#[derive(Debug)]
pub enum Listening {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(SocketFile),
}

impl Listening {
    /// Stops accepting new connections; those in the queue are served.
    pub(crate) fn stop_accepting(&self) -> io::Result<()> {
        match self {
            Self::Tcp(listener) => stop_accepting(listener),
            #[cfg(unix)]
            Self::Unix(file) => file.remove(),
        }
    }
}

impl From<TcpListener> for Listening {
    fn from(listener: TcpListener) -> Self {
        Self::Tcp(listener)
    }
}

/// Stops accepting new connections, but keeps established ones in the queue to be served. Closing
/// the listener would reset all queued connections, and their clients could not know that the
/// server has not read their request.
///
/// The kernel drops new connection attempts, and the client retries after one second. By then the
/// address refuses connections or the next process listens. Does nothing on systems other than
/// Linux.
fn stop_accepting(listener: &TcpListener) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use socket2::SockFilter;
        /// Drops packets with the flag SYN (socket(7), `SO_ATTACH_FILTER`; RFC 9293 §3.1). The last
        /// packet of a handshake must pass: its client already counts as connected.
        const DROP_SYN: [SockFilter; 4] = [
            // `BPF_LD | BPF_B | BPF_ABS`: the flags of the TCP header.
            SockFilter::new(0x30, 0, 0, 13),
            // `BPF_JMP | BPF_JSET | BPF_K`: continues with the next line if SYN is set.
            SockFilter::new(0x45, 0, 1, 0x02),
            // `BPF_RET | BPF_K`: keeps no byte, or all.
            SockFilter::new(0x06, 0, 0, 0),
            SockFilter::new(0x06, 0, 0, u32::MAX),
        ];
        SockRef::from(listener).attach_filter(&DROP_SYN)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = listener;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};
    use std::time::Duration;

    use super::*;

    #[test]
    fn queues_three_hundred_connections() {
        let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        let time_limit = Duration::from_millis(900);
        // Beyond the backlog the handshake is dropped, and the next attempt follows one second
        // later.
        let waiting: io::Result<Vec<_>> = (0..300)
            .map(|_| TcpStream::connect_timeout(&address, time_limit))
            .collect();
        assert_eq!(waiting.unwrap().len(), 300);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn stop_accepting_serves_existing_connections() {
        use std::io::{Read as _, Write as _};
        let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        let mut early = TcpStream::connect(address).unwrap();
        stop_accepting(&listener).unwrap();
        let late = TcpStream::connect_timeout(&address, Duration::from_millis(100));
        assert!(late.is_err());
        early.write_all(b"?").unwrap();
        let (mut served, _) = listener.accept().unwrap();
        drop(listener);
        let mut one = [0];
        served.read_exact(&mut one).unwrap();
        served.write_all(b"!").unwrap();
        early.read_exact(&mut one).unwrap();
        assert_eq!(one, *b"!");
    }
}

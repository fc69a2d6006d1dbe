//! Where connections come in.

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::SockRef;

/// How many connections may wait to be accepted; the kernel's own limit (`somaxconn`) is mostly
/// 4096. The standard library asks for 128: of a larger burst every further one is dropped, and
/// its client tries again after a second.
const BACKLOG: i32 = 4096;

/// Listens at an address, with room for a burst.
///
/// # Errors
/// Whatever the system says: the address is taken, or not of this machine.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    SockRef::from(&listener).listen(BACKLOG)?;
    Ok(listener)
}

/// Lets nobody in any more, while whoever has connected stays in the queue and is served. A listener that
/// is closed resets all who wait in it, and they cannot know that nobody has read their request.
///
/// The kernel drops what would open a connection, and its sender tries again after a second; by then the
/// address refuses, or the next process listens. Elsewhere than on Linux nothing happens.
///
/// # Errors
/// Whatever the system says.
pub fn stop_accepting(listener: &TcpListener) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        /// `BPF_RET | BPF_K` (socket(7), `SO_ATTACH_FILTER`): keep so many bytes of each packet, none.
        const DROP: socket2::SockFilter = socket2::SockFilter::new(0x06, 0, 0, 0);
        SockRef::from(listener).attach_filter(&[DROP])?;
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
    fn three_hundred_connections_wait_for_whoever_accepts_them() {
        let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        let patience = Duration::from_millis(900);
        // Beyond the backlog the handshake is dropped, and the next try comes a second later.
        let waiting: io::Result<Vec<_>> = (0..300)
            .map(|_| TcpStream::connect_timeout(&address, patience))
            .collect();
        assert_eq!(waiting.unwrap().len(), 300);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn whoever_has_connected_is_served_and_nobody_else_gets_in() {
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

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
}

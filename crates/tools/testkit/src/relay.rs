//! A TCP relay in front of a server that the program uses: a test can cut, freeze and delay its
//! traffic, as if that had happened to the server.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

/// The state of the relayed server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelayState {
    /// Normal operation.
    Nothing,
    /// Killed: connections are reset, new ones refused.
    Killed,
    /// Frozen (SIGSTOP): connections stay open, new ones are accepted, and no data pass.
    Frozen,
    /// Data are delayed in each direction.
    Slow(Duration),
}

#[derive(Clone, Copy, Debug)]
struct Weather {
    state: RelayState,
    /// Number of times that all connections were reset.
    resets: u64,
}

/// A running relay; closed with all connections when dropped.
#[derive(Debug)]
pub struct Relay {
    /// URL of the server through the relay: the original URL with another port.
    pub url: String,
    weather: watch::Sender<Weather>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Starts a relay in front of the server of a URL.
    pub async fn before(url: &str) -> Self {
        let mut url = Url::parse(url).expect("a URL");
        let host = url.host_str().expect("a host").to_owned();
        let port = url.port().expect("a port");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address");
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(here.port())).expect("a port");
        let (weather, seen) = watch::channel(Weather {
            state: RelayState::Nothing,
            resets: 0,
        });
        let task = tokio::spawn(serve(listener, here, format!("{host}:{port}"), seen));
        let url = url.to_string();
        Self { url, weather, task }
    }

    /// Sets the state of the server.
    pub fn set(&self, state: RelayState) {
        self.weather.send_modify(|weather| weather.state = state);
    }

    /// Resets every connection; new ones are accepted.
    pub fn reset(&self) {
        self.weather.send_modify(|weather| weather.resets += 1);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut listener: TcpListener,
    here: SocketAddr,
    server: String,
    mut weather: watch::Receiver<Weather>,
) {
    loop {
        let killed = async {
            let killed = weather
                .wait_for(|now| now.state == RelayState::Killed)
                .await;
            killed.is_err()
        };
        tokio::select! {
            gone = killed => if gone {
                return;
            },
            Ok((stream, _)) = listener.accept() => {
                let weather = weather.clone();
                tokio::spawn(pass(stream, server.clone(), weather));
                continue;
            }
        }
        // Without a listener the kernel refuses connections.
        drop(listener);
        let back = weather.wait_for(|now| now.state != RelayState::Killed);
        if back.await.is_err() {
            return;
        }
        listener = TcpListener::bind(here).await.expect("the same port");
    }
}

async fn pass(mut client: TcpStream, server: String, mut weather: watch::Receiver<Weather>) {
    let resets = weather.borrow().resets;
    let (up, down) = (weather.clone(), weather.clone());
    let passing = async {
        let mut server = TcpStream::connect(server).await?;
        let (client_read, client_write) = client.split();
        let (server_read, server_write) = server.split();
        // The end of one direction ends the other: neither protocol here uses half-closed
        // connections.
        tokio::select! {
            done = pump(client_read, server_write, up) => done,
            done = pump(server_read, client_write, down) => done,
        }
    };
    tokio::select! {
        _ = passing => {}
        _ = weather.wait_for(|now| now.state == RelayState::Killed || now.resets != resets) => {
            // Closed with a reset, as by a kernel after a process was killed.
            let _ = client.set_zero_linger();
        }
    }
}

async fn pump(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut weather: watch::Receiver<Weather>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        let thawed = weather
            .wait_for(|now| now.state != RelayState::Frozen)
            .await;
        let error = thawed.map_err(std::io::Error::other)?.state;
        if let RelayState::Slow(by) = error {
            tokio::time::sleep(by).await;
        }
        to.write_all(&buffer[..count]).await?;
    }
}

//! A minimal load balancer: each connection goes to the next replica, and to another one only if it
//! is refused. A request that a replica does not answer stays unanswered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Time between two attempts to connect while no replica accepts.
const RETRY: Duration = Duration::from_millis(10);

/// A load balancer that runs until it is dropped.
#[derive(Debug)]
pub struct Balancer {
    /// Address on which it listens.
    pub origin: String,
    replicas: Arc<Replicas>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Replicas {
    addresses: Mutex<Vec<String>>,
    next: AtomicUsize,
    refused: AtomicUsize,
    held: AtomicUsize,
    max_wait: Duration,
}

impl Balancer {
    /// Starts a balancer without replicas.
    pub async fn start() -> Self {
        Self::start_waiting(Duration::ZERO).await
    }

    /// Starts a balancer without replicas that holds a connection up to this time while no replica
    /// accepts it, as Caddy does with `lb_try_duration`.
    pub async fn start_waiting(max_wait: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address");
        let replicas = Arc::new(Replicas {
            max_wait,
            ..Replicas::default()
        });
        let task = tokio::spawn(serve(listener, Arc::clone(&replicas)));
        let origin = format!("http://{here}");
        Self {
            origin,
            replicas,
            task,
        }
    }

    /// Adds a replica.
    pub fn add(&self, origin: &str) {
        self.change(|all| all.push(address(origin)));
    }

    /// Removes a replica.
    pub fn remove(&self, origin: &str) {
        let address = address(origin);
        self.change(|all| all.retain(|item| *item != address));
    }

    /// Returns how often a replica has refused a connection.
    pub fn refused_connections(&self) -> usize {
        self.replicas.refused.load(Ordering::Relaxed)
    }

    /// Returns the number of connections that had to wait for a replica.
    pub fn held_connections(&self) -> usize {
        self.replicas.held.load(Ordering::Relaxed)
    }

    fn change(&self, how: impl FnOnce(&mut Vec<String>)) {
        how(&mut self.replicas.addresses.lock().expect("a list"));
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn address(origin: &str) -> String {
    origin.trim_start_matches("http://").to_owned()
}

async fn serve(listener: TcpListener, replicas: Arc<Replicas>) {
    while let Ok((client, _)) = listener.accept().await {
        tokio::spawn(pass(client, Arc::clone(&replicas)));
    }
}

async fn pass(mut client: TcpStream, replicas: Arc<Replicas>) {
    let started = Instant::now();
    let mut found = replicas.connect().await;
    if found.is_none() && !replicas.max_wait.is_zero() {
        replicas.held.fetch_add(1, Ordering::Relaxed);
    }
    while found.is_none() && started.elapsed() < replicas.max_wait {
        tokio::time::sleep(RETRY).await;
        found = replicas.connect().await;
    }
    if let Some(mut server) = found {
        // Ends when either side closes the connection.
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}

impl Replicas {
    /// Connects to the next replica, or to another one if it refuses. An attempt may last until replicas
    /// of its beginning have stopped and others have been added, so each one reads the present list.
    async fn connect(&self) -> Option<TcpStream> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let mut tried = Vec::new();
        while let Some(address) = self.untried(turn, &tried) {
            if let Ok(server) = TcpStream::connect(&address).await {
                return Some(server);
            }
            self.refused.fetch_add(1, Ordering::Relaxed);
            tried.push(address);
        }
        None
    }

    fn untried(&self, turn: usize, tried: &[String]) -> Option<String> {
        let all = self.addresses.lock().expect("a list");
        let first = turn.checked_rem(all.len())?;
        let (before, after) = all.split_at(first);
        let mut in_turn = after.iter().chain(before);
        in_turn.find(|address| !tried.contains(address)).cloned()
    }
}

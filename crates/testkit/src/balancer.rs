//! A minimal load balancer: each connection goes to the next replica, and to another one only if it
//! is refused. A request that a replica does not answer stays unanswered.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

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
}

impl Balancer {
    /// Starts a balancer without replicas.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address");
        let replicas = Arc::new(Replicas::default());
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
    let mut all = replicas.addresses.lock().expect("a list").clone();
    if all.is_empty() {
        return;
    }
    let turn = replicas.next.fetch_add(1, Ordering::Relaxed) % all.len();
    all.rotate_left(turn);
    for address in all {
        if let Ok(mut server) = TcpStream::connect(&address).await {
            // Ends when either side closes the connection.
            let _ = copy_bidirectional(&mut client, &mut server).await;
            return;
        }
        replicas.refused.fetch_add(1, Ordering::Relaxed);
    }
}
